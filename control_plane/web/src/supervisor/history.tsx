// What was done lately, by whom and why; what still can be taken back has a button for it.

import { type Lang, timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import { type Undo, undoOf } from '../state/supervision.ts';
import type { Act, Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { placeOf } from './words.ts';

export function History({ board }: { board: Supervision }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const acts = useStore(app.acts);
  const busy = useStore(app.busy);
  const [undoing, setUndoing] = useState<{ act: Act; undo: Undo } | null>(null);
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{t('board.history')}</h2>
      {acts.length === 0 ? (
        <p class="quiet">{t('board.no_history')}</p>
      ) : (
        <ul class="plain rows scrolls-tall" tabIndex={0}>
          {acts.map((act) => {
            const undo = undoOf(act, board);
            return (
              <li key={act.seq}>
                <div>
                  <p>
                    {timeOfDay(act.at, lang)} {act.who ?? t('board.not_ours')} {actWords(act, t)}
                    {whatOf(act, board, lang, t)}
                  </p>
                  {act.detail['reason'] ? (
                    <p class="quiet">
                      {t('board.reason')}: {String(act.detail['reason'])}
                    </p>
                  ) : null}
                </div>
                {undo ? (
                  <Button disabled={busy} onPress={() => setUndoing({ act, undo })}>
                    {t('board.undo')}
                    <span class="unseen"> {actWords(act, t)}</span>
                  </Button>
                ) : null}
              </li>
            );
          })}
        </ul>
      )}
      {undoing ? (
        <ReasonDialog
          title={`${t('board.undo')}: ${actWords(undoing.act, t)}`}
          act={t('board.undo')}
          done={(reason) => app.undo(undoing.undo, reason)}
          close={() => setUndoing(null)}
        />
      ) : null}
    </section>
  );
}

/** The queue, or the clerk and the state: what the act was about. */
function whatOf(act: Act, board: Supervision, lang: Lang, t: T): string {
  const { point = null, service = null, state } = act.detail;
  if (act.action.startsWith('queue.') && board.agencies.length === 1) {
    const closed = { agency: '', point: text(point), service: text(service) };
    return `: ${placeOf(closed, board, lang, t)}`;
  }
  const clerk = board.clerks.find(({ id }) => act.subject === `clerk:${id}`);
  return clerk && typeof state === 'string'
    ? `: ${clerk.name}, ${wordsFor(t, 'state', state, 'board.act.unknown')}`
    : '';
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);

function actWords(act: Act, t: T): string {
  return wordsFor(t, 'board.act', act.action, 'board.act.unknown', {
    number: String(act.detail['number'] ?? ''),
  });
}
