// Whom has this clerk set aside, who missed the call and still may come, and who is busy elsewhere?

import { minutes, stopwatch, timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Desk, HeldRow, MissedRow, ParkedRow } from '../state/types.ts';
import { useParts } from './context.ts';
import { HandOverDialog } from './hand-over-dialog.tsx';

export function SetAside({ desk }: { desk: Desk }) {
  const t = useT();
  const free = desk.me.state === 'available';
  return (
    <>
      <Aside
        id="parked-title"
        title={t('parked.title')}
        rows={desk.parked}
        show={(row) => <Parked key={row.ticket_id} row={row} free={free} />}
      >
        {free ? null : (
          <p id="parked-block" class="queue-block">
            {t('parked.block')}
          </p>
        )}
      </Aside>
      <Aside
        id="missed-title"
        title={t('missed.title')}
        rows={desk.missed}
        show={(row) => <Missed key={row.ticket_id} row={row} />}
      />
      <Aside
        id="held-title"
        title={t('held.title')}
        about={t('held.about')}
        rows={desk.held}
        show={(row) => <Held key={row.ticket_id} row={row} />}
      />
    </>
  );
}

interface AsideProps<Row> {
  id: string;
  title: string;
  about?: string;
  rows: readonly Row[];
  show: (row: Row) => ComponentChildren;
  children?: ComponentChildren;
}

/** One kind of number beside the queue; nothing when there is none. */
function Aside<Row>({ id, title, about, rows, show, children }: AsideProps<Row>) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {about ? <p class="quiet">{about}</p> : null}
      <ul class="plain aside-list">{rows.map(show)}</ul>
      {children}
    </section>
  );
}

function Held({ row }: { row: HeldRow }) {
  const { clock } = useParts();
  const lang = useLanguage();
  useNow(10_000);
  return (
    <li>
      <p>
        <strong>{row.number}</strong> {row.service.name[lang]}
        <small>
          {row.point.name[lang]} · {minutes(clock.since(row.arrived_at), lang)}
        </small>
      </p>
    </li>
  );
}

function Parked({ row, free }: { row: ParkedRow; free: boolean }) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const now = useNow(1_000, clock.now);
  const [giving, setGiving] = useState(false);
  const left = Math.max(0, (Date.parse(row.recall_at) - now) / 1000);
  return (
    <li>
      <p>
        <strong>{row.number}</strong> {row.service.name[lang]}
        <small>
          {row.point.name[lang]} · {t(`park.reason.${row.reason}`)}
        </small>
      </p>
      <p role="timer" title={timeOfDay(row.recall_at, lang)}>
        {t('parked.left', { time: stopwatch(left) })}
      </p>
      <div class="actions">
        <Button
          busy={doing === 'call'}
          disabled={!free}
          describedBy={free ? undefined : 'parked-block'}
          onPress={() => void app.callParked(row.ticket_id)}
        >
          {t('parked.call')}
          <span class="unseen"> {row.number}</span>
        </Button>
        <Button
          kind="quiet"
          busy={doing === 'hand_over'}
          onPress={() => void app.handOver(row.ticket_id, null)}
        >
          {t('parked.to_queue')}
          <span class="unseen"> {row.number}</span>
        </Button>
        <Button kind="quiet" onPress={() => setGiving(true)}>
          {t('parked.hand_over')}
          <span class="unseen"> {row.number}</span>
        </Button>
      </div>
      {giving ? <HandOverDialog row={row} close={() => setGiving(false)} /> : null}
    </li>
  );
}

function Missed({ row }: { row: MissedRow }) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  useNow(10_000);
  return (
    <li>
      <p>
        <strong>{row.number}</strong> {row.service.name[lang]}
        <small>
          {row.point.name[lang]} ·{' '}
          {t('missed.ago', { time: minutes(clock.since(row.missed_at), lang) })}
        </small>
      </p>
      <div class="actions">
        <Button busy={doing === 'take_back'} onPress={() => void app.takeBack(row.ticket_id)}>
          {t('missed.take_back')}
          <span class="unseen"> {row.number}</span>
        </Button>
      </div>
    </li>
  );
}
