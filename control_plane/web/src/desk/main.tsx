// Starts the clerk's desk; one tab at a time, since a visit has one room.

import { render } from 'preact';
import '@etapiste/web/ui.css';
import './desk.css';
import { translator } from '@etapiste/web/i18n';
import { catalogue } from '../messages/index.ts';
import { beginPreferences } from '../preferences.ts';
import { Api } from '../state/api.ts';
import { ServerClock } from '../state/clock.ts';
import { DeskApp } from '../state/desk-app.ts';
import { OwnMedia } from '../state/own-media.ts';
import { Desk } from './desk.tsx';

const DESK_LOCK = 'etapiste-desk';

const language = beginPreferences();
const t = translator(catalogue, language);
const clock = new ServerClock();
const media = new OwnMedia({ label: t('drawn.label'), who: t('drawn.who') });
const app = new DeskApp(new Api(), clock, media);

/** Holds the desk until another tab takes it. */
async function hold(options: LockOptions): Promise<void> {
  try {
    const got = await navigator.locks.request(DESK_LOCK, options, async (lock) => {
      if (!lock) return false;
      void app.start();
      return new Promise<boolean>(() => undefined);
    });
    if (!got) app.yieldToOther();
  } catch {
    app.yieldToOther();
  }
}

const root = document.getElementById('page');
if (root) {
  render(
    <Desk app={app} clock={clock} media={media} useHere={() => void hold({ steal: true })} />,
    root,
  );
}
// Without HTTPS (and off localhost) a browser has no locks, nor cameras: the page says so itself.
if (navigator.locks) void hold({ ifAvailable: true });
else void app.start();
