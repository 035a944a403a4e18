// The number is there: how long, what comes next, and the way back for who no longer needs it.
import { Button, Dialog, Icon } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { errandsOf, paperComes } from '../state/number_path.ts';
import { totalWords, waitWords } from '../state/spoken.ts';
import type { TicketIssued } from '../state/wire.ts';
import type { StepProps } from './steps.tsx';

export function NumberStep({ state, words, desk, ticket }: StepProps & { ticket: TicketIssued }) {
  const [asking, ask] = useState(false);
  const [time, place] = waitWords(ticket, words);
  return (
    <section class="number-step" aria-label={words.your_number}>
      <p class="wait-for" role="status">
        {words.wait_for(ticket.number)}
      </p>
      <p class="wait">
        <Icon name="clock" />
        <span>
          {time}
          <br />
          {place}
        </span>
      </p>
      {errandsOf(ticket) > 1 ? (
        <p class="same-number">
          {words.errands.same_number(errandsOf(ticket))} {totalWords(ticket, words)}
        </p>
      ) : null}
      {paperComes(state.printer) ? (
        <p class="paper">
          {words.paper_below} <span aria-hidden="true">↓</span>
        </p>
      ) : (
        <p class="paper paper-none">
          <Icon name="alert" /> {words.no_paper(ticket.number)}
        </p>
      )}
      <Button
        kind="primary"
        size="kiosk"
        class="done"
        onPress={() => desk.happened({ kind: 'done' })}
      >
        {words.done}
      </Button>
      <Button size="kiosk" kind="quiet" onPress={() => ask(true)}>
        {words.give_up}
      </Button>
      {asking ? (
        <Dialog title={words.give_up} onClose={() => ask(false)}>
          <p>{words.give_up_sure(ticket.number)}</p>
          <div class="dialog-choices">
            <Button kind="primary" size="kiosk" autoFocus onPress={() => ask(false)}>
              {words.give_up_no}
            </Button>
            <Button
              kind="danger"
              size="kiosk"
              onPress={() => {
                ask(false);
                void desk.giveUp(ticket.ticket_id);
              }}
            >
              {words.give_up_yes}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}
