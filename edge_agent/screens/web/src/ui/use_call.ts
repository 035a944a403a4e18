// Which call does this screen show and speak now?
import { useNow, useStore } from '@etapiste/web/state';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Player } from '../sound/player.ts';
import { callShown, isCalled, type ShownCall, stillShown } from '../state/calls.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { InfoState } from '../state/wire.ts';

/** Shows each call as it comes; a call silences what else is being read aloud. */
export function useCall<S extends InfoState>(
  link: ScreenLink<S>,
  calls: Player,
  silenced?: Player,
): ShownCall | null {
  const [shown, show] = useState<ShownCall | null>(null);
  const speaking = useStore(calls.speaking);
  const now = useNow(500);
  useEffect(
    () =>
      link.onMessage((message) => {
        if (message.type !== 'call') return;
        silenced?.stop();
        show(callShown(message, Date.now()));
        void calls.say(message.speech, { chime: message.chime, volume: message.volume });
      }),
    [link, calls, silenced],
  );
  // Somebody who went in is no longer called; but the list may come later than the call.
  const listed = useRef<ShownCall | null>(null);
  const current = stillShown(shown, speaking, now);
  const called = current && link.state ? isCalled(link.state.called, current) : false;
  if (called) listed.current = current;
  return current && current === listed.current && !called ? null : current;
}
