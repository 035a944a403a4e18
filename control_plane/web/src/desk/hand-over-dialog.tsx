// To which colleague does a number go that this clerk has set aside?

import { useStore } from '@etapiste/web/state';
import { Button, Dialog, Notice, Spinner } from '@etapiste/web/ui';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { refusalWords, useT } from '../messages/index.ts';
import type { Colleague, ParkedRow } from '../state/types.ts';
import { useParts } from './context.ts';

export function HandOverDialog({ row, close }: { row: ParkedRow; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const [colleagues, setColleagues] = useState<Colleague[] | null>(null);
  const [failed, setFailed] = useState(false);
  const load = useCallback(async () => {
    setFailed(false);
    const found = await app.colleagues();
    if (found) setColleagues(found);
    else setFailed(true);
  }, [app]);
  useEffect(() => {
    void load();
  }, [load]);
  return (
    <Dialog title={t('hand_over.title', { number: row.number })} onClose={close}>
      {failed ? (
        <Notice
          tone="warning"
          live="alert"
          actions={<Button onPress={() => void load()}>{t('app.try_again')}</Button>}
        >
          {t('hand_over.failed')}
        </Notice>
      ) : colleagues === null ? (
        <p>
          <Spinner label={t('app.loading')} />
        </p>
      ) : colleagues.length === 0 ? (
        <p role="status">{t('hand_over.nobody')}</p>
      ) : (
        <Form row={row} colleagues={colleagues} close={close} />
      )}
      {!failed && colleagues && colleagues.length > 0 ? null : (
        <div class="dialog-actions">
          <Button onPress={close}>{t('app.cancel')}</Button>
        </div>
      )}
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
  const doing = useStore(app.doing);
  const refusal = useStore(app.refusal);
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
      {refusal ? (
        <Notice tone="warning" live="alert">
          {refusalWords(t, refusal)}
        </Notice>
      ) : null}
      <div class="dialog-actions">
        <Button kind="primary" type="submit" busy={doing === 'hand_over'} onPress={() => undefined}>
          {t('hand_over.do')}
        </Button>
        <Button onPress={close}>{t('app.cancel')}</Button>
      </div>
    </form>
  );
}
