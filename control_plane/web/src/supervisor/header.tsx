// Whose board it is, whether its line is up, and what belongs to the person.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Icon, LanguageRow, setContrast, useContrast } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { OfficeLinks } from '../office-links.tsx';
import { usesFactor } from '../state/entry.ts';
import type { Supervision } from '../state/types.ts';
import { useParts } from './context.ts';

export function Header({ board }: { board: Supervision }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const link = useStore(app.live.link);
  const session = useStore(app.session);
  const contrast = useContrast();
  const [only] = board.agencies;
  const whose = board.agencies.length === 1 && only ? only.name[lang] : t('board.whole_country');
  return (
    <header class="desk-header board-header">
      <p class="brand">
        {t('app.name')} <span class="brand-agency">{whose}</span>
      </p>
      <OfficeLinks session={session} here="board" />
      <nav class="board-links">
        <a href="promises.html">{t('board.promises')}</a>
        {usesFactor(session) ? <a href="second-factor.html">{t('factor.link')}</a> : null}
        {session?.roles.includes('clerk') ? <a href="desk.html">{t('board.desk')}</a> : null}
      </nav>
      <p class={`line line-${link}`}>
        <Icon name={link === 'online' ? 'check' : 'warning'} />
        {link === 'online' ? t('desk.online') : t('desk.offline')}
      </p>
      <LanguageRow label={t('app.language')} onChange={(next) => void app.setLanguage(next)} />
      <Button
        kind="quiet"
        icon="contrast"
        pressed={contrast === 'high'}
        onPress={() => setContrast(contrast === 'high' ? 'normal' : 'high')}
      >
        {t('app.contrast')}
      </Button>
      <Button kind="quiet" icon="person" onPress={() => void app.signOut()}>
        {t('desk.sign_out')}
        <span class="unseen"> {session?.display_name}</span>
      </Button>
    </header>
  );
}
