// Starts the start page.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { watchHealth } from '../state/health.ts';
import { StartPage } from './start-page.tsx';

beginPreferences();
const root = document.getElementById('page');
if (root) render(<StartPage api={new Api()} health={watchHealth()} />, root);
