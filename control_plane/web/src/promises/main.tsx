// Starts the page of promised waiting times.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import './promises.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { Promises } from './promises.tsx';

beginPreferences();
const root = document.getElementById('page');
if (root) render(<Promises api={new Api()} now={() => new Date()} />, root);
