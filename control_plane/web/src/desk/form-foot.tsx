// The end of a dialog's form: why it was refused, what it does, and the way out.

import { useStore } from '@etapiste/web/state';
import { Button, Notice } from '@etapiste/web/ui';
import { refusalWords, useT } from '../messages/index.ts';
import type { Doing } from '../state/desk-app.ts';
import { useParts } from './context.ts';

interface Props {
  does: Doing;
  words: string;
  disabled?: boolean;
  close: () => void;
}

export function FormFoot({ does, words, disabled = false, close }: Props) {
  const { app } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  const refusal = useStore(app.refusal);
  return (
    <>
      {refusal ? (
        <Notice tone="warning" live="alert">
          {refusalWords(t, refusal)}
        </Notice>
      ) : null}
      <div class="dialog-actions">
        <Button
          kind="primary"
          type="submit"
          busy={doing === does}
          disabled={disabled}
          onPress={() => undefined}
        >
          {words}
        </Button>
        <Button onPress={close}>{t('app.cancel')}</Button>
      </div>
    </>
  );
}
