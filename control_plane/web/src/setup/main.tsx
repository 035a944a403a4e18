// Starts the setup page.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../office-links.css';
import './setup.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { SetupApp } from '../state/setup-app.ts';
import { SetupPage } from './setup-page.tsx';

beginPreferences();
const app = new SetupApp(new Api());
const root = document.getElementById('page');
if (root) render(<SetupPage app={app} />, root);
void app.start();
