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
