// Starts the page where a person sets a second factor.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import './second-factor.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { SecondFactor } from './second-factor.tsx';

beginPreferences();
const root = document.getElementById('page');
if (root) render(<SecondFactor api={new Api()} go={(page) => location.assign(page)} />, root);
