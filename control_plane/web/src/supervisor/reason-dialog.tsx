// A question before an act: what is chosen for it, and why it is done.

import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { useParts } from './context.ts';

export const LONGEST = 200;

interface ReasonDialogProps {
  title: string;
  /** The word on the button. */
  act: string;
  /** Does the act; false when it was refused. */
  done: (reason: string) => Promise<boolean>;
  close: () => void;
  children?: ComponentChildren;
  ready?: boolean;
  danger?: boolean;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const { title, act, done, close, children, ready = true, danger = false } = props;
  const { app } = useParts();
  const t = useT();
  const busy = useStore(app.busy);
  const [reason, setReason] = useState('');
  const why = reason.trim();
  const submit = async () => {
    await done(why);
    // A refusal is told on the board, where what has changed meanwhile stands too.
    close();
  };
  return (
    <Dialog title={title} onClose={close} class="reason-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (why && ready && !busy) void submit();
        }}
      >
        {children}
        <label class="field">
          {t('board.reason')}
          <input
            type="text"
            required
            maxLength={LONGEST}
            data-autofocus={children ? undefined : true}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <small>{t('board.reason_about')}</small>
        </label>
        <div class="dialog-actions">
          <Button
            kind={danger ? 'danger' : 'primary'}
            type="submit"
            busy={busy}
            disabled={!why || !ready}
            onPress={() => undefined}
          >
            {act}
          </Button>
          <Button onPress={close}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
