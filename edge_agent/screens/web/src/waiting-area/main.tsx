// The waiting-area screen: starts the page.

import { newId } from '@etapiste/web/wire';
import { render } from 'preact';
import { soundOnWithFirstTouch } from '../sound/output.ts';
import { player } from '../sound/player.ts';
import { numberDesk } from '../state/number_desk.ts';
import type { WaitingAreaState } from '../state/wire.ts';
import { agentLink } from '../ui/agent.ts';
import { App } from './app.tsx';
import './waiting-area.css';
import './errands.css';

soundOnWithFirstTouch();
const link = agentLink<WaitingAreaState>('waiting-area');
const desk = numberDesk({ link, now: Date.now, newId });
const calls = player();
const reader = player();
const page = document.getElementById('page');
if (page) render(<App link={link} desk={desk} calls={calls} reader={reader} />, page);
