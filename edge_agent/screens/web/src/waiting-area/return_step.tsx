// Somebody missed a call, or is called too early: back to the place, or others first.
import { Button } from '@etapiste/web/ui';
import type { StepProps } from './steps.tsx';

export function ReturnStep({ state, words, desk }: StepProps) {
  const called = state.called.filter(({ missed }) => !missed);
  return (
    <section class="return-step" aria-label={words.missed_title}>
      {state.missed.length > 0 || called.length === 0 ? (
        <p>{state.missed.length > 0 ? words.missed_text : words.missed_none}</p>
      ) : null}
      <ul class="missed-list">
        {state.missed.map(({ ticket_id, number }) => (
          <li key={ticket_id}>
            <Button
              kind="primary"
              size="kiosk"
              onPress={() => void desk.returnWith(ticket_id, number)}
            >
              {words.my_number_is(number)}
            </Button>
          </li>
        ))}
      </ul>
      {called.length > 0 ? (
        <>
          <p>{words.pass_text}</p>
          <ul class="missed-list">
            {called.map(({ ticket_id, number }) => (
              <li key={ticket_id}>
                <Button size="kiosk" onPress={() => void desk.letPass(ticket_id, number)}>
                  {words.pass_with(number)}
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Button size="kiosk" onPress={() => desk.happened({ kind: 'back' })}>
        {words.back}
      </Button>
    </section>
  );
}
