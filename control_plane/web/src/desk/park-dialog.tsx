// What does the visitor do meanwhile, and when are they called again?

import { Dialog } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { ParkReason } from '../state/types.ts';
import { useParts } from './context.ts';
import { FormFoot } from './form-foot.tsx';

const REASONS: readonly ParkReason[] = ['form', 'papers', 'enquiry', 'rest'];
const MINUTES = [5, 10, 15, 30, 60] as const;

export function ParkDialog({ number, close }: { number: number; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const [reason, setReason] = useState<ParkReason>('form');
  const [minutes, setMinutes] = useState(15);
  const park = async () => {
    if (await app.park(reason, minutes)) close();
  };
  return (
    <Dialog title={t('park.title', { number })} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void park();
        }}
      >
        <p>{t('park.lead')}</p>
        <fieldset class="choices">
          <legend>{t('park.reason')}</legend>
          {REASONS.map((code, at) => (
            <label key={code}>
              <input
                type="radio"
                name="reason"
                data-autofocus={at === 0 || undefined}
                checked={reason === code}
                onChange={() => setReason(code)}
              />
              {t(`park.reason.${code}`)}
            </label>
          ))}
        </fieldset>
        <label class="field">
          {t('park.minutes')}
          <select
            value={String(minutes)}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          >
            {MINUTES.map((each) => (
              <option key={each} value={String(each)}>
                {t('park.in_minutes', { minutes: each })}
              </option>
            ))}
          </select>
        </label>
        <FormFoot does="park" words={t('park.park')} close={close} />
      </form>
    </Dialog>
  );
}
