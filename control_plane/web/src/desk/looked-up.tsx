// What does a dialog show that must first ask for what can be chosen: waiting, failure, another try.

import { Button, Notice, Spinner } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';

interface Props<Found> {
  /** Must stay the same function from one look of the page to the next. */
  look: () => Promise<Found | null>;
  failed: string;
  close: () => void;
  children: (found: Found) => ComponentChildren;
}

export function LookedUp<Found>({ look, failed, close, children }: Props<Found>) {
  const t = useT();
  const [found, setFound] = useState<Found | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const load = useCallback(async () => {
    setHasFailed(false);
    const answer = await look();
    if (answer) setFound(answer);
    else setHasFailed(true);
  }, [look]);
  useEffect(() => {
    void load();
  }, [load]);
  if (found && !hasFailed) return <>{children(found)}</>;
  return (
    <>
      {hasFailed ? (
        <Notice
          tone="warning"
          live="alert"
          actions={<Button onPress={() => void load()}>{t('app.try_again')}</Button>}
        >
          {failed}
        </Notice>
      ) : (
        <p class="quiet" role="status">
          <Spinner label={t('app.loading')} />
        </p>
      )}
      <div class="dialog-actions">
        <Button onPress={close}>{t('app.cancel')}</Button>
      </div>
    </>
  );
}

/** What was looked for is empty: there is nothing to choose. */
export function Nobody({ words, close }: { words: string; close: () => void }) {
  const t = useT();
  return (
    <>
      <p role="status">{words}</p>
      <div class="dialog-actions">
        <Button onPress={close}>{t('app.cancel')}</Button>
      </div>
    </>
  );
}
