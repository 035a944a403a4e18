// Starts the sign-in page.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import '../plain.css';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { REASONS, SignIn } from './sign-in.tsx';

beginPreferences();
/** A clerk works at the desk; who leads clerks, or runs the points, looks at the queues. */
function pageOf(roles: readonly string[]): string {
  const leads = ['supervisor', 'agency_admin', 'owner', 'admin'].some((role) =>
    roles.includes(role),
  );
  return leads && !roles.includes('clerk') ? 'supervisor.html' : 'desk.html';
}

const root = document.getElementById('page');
const came = new URLSearchParams(location.hash.slice(1));
if (root) {
  render(
    <SignIn
      api={new Api()}
      reason={REASONS.find((reason) => came.has(reason)) ?? null}
      username={came.get('as') ?? ''}
      enter={({ roles }) => location.assign(pageOf(roles))}
    />,
    root,
  );
}
