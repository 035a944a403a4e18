// Starts the page where a person sets a password.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { SetPassword } from './set-password.tsx';

beginPreferences();
const root = document.getElementById('page');
const token = location.hash.slice(1);
// Neither the history nor a bookmark keeps the secret.
history.replaceState(null, '', location.pathname);
if (root) {
  render(
    <SetPassword
      api={new Api()}
      token={token}
      enter={(username) => location.assign(`sign-in.html#new&as=${encodeURIComponent(username)}`)}
    />,
    root,
  );
}
