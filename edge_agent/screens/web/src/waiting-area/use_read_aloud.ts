// While a visitor listens, each step is read aloud as it comes.

import { newId } from '@etapiste/web/wire';
import { useEffect, useRef } from 'preact/hooks';
import type { WaitingAreaMessages } from '../messages/waiting_area.ts';
import type { Player } from '../sound/player.ts';
import type { NumberPath } from '../state/number_path.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import { spokenStep } from '../state/spoken.ts';
import type { WaitingAreaState } from '../state/wire.ts';

export function useReadAloud(options: {
  link: ScreenLink<WaitingAreaState>;
  path: NumberPath;
  state: WaitingAreaState | null;
  words: WaitingAreaMessages;
  reader: Player;
}): void {
  const { link, path, state, words, reader } = options;
  const listening = useRef(false);
  listening.current = path.listening;
  const text = path.listening && state ? spokenStep(path, state, words) : '';

  useEffect(
    () =>
      link.onMessage((message) => {
        if (message.type === 'play' && listening.current) void reader.say([message.url]);
      }),
    [link, reader],
  );
  useEffect(() => {
    reader.stop();
    if (text !== '') link.say({ type: 'speak', id: newId(), language: path.language, text });
  }, [link, reader, text, path.language]);
}
