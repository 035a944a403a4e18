// Starts the sign-in page.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { firstPageOf } from '../state/entry.ts';
import { REASONS, SignIn } from './sign-in.tsx';

beginPreferences();
const root = document.getElementById('page');
const came = new URLSearchParams(location.hash.slice(1));
if (root) {
  render(
    <SignIn
      api={new Api()}
      reason={REASONS.find((reason) => came.has(reason)) ?? null}
      username={came.get('as') ?? ''}
      enter={(session) => location.assign(firstPageOf(session))}
    />,
    root,
  );
}
