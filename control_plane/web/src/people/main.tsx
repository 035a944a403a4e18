// Starts the page where people are set up.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../office-links.css';
import '../plain.css';
import './people.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { PeopleApp } from '../state/people-app.ts';
import { PeoplePage } from './people.tsx';

beginPreferences();
const app = new PeopleApp(new Api());
const root = document.getElementById('page');
if (root) render(<PeoplePage app={app} />, root);
void app.start();
