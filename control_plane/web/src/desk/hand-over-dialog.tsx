// To which colleague does a number go that this clerk has set aside?

import { Dialog } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Colleague, ParkedRow } from '../state/types.ts';
import { useParts } from './context.ts';
import { FormFoot } from './form-foot.tsx';
import { LookedUp, Nobody } from './looked-up.tsx';

export function HandOverDialog({ row, close }: { row: ParkedRow; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  return (
    <Dialog title={t('hand_over.title', { number: row.number })} onClose={close}>
      <LookedUp look={app.colleagues} failed={t('hand_over.failed')} close={close}>
        {(colleagues) =>
          colleagues.length > 0 ? (
            <Form row={row} colleagues={colleagues} close={close} />
          ) : (
            <Nobody words={t('hand_over.nobody')} close={close} />
          )
        }
      </LookedUp>
    </Dialog>
  );
}

interface FormProps {
  row: ParkedRow;
  colleagues: readonly Colleague[];
  close: () => void;
}

function Form({ row, colleagues, close }: FormProps) {
  const { app } = useParts();
  const t = useT();
  const [person, setPerson] = useState(colleagues[0]?.staff_id ?? '');
  const first = useRef<HTMLSelectElement>(null);
  // The question is there before what can be answered: the focus follows when it comes.
  useEffect(() => first.current?.focus(), []);
  const give = async () => {
    if (await app.handOver(row.ticket_id, person)) close();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void give();
      }}
    >
      <p>{t('hand_over.lead')}</p>
      <label class="field">
        {t('hand_over.to')}
        <select
          ref={first}
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
        >
          {colleagues.map(({ staff_id, alias, state }) => (
            <option key={staff_id} value={staff_id}>
              {alias} · {t(`state.${state}`)}
            </option>
          ))}
        </select>
      </label>
      <FormFoot does="hand_over" words={t('hand_over.do')} close={close} />
    </form>
  );
}
