// Which queues are closed or limited, and how one is closed or opened again.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Icon } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Closing, Supervision } from '../state/types.ts';
import { CloseDialog } from './close-dialog.tsx';
import { useParts } from './context.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { closingWords, placeOf } from './words.ts';

export function Closings({ board }: { board: Supervision }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const [closing, setClosing] = useState(false);
  const [reopening, setReopening] = useState<Closing | null>(null);
  return (
    <section aria-labelledby="closings-title">
      <div class="board-head">
        <h2 id="closings-title">{t('board.closings')}</h2>
        {board.may.close ? (
          <Button kind="primary" disabled={busy} onPress={() => setClosing(true)}>
            {t('board.close')}
          </Button>
        ) : null}
      </div>
      {board.closings.length === 0 ? (
        <p class="all-open">
          <Icon name="check" /> {t('board.all_open')}
        </p>
      ) : (
        <ul class="plain rows">
          {board.closings.map((each) => (
            <li key={each.id}>
              <div>
                <strong>{placeOf(each, board, lang, t)}</strong>
                <p>{closingWords(each, t)}</p>
                <p class="quiet">
                  {each.ends_at
                    ? t('board.until', { time: timeOfDay(each.ends_at, lang) })
                    : t('board.until_reopened')}
                  {' · '}
                  {t(`board.way.${each.instead}`)}
                </p>
              </div>
              {board.may.close ? (
                <Button disabled={busy} onPress={() => setReopening(each)}>
                  {t('board.reopen')}
                  <span class="unseen"> {placeOf(each, board, lang, t)}</span>
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {closing ? <CloseDialog board={board} close={() => setClosing(false)} /> : null}
      {reopening ? (
        <ReasonDialog
          title={t('board.reopen_title', { what: placeOf(reopening, board, lang, t) })}
          act={t('board.reopen')}
          done={(reason) => app.reopen(reopening.id, reason)}
          close={() => setReopening(null)}
        />
      ) : null}
    </section>
  );
}
