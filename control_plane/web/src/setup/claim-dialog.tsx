// The file by which a device enrols: made when it is asked for, shown once.

import { useStore } from '@etapiste/web/state';
import { Button, Dialog, Notice } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Claim } from '../state/types.ts';
import { useParts } from './context.ts';
import { refusedWords } from './words.ts';

export function ClaimDialog({ device, close }: { device: string; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const busy = useStore(app.busy);
  const refusal = useStore(app.refusal);
  const [claim, setClaim] = useState<Claim | null>(null);
  const leave = () => {
    app.refusal.set(null);
    close();
  };
  return (
    <Dialog title={t('setup.claim.title', { name: device })} onClose={leave}>
      <p>{t('setup.claim.lead')}</p>
      {refusal ? (
        <Notice tone="warning" live="alert">
          {refusedWords(t, refusal)}
        </Notice>
      ) : null}
      {claim ? (
        <File claim={claim} />
      ) : (
        <>
          <p>{t('setup.claim.sure')}</p>
          <p>
            <Button
              kind="primary"
              busy={busy}
              autoFocus
              onPress={() => void app.claim(device).then(setClaim)}
            >
              {t('setup.claim')}
            </Button>
          </p>
        </>
      )}
      <div class="dialog-actions">
        <Button onPress={leave}>{t('app.close')}</Button>
      </div>
    </Dialog>
  );
}

function File({ claim }: { claim: Claim }) {
  const t = useT();
  const [url, setUrl] = useState('');
  useEffect(() => {
    const file = new Blob([JSON.stringify(claim, null, 2)], { type: 'application/json' });
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [claim]);
  return (
    <>
      <pre class="setup-claim" tabIndex={0}>
        {`${claim.claim_id}\n${claim.secret}`}
      </pre>
      <p>
        <a class="button button-primary" href={url} download="claim.json">
          {t('setup.claim.download')}
        </a>
      </p>
    </>
  );
}
