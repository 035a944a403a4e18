// The end of a visit: what to take along, how it went, thanks.
import { useNow } from '@etapiste/web/state';
import { Button, Icon } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { secondsUntil } from '../state/clock.ts';
import { useOffset } from '../ui/clock.tsx';
import type { SceneProps } from './app.tsx';
import { Face } from './face.tsx';

export function TakeAlong({ state, words, link }: SceneProps) {
  return (
    <section class="farewell" role="status">
      <h1>{words.take_along}</h1>
      <ul class="take-list">
        <li>
          <Icon name="document" /> {words.take_papers}
        </li>
        <li>
          <Icon name="person" /> {words.take_identity}
        </li>
      </ul>
      <Closing {...{ state, words, link }} />
    </section>
  );
}

const SMILEYS = [1, 2, 3, 4, 5] as const;

export function Rate({ state, words, link }: SceneProps) {
  const [chosen, choose] = useState<number | null>(null);
  return (
    <section class="farewell">
      <h1 id="rate-question">{words.rate_question}</h1>
      <p>{words.rate_more}</p>
      <fieldset class="smileys" aria-labelledby="rate-question">
        {SMILEYS.map((smiley) => (
          <button
            type="button"
            key={smiley}
            class="smiley"
            disabled={chosen !== null && chosen !== smiley}
            aria-pressed={chosen === smiley}
            onClick={() => {
              if (chosen === null && link.say({ type: 'rate', smiley })) choose(smiley);
            }}
          >
            <Face mood={smiley} />
            <span>{words.smileys[smiley - 1]}</span>
          </button>
        ))}
      </fieldset>
      <Closing {...{ state, words, link }} />
    </section>
  );
}

export function Thanks({ words }: SceneProps) {
  return (
    <section class="farewell thanks" role="status">
      <Face mood={5} />
      <h1>{words.thanks}</h1>
      <p>{words.thanks_more}</p>
    </section>
  );
}

function Closing({ state, words, link }: Pick<SceneProps, 'state' | 'words' | 'link'>) {
  const offset = useOffset(state);
  const now = useNow(500);
  if (!state.closes_at) return null;
  return (
    <div class="closing">
      <span>{words.closes_in(secondsUntil(state.closes_at, offset, now))}</span>
      <Button size="kiosk" icon="clock" onPress={() => link.say({ type: 'more_time' })}>
        {words.more_time}
      </Button>
    </div>
  );
}
