// The bench of a virtual point: starts the page.
import { chooseLanguage, setLanguage } from '@etapiste/web/i18n';
import { render } from 'preact';
import type { BenchState } from '../state/wire.ts';
import { addressed, agentLink } from '../ui/agent.ts';
import { App } from './app.tsx';
import './bench.css';
import './framed.css';

// In the stage the bench has the stage's head and language; the address tells which.
const framed = window.top !== window;
const follow = () => setLanguage(chooseLanguage([addressed('lang')]));
follow();
addEventListener('hashchange', follow);

const link = agentLink<BenchState>('bench');
const page = document.getElementById('page');
if (page) render(<App link={link} token={addressed('token')} framed={framed} />, page);
