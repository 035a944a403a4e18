// How did it end? Four answers, by mouse or by number.

import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import type { Outcome } from '@etapiste/web/wire';
import { useEffect } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { useParts } from './context.ts';
import { NoteAtTheEnd } from './note.tsx';

const OUTCOMES: readonly Outcome[] = ['done', 'posted', 'moved_on', 'not_able'];

interface EndDialogProps {
  /** The visitor has ended the visit already: there is no way back, only an answer. */
  byVisitor: boolean;
  close: () => void;
}

export function EndDialog({ byVisitor, close }: EndDialogProps) {
  const { app } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  const room = useStore(app.room);
  const end = async (outcome: Outcome) => {
    if (await app.end(outcome)) close();
  };
  useEffect(() => {
    const press = ({ key, repeat }: KeyboardEvent) => {
      const outcome = repeat ? undefined : OUTCOMES[Number(key) - 1];
      if (outcome) void end(outcome);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
  return (
    <Dialog
      title={t(byVisitor ? 'end.visitor_title' : 'end.title')}
      onClose={byVisitor ? undefined : close}
      class="end-dialog"
    >
      <p>{t('end.lead')}</p>
      {room ? <NoteAtTheEnd room={room} /> : null}
      <div class="outcomes">
        {OUTCOMES.map((outcome, at) => (
          <Button
            key={outcome}
            class="outcome"
            autoFocus={at === 0}
            busy={doing === 'end'}
            shortcut={String(at + 1)}
            onPress={() => void end(outcome)}
          >
            <span class="key" aria-hidden="true">
              {at + 1}
            </span>
            <span>
              <strong>{t(`outcome.${outcome}`)}</strong>
              <small>{t(`outcome.${outcome}.about`)}</small>
            </span>
          </Button>
        ))}
      </div>
      {byVisitor ? null : (
        <div class="dialog-actions">
          <Button onPress={close}>{t('end.back')}</Button>
        </div>
      )}
    </Dialog>
  );
}
