// Whose desk it is, how it stands, and what belongs to the person.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Icon, LanguageRow, setContrast, useContrast } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { usesFactor } from '../state/entry.ts';
import { type Action, KEYS, keysOn } from '../state/keys.ts';
import { inRoom } from '../state/rules.ts';
import type { Desk } from '../state/types.ts';
import { useParts } from './context.ts';
import { Menu } from './menu.tsx';
import { StateMenu } from './state-menu.tsx';

export function Header({ desk }: { desk: Desk }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const link = useStore(app.live.link);
  return (
    <header class="desk-header">
      <p class="brand">
        {t('app.name')} <span class="brand-agency">{desk.agency.name[lang]}</span>
      </p>
      <StateMenu desk={desk} />
      <p class={`line line-${link}`}>
        <Icon name={link === 'online' ? 'check' : 'warning'} />
        {link === 'online' ? t('desk.online') : t('desk.offline')}
      </p>
      <OwnMenu desk={desk} />
    </header>
  );
}

function OwnMenu({ desk }: { desk: Desk }) {
  const { app } = useParts();
  const t = useT();
  const session = useStore(app.session);
  const contrast = useContrast();
  const keys = useStore(keysOn);
  const name = session?.display_name ?? '';
  const inVisit =
    desk.consult?.state === 'joined' || (desk.visit !== null && inRoom(desk.visit.state));
  return (
    <Menu
      class="own-menu"
      label={t('desk.own_menu')}
      summary={
        <>
          <Icon name="person" />
          <span class="own-name">{name}</span>
        </>
      }
    >
      {() => (
        <>
          <LanguageRow label={t('app.language')} onChange={(lang) => void app.setLanguage(lang)} />
          <a class="menu-item" href="promises.html" target="_blank" rel="noopener">
            {t('desk.promises')}
            <span class="unseen"> ({t('start.new_window')})</span>
          </a>
          {usesFactor(session) ? (
            <a class="menu-item" href="second-factor.html" target="_blank" rel="noopener">
              {t('factor.title')}
              <span class="unseen"> ({t('start.new_window')})</span>
            </a>
          ) : null}
          <Button
            kind="quiet"
            class="menu-item"
            icon="contrast"
            pressed={contrast === 'high'}
            onPress={() => setContrast(contrast === 'high' ? 'normal' : 'high')}
          >
            {t('app.contrast')}
          </Button>
          <section class="menu-section" aria-label={t('desk.keys')}>
            <h2>{t('desk.keys')}</h2>
            <dl class="keys">
              {(Object.keys(KEYS) as Action[]).map((action) => (
                <div key={action}>
                  <dt>
                    <kbd>{KEYS[action]}</kbd>
                  </dt>
                  <dd>{t(`desk.key.${action}`)}</dd>
                </div>
              ))}
            </dl>
            <label class="menu-check">
              <input
                type="checkbox"
                checked={keys}
                onChange={(event) => keysOn.set(event.currentTarget.checked)}
              />
              <span>
                {t('desk.keys_on')}
                <small>{t('desk.keys_about')}</small>
              </span>
            </label>
          </section>
          <Button
            kind="secondary"
            class="menu-item"
            disabled={inVisit}
            hint={inVisit ? t('desk.sign_out_in_visit') : undefined}
            onPress={() => void app.signOut()}
          >
            {t('desk.sign_out')}
          </Button>
        </>
      )}
    </Menu>
  );
}
