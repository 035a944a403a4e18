// A number is called: over the whole screen when nobody uses it, else over its upper part only.
import { waitingAreaMessages } from '../messages/waiting_area.ts';
import type { ShownCall } from '../state/calls.ts';

export function CallBanner({ shown, full }: { shown: ShownCall; full: boolean }) {
  const { call } = shown;
  // The visitor's language first; the screen's own may be somebody else's.
  const words = waitingAreaMessages[call.language];
  const again = words.call_attempt(call.attempt, call.attempts);
  return (
    <section
      key={`${call.number}-${call.attempt}`}
      class={full ? 'call call-full' : 'call'}
      role="alert"
      lang={call.language}
    >
      <p class="call-title">{words.calling}</p>
      <p class="call-number">{call.number}</p>
      <p class="call-where">
        <span aria-hidden="true">→ </span>
        {call.booth_name[call.language]}
      </p>
      <p class="call-direction">{call.direction[call.language]}</p>
      {again ? <p class="call-again">{again}</p> : null}
    </section>
  );
}
