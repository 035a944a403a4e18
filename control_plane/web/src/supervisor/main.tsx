// Starts the supervisor's board.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../office-links.css';
import './supervisor.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { ServerClock } from '../state/clock.ts';
import { SupervisorApp } from '../state/supervisor-app.ts';
import { Board } from './board.tsx';

beginPreferences();
const clock = new ServerClock();
const app = new SupervisorApp(new Api(), clock);
const root = document.getElementById('page');
if (root) render(<Board app={app} clock={clock} />, root);
void app.start();
