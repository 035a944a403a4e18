// Who waits, where, since when, and can they be called? The whole nation's queue of one agency.

import { minutes, timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Dialog, Icon } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT, whyNot } from '../messages/index.ts';
import { KEYS } from '../state/keys.ts';
import { nextBlock } from '../state/rules.ts';
import type { Desk, QueueRow } from '../state/types.ts';
import { useParts } from './context.ts';
import { WhyFirst } from './why-first.tsx';

export function Queue({ desk }: { desk: Desk }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const [asked, setAsked] = useState<QueueRow | null>(null);
  const [wondered, setWondered] = useState<QueueRow | null>(null);
  const block = nextBlock(desk);
  const { state } = desk.me;
  const settled = state === 'wrap_up' || state === 'reserved';
  const away = ['offline', 'break', 'back_office', 'not_responding'].includes(state);
  return (
    <section class="queue" aria-labelledby="queue-title">
      <div class="queue-head">
        <div>
          <h1 id="queue-title">{t('queue.title')}</h1>
          <p class="queue-facts">
            <strong>{t('queue.waiting', { count: desk.waiting })}</strong>
            {desk.waiting > 0 ? (
              <span>{t('queue.longest', { wait: minutes(desk.longest_wait_s, lang) })}</span>
            ) : null}
            <span>{t('queue.on_duty', { count: desk.on_duty })}</span>
          </p>
        </div>
        <div class="queue-next">
          {away ? (
            <Button
              kind="primary"
              class="big"
              icon="play"
              busy={doing === 'state'}
              onPress={() => void app.setState('available')}
            >
              {state === 'break' ? t('state.resume') : t('state.start')}
            </Button>
          ) : (
            <Button
              kind="primary"
              class="big"
              icon="next"
              busy={doing === 'next'}
              disabled={block !== null}
              describedBy={block === 'none_callable' ? 'next-block' : undefined}
              hint={`${t('queue.next')} (${KEYS.next})`}
              shortcut={KEYS.next}
              onPress={() => void app.next()}
            >
              {t('queue.next')}{' '}
              <span class="key" aria-hidden="true">
                ⏎
              </span>
            </Button>
          )}
          {state === 'available' && desk.mode !== 'push' ? (
            <label class="menu-check store-next">
              <input
                type="checkbox"
                checked={desk.me.wants_next}
                disabled={doing === 'store_next'}
                onChange={(event) => void app.storeNext(event.currentTarget.checked)}
              />
              <span>{t('queue.store_next')}</span>
            </label>
          ) : null}
          {block && block !== 'empty' && block !== 'busy' && !away && !settled ? (
            <p id="next-block" class="queue-block">
              {t(`queue.block.${block}`)}
            </p>
          ) : null}
        </div>
      </div>
      {desk.queue.length === 0 ? (
        <p class="queue-empty">
          {t(state === 'available' ? 'queue.empty_available' : 'queue.empty')}
        </p>
      ) : (
        <Rows desk={desk} ask={setAsked} wonder={setWondered} />
      )}
      {asked ? <WhyThisOne row={asked} close={() => setAsked(null)} /> : null}
      {wondered ? <WhyFirst row={wondered} close={() => setWondered(null)} /> : null}
    </section>
  );
}

interface RowsProps {
  desk: Desk;
  ask: (row: QueueRow) => void;
  wonder: (row: QueueRow) => void;
}

function Rows({ desk, ask, wonder }: RowsProps) {
  const { app } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  return (
    <div class="queue-rows" tabIndex={0} role="group" aria-labelledby="queue-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('queue.number')}</th>
            <th scope="col">{t('queue.point')}</th>
            <th scope="col">{t('queue.service')}</th>
            <th scope="col">{t('queue.language')}</th>
            <th scope="col">{t('queue.wait')}</th>
            <th scope="col">{t('queue.booth_can')}</th>
            <th scope="col">
              <span class="unseen">{t('queue.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {desk.queue.map((row) => (
            <Row
              key={row.ticket_id}
              row={row}
              keptFor={desk.kept_for}
              callable={row.callable && desk.me.state === 'available' && doing === null}
              ask={() => ask(row)}
              wonder={() => wonder(row)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: QueueRow;
  keptFor: string | null;
  callable: boolean;
  ask: () => void;
  wonder: () => void;
}

function Row({ row, keptFor, callable, ask, wonder }: RowProps) {
  const { clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  useNow(10_000);
  return (
    <tr class={row.callable ? '' : 'row-blocked'}>
      <th scope="row" class="row-number">
        {row.number}
      </th>
      <td>
        {row.point.name[lang]}
        {row.returned ? <small class="tag tag-apart">{t('queue.returned')}</small> : null}
        {row.seated ? <small class="tag tag-apart">{t('queue.seated')}</small> : null}
        {row.for_me ? <small class="tag tag-apart">{t('queue.for_me')}</small> : null}
      </td>
      <td>
        {row.service.name[lang]} <small>~ {minutes(row.service.minutes * 60, lang)}</small>
      </td>
      <td lang={row.language}>{row.language}</td>
      <td title={timeOfDay(row.arrived_at, lang)} class="row-wait">
        {minutes(clock.since(row.arrived_at), lang)}
        <small class={row.over ? 'row-promise row-over' : 'row-promise'}>
          {row.promised
            ? t('queue.promised', { low: row.promised.low_min, high: row.promised.high_min })
            : t('queue.promised_unknown')}
          {row.over ? ` – ${t('queue.over')}` : null}
        </small>
      </td>
      <td>
        <p class="abilities">
          <Ability works={row.can.print} name={t('queue.can.print')} />
          <Ability works={row.can.camera} name={t('queue.can.camera')} />
        </p>
        {row.why_not.length > 0 ? (
          <p class="row-why">
            {whyNot(t, row.why_not, keptFor ? timeOfDay(keptFor, lang) : undefined)}
          </p>
        ) : null}
      </td>
      <td class="row-action">
        <Button kind="quiet" class="row-wonder" onPress={wonder}>
          {t('why_first.button')}
          <span class="unseen"> {row.number}</span>
        </Button>
        <Button disabled={!callable} onPress={ask}>
          {t('queue.call_this')}
          <span class="unseen"> {row.number}</span>
        </Button>
      </td>
    </tr>
  );
}

function Ability({ works, name }: { works: boolean; name: string }) {
  const t = useT();
  return (
    <span class={works ? 'ability' : 'ability ability-no'}>
      {name} <Icon name={works ? 'check' : 'close'} />
      <span class="unseen">{works ? t('queue.can.yes') : t('queue.can.no')}</span>
    </span>
  );
}

const REASONS = ['urgent', 'agreed', 'language', 'continues', 'other'] as const;
const LONGEST_REASON = 200;

function WhyThisOne({ row, close }: { row: QueueRow; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const [reason, setReason] = useState<(typeof REASONS)[number]>('urgent');
  const [other, setOther] = useState('');
  const words = reason === 'other' ? other.trim() : reason;
  return (
    <Dialog title={t('queue.reason.title', { number: row.number })} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!words) return;
          close();
          void app.call(row.ticket_id, words);
        }}
      >
        <fieldset class="choices">
          <legend>{t('queue.reason.lead')}</legend>
          {REASONS.map((code, at) => (
            <label key={code}>
              <input
                type="radio"
                name="reason"
                data-autofocus={at === 0 || undefined}
                checked={reason === code}
                onChange={() => setReason(code)}
              />
              {t(`queue.reason.${code}`)}
            </label>
          ))}
        </fieldset>
        {reason === 'other' ? (
          <label class="field">
            {t('queue.reason.other_label')}
            <input
              type="text"
              required
              maxLength={LONGEST_REASON}
              value={other}
              onInput={(event) => setOther(event.currentTarget.value)}
            />
          </label>
        ) : null}
        <div class="dialog-actions">
          <Button kind="primary" type="submit" onPress={() => undefined} disabled={!words}>
            {t('queue.call_this_number', { number: row.number })}
          </Button>
          <Button onPress={close}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
