// Something to be carried elsewhere: it can be read, selected and copied.

import { Button } from '@etapiste/web/ui';
import { useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';

interface CopyFieldProps {
  label: string;
  value: string;
  about?: string;
}

export function CopyField({ label, value, about }: CopyFieldProps) {
  const t = useT();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // A browser may forbid the clipboard; what is selected can still be copied by hand.
    setCopied(
      await navigator.clipboard.writeText(value).then(
        () => true,
        () => false,
      ),
    );
  };
  return (
    <div class="copy-field">
      <label class="field">
        {label}
        <input ref={field} readOnly data-autofocus value={value} />
      </label>
      <Button icon={copied ? 'check' : 'document'} onPress={() => void copy()}>
        {t('people.copy')}
      </Button>
      <p role="status">{copied ? t('people.copied') : null}</p>
      {about ? <p class="copy-about">{about}</p> : null}
    </div>
  );
}
