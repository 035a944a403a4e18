// Starts the page of reports.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../office-links.css';
import '../plain.css';
import 'uplot/dist/uPlot.min.css';
import './reports.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { Reports } from './reports.tsx';

beginPreferences();
const root = document.getElementById('page');
if (root) render(<Reports api={new Api()} now={() => new Date()} />, root);
