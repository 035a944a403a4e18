// The info screen: starts the page.
import { render } from 'preact';
import { soundOnWithFirstTouch } from '../sound/output.ts';
import { player } from '../sound/player.ts';
import type { InfoState } from '../state/wire.ts';
import { agentLink } from '../ui/agent.ts';
import { App } from './app.tsx';
import './info.css';

soundOnWithFirstTouch();
const link = agentLink<InfoState>('info');
const calls = player();
const page = document.getElementById('page');
if (page) render(<App link={link} calls={calls} />, page);
