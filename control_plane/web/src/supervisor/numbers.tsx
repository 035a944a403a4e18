// Who waits, number by number; each can be moved, and who missed the call can have the place back.

import { minutes, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { type T, useT } from '../messages/index.ts';
import type { Supervision, WaitingNumber } from '../state/types.ts';
import { useParts } from './context.ts';
import { ReasonDialog } from './reason-dialog.tsx';

export function Numbers({ board }: { board: Supervision }) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const [asked, setAsked] = useState<WaitingNumber | null>(null);
  const [classed, setClassed] = useState<WaitingNumber | null>(null);
  useNow(10_000);
  const name = (from: readonly { code: string; name: Record<string, string> }[], code: string) =>
    from.find((each) => each.code === code)?.name[lang] ?? code;
  return (
    <section aria-labelledby="numbers-title">
      <h2 id="numbers-title">{t('board.numbers')}</h2>
      {board.tickets.length === 0 ? (
        <p class="quiet">{t('board.nobody')}</p>
      ) : (
        <div class="scrolls scrolls-tall" tabIndex={0} role="group" aria-labelledby="numbers-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('board.number')}</th>
                <th scope="col">{t('board.point')}</th>
                <th scope="col">{t('board.service')}</th>
                <th scope="col">{t('board.language')}</th>
                <th scope="col">{t('board.waited')}</th>
                <th scope="col">
                  <span class="unseen">{t('board.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {board.tickets.map((ticket) => (
                <tr key={ticket.id}>
                  <th scope="row" class="count">
                    {ticket.number}
                  </th>
                  <td>{name(board.points, ticket.point)}</td>
                  <td>
                    {name(board.services, ticket.service)}{' '}
                    {ticket.state === 'missed' ? (
                      <small class="tag">{t('board.was_missed')}</small>
                    ) : null}
                    {ticket.state === 'held' ? (
                      <small class="tag">{t('board.busy_elsewhere')}</small>
                    ) : null}
                    {ticket.priority ? (
                      <small class="tag">{priorityWords(t, ticket.priority)}</small>
                    ) : null}
                  </td>
                  <td lang={ticket.language}>{ticket.language}</td>
                  <td>{minutes(clock.since(ticket.arrived_at), lang)}</td>
                  <td class="row-act">
                    {ticket.state === 'held' ? null : (
                      <Button disabled={busy} onPress={() => setAsked(ticket)}>
                        {t(ticket.state === 'missed' ? 'board.give_back' : 'board.move')}
                        <span class="unseen"> {ticket.number}</span>
                      </Button>
                    )}
                    {board.classes.length > 0 && ticket.state === 'waiting' ? (
                      <Button disabled={busy} onPress={() => setClassed(ticket)}>
                        {t('board.class')}
                        <span class="unseen"> {ticket.number}</span>
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {board.more_tickets > 0 ? (
        <p class="quiet">{t('board.numbers_more', { count: board.more_tickets })}</p>
      ) : null}
      {asked?.state === 'waiting' ? (
        <MoveDialog board={board} ticket={asked} close={() => setAsked(null)} />
      ) : null}
      {classed ? (
        <ClassDialog board={board} ticket={classed} close={() => setClassed(null)} />
      ) : null}
      {asked?.state === 'missed' ? (
        <ReasonDialog
          title={t('board.give_back_title', { number: asked.number })}
          act={t('board.give_back')}
          done={(reason) => app.giveBack(asked.id, reason)}
          close={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

/** The house's own classes in words; an agency's by the name that it gave. */
function priorityWords(t: T, priority: string): string {
  if (priority === 'returned' || priority === 'first' || priority === 'last')
    return t(`board.priority.${priority}`);
  return priority;
}

function ClassDialog(props: { board: Supervision; ticket: WaitingNumber; close: () => void }) {
  const { board, ticket, close } = props;
  const { app } = useParts();
  const t = useT();
  const others = ['', ...board.classes].filter((each) => each !== ticket.priority);
  const [priority, setPriority] = useState(others[0] ?? '');
  return (
    <ReasonDialog
      title={t('board.class_title', { number: ticket.number })}
      act={t('board.class_act')}
      done={(reason) => app.setClass(ticket.id, priority, reason)}
      close={close}
    >
      <p>{t('board.class_lead')}</p>
      <label class="field">
        {t('board.class')}
        <select
          data-autofocus
          value={priority}
          onChange={(event) => setPriority(event.currentTarget.value)}
        >
          {others.map((each) => (
            <option key={each} value={each}>
              {each === '' ? t('board.class_own') : priorityWords(t, each)}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  );
}

function MoveDialog(props: { board: Supervision; ticket: WaitingNumber; close: () => void }) {
  const { board, ticket, close } = props;
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const others = board.services.filter(({ code }) => code !== ticket.service);
  const [service, setService] = useState(others[0]?.code ?? '');
  return (
    <ReasonDialog
      title={t('board.move_title', { number: ticket.number })}
      act={t('board.move')}
      ready={service !== ''}
      done={(reason) => app.move(ticket.id, service, reason)}
      close={close}
    >
      <p>{t('board.move_lead')}</p>
      <label class="field">
        {t('board.service')}
        <select
          data-autofocus
          value={service}
          onChange={(event) => setService(event.currentTarget.value)}
        >
          {others.map(({ code, name }) => (
            <option key={code} value={code}>
              {name[lang]}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  );
}
