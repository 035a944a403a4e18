// Somebody missed a call: back to their place with their own number.
import { Button } from '@etapiste/web/ui';
import type { StepProps } from './steps.tsx';

export function ReturnStep({ state, words, desk }: StepProps) {
  return (
    <section class="return-step" aria-label={words.missed_title}>
      <p>{state.missed.length > 0 ? words.missed_text : words.missed_none}</p>
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
      <Button size="kiosk" onPress={() => desk.happened({ kind: 'back' })}>
        {words.back}
      </Button>
    </section>
  );
}
