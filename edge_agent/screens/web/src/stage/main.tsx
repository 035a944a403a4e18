// The stage of the demo: starts the page.
import { render } from 'preact';
import { soundOnWithFirstTouch } from '../sound/output.ts';
import type { StageState } from '../state/wire.ts';
import { agentLink } from '../ui/agent.ts';
import { App } from './app.tsx';
import './stage.css';

soundOnWithFirstTouch();
const link = agentLink<StageState>('stage');
const page = document.getElementById('page');
if (page) render(<App link={link} />, page);
