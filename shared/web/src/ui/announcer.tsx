// How does a change reach somebody who does not see the screen?

import { Store, useStore } from '../state.ts';

interface Said {
  text: string;
  turn: number;
}

const polite = new Store<Said>({ text: '', turn: 0 });
const urgent = new Store<Said>({ text: '', turn: 0 });

/** Says `text` to assistive technology; the same text twice is said twice. */
export function announce(text: string, { assertive = false } = {}): void {
  (assertive ? urgent : polite).update(({ turn }) => ({ text, turn: turn + 1 }));
}

/** Once on every page. */
export function Announcer() {
  const calm = useStore(polite);
  const loud = useStore(urgent);
  return (
    <div class="unseen">
      <div role="status" aria-live="polite">
        <span key={calm.turn}>{calm.text}</span>
      </div>
      <div role="alert" aria-live="assertive">
        <span key={loud.turn}>{loud.text}</span>
      </div>
    </div>
  );
}
