// The head of the plain pages: the name, the languages, the contrast.

import { Button, LanguageRow, setContrast, useContrast } from '@etapiste/web/ui';
import { useT } from './messages/index.ts';

export function PageHead() {
  const t = useT();
  const contrast = useContrast();
  return (
    <header class="page-head">
      <a class="brand" href="./">
        {t('app.name')}
      </a>
      <LanguageRow label={t('app.language')} />
      <Button
        kind="quiet"
        icon="contrast"
        pressed={contrast === 'high'}
        onPress={() => setContrast(contrast === 'high' ? 'normal' : 'high')}
      >
        {t('app.contrast')}
      </Button>
    </header>
  );
}
