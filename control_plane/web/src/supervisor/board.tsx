// The supervisor's board: which of its faces is shown, and what lies where.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect } from 'preact/hooks';
import { refusalWords, useT } from '../messages/index.ts';
import type { Supervision } from '../state/types.ts';
import { Closings } from './closings.tsx';
import { BoardContext, type BoardParts, useParts } from './context.ts';
import { Days } from './days.tsx';
import { Header } from './header.tsx';
import { History } from './history.tsx';
import { Messages } from './messages.tsx';
import { Numbers } from './numbers.tsx';
import { Queues } from './queues.tsx';
import { States, Team } from './team.tsx';

export function Board(parts: BoardParts) {
  const t = useT();
  useEffect(() => {
    document.title = `${t('board.title')} – ${t('app.name')}`;
  }, [t]);
  return (
    <BoardContext.Provider value={parts}>
      <Announcer />
      <Face />
    </BoardContext.Provider>
  );
}

function Face() {
  const { app } = useParts();
  const t = useT();
  const phase = useStore(app.phase);
  const board = useStore(app.board);
  useEffect(() => {
    if (phase !== 'signed_out') return;
    location.replace(`sign-in.html#${app.left.get() ? 'out' : app.live.ended}`);
  }, [phase, app]);
  if (phase === 'ready' && board) return <Ready board={board} />;
  return (
    <main class="alone">
      <h1>{t('board.title')}</h1>
      {phase === 'failed' ? (
        <Notice
          tone="bad"
          live="alert"
          actions={<Button onPress={() => void app.start()}>{t('app.try_again')}</Button>}
        >
          {t('board.failed')}
        </Notice>
      ) : phase === 'not_allowed' ? (
        <Notice
          tone="warning"
          live="alert"
          actions={<Button onPress={() => void app.signOut()}>{t('desk.sign_out')}</Button>}
        >
          {t('board.not_allowed')}
        </Notice>
      ) : (
        <Spinner label={t('board.loading')} />
      )}
    </main>
  );
}

function Ready({ board }: { board: Supervision }) {
  return (
    <div class="board">
      <Header board={board} />
      <Troubles board={board} />
      <main class="board-main">
        <h1 class="unseen">{useT()('board.title')}</h1>
        <Days board={board} />
        <div class="board-columns">
          <div class="board-wide">
            <Queues board={board} />
            {board.may.steer ? <Numbers board={board} /> : null}
          </div>
          <div class="board-side">
            <Closings board={board} />
            {board.may.steer ? <Team board={board} /> : <States board={board} />}
            {board.may.steer ? <Messages board={board} /> : null}
            <History board={board} />
          </div>
        </div>
      </main>
    </div>
  );
}

function Troubles({ board }: { board: Supervision }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const link = useStore(app.live.link);
  const refusal = useStore(app.refusal);
  return (
    <div class="board-troubles">
      {link === 'online' ? null : (
        <Notice tone="waiting" live="status">
          {t('board.stale', { time: timeOfDay(board.now, lang) })}
        </Notice>
      )}
      {refusal ? (
        <Notice
          tone="warning"
          live="alert"
          actions={
            <Button kind="quiet" icon="close" onPress={() => app.refusal.set(null)}>
              {t('app.close')}
            </Button>
          }
        >
          {refusalWords(t, refusal)}
        </Notice>
      ) : null}
    </div>
  );
}
