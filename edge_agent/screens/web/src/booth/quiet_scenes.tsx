// The booth's screen when nobody sits before it, or while something is made ready.
import type { ComponentChildren } from 'preact';
import { boothMessages } from '../messages/booth.ts';
import { Clock } from '../ui/clock.tsx';
import { EveryLanguage } from '../ui/every_language.tsx';
import type { SceneProps } from './app.tsx';

export function Idle({ state }: SceneProps) {
  const lang = state.language;
  return (
    <section class="idle">
      <div class="idle-head">
        <p>{state.point.name[lang]}</p>
        <Clock state={state} lang={lang} />
      </div>
      <h1>
        <EveryLanguage
          languages={state.languages}
          words={(each) => boothMessages[each].wait_for_call}
        />
      </h1>
      <p class="idle-more">
        <EveryLanguage
          languages={state.languages}
          words={(each) => boothMessages[each].wait_for_call_more}
        />
      </p>
    </section>
  );
}

/** The visitor waits here for another clerk. */
export function Seated({ state, words }: SceneProps) {
  return (
    <section class="message" role="status">
      <span class="spinner-mark" aria-hidden="true" />
      <h1>{words.stay}</h1>
      <p>{words.stay_more}</p>
      {state.number === null ? null : <p class="kept-number">{words.your_number(state.number)}</p>}
    </section>
  );
}

/** The visitor waits outside again, and loses nothing by it. */
export function Leaving({ state, words }: SceneProps) {
  return (
    <section class="message" role="status">
      <h1>{words.leave}</h1>
      <p>{words.leave_more}</p>
      {state.number === null ? null : <p class="kept-number">{words.your_number(state.number)}</p>}
      <p>{words.leave_take}</p>
    </section>
  );
}

interface MessageProps {
  title: string;
  text: string;
  waiting?: boolean;
  children?: ComponentChildren;
}

export function Message({ title, text, waiting, children }: MessageProps) {
  return (
    <section class="message" role="status">
      {waiting ? <span class="spinner-mark" aria-hidden="true" /> : null}
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </section>
  );
}
