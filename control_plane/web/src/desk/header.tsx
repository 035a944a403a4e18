// Whose desk it is, how it stands, and what belongs to the person.

import { stopwatch, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Icon, LanguageRow, setContrast, useContrast } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { KEYS, keysOn } from '../state/keys.ts';
import { inRoom } from '../state/rules.ts';
import type { Desk } from '../state/types.ts';
import { useParts } from './context.ts';

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

function StateMenu({ desk }: { desk: Desk }) {
  const { app, clock } = useParts();
  const t = useT();
  useNow(1_000);
  const { state, since, last_one: lastOne } = desk.me;
  const busy = state === 'preparing' || state === 'in_session';
  return (
    <Menu
      class="state-menu"
      label={t('state.label')}
      summary={
        <>
          <span class={`dot dot-${state}`} aria-hidden="true" />
          <span class="state-word">{t(`state.${state}`)}</span>
          <span class="state-time">{stopwatch(clock.since(since))}</span>
        </>
      }
    >
      {(close) => (
        <>
          {(['available', 'break', 'offline'] as const).map((choice) => (
            <Button
              key={choice}
              kind="quiet"
              class="menu-item"
              pressed={state === choice}
              disabled={busy}
              onPress={() => {
                close();
                void app.setState(choice);
              }}
            >
              <span class={`dot dot-${choice}`} aria-hidden="true" /> {t(`state.${choice}`)}
            </Button>
          ))}
          {busy ? <p class="menu-note">{t('state.after_visit')}</p> : null}
          <label class="menu-check">
            <input
              type="checkbox"
              checked={lastOne}
              onChange={(event) => void app.lastOne(event.currentTarget.checked)}
            />
            <span>
              {t('state.last_one')}
              <small>{t('state.last_one.about')}</small>
            </span>
          </label>
        </>
      )}
    </Menu>
  );
}

function OwnMenu({ desk }: { desk: Desk }) {
  const { app } = useParts();
  const t = useT();
  const session = useStore(app.session);
  const contrast = useContrast();
  const keys = useStore(keysOn);
  const name = session?.display_name ?? '';
  const inVisit = desk.visit !== null && inRoom(desk.visit.state);
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
              {(['next', 'mute', 'still', 'end'] as const).map((action) => (
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

interface MenuProps {
  label: string;
  summary: preact.ComponentChildren;
  children: (close: () => void) => preact.ComponentChildren;
  class: string;
}

/** A button that opens a panel; Escape and a press elsewhere close it. */
function Menu({ label, summary, children, class: extra }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', key);
    };
  }, [open]);
  return (
    <div class={`menu ${extra}`} ref={box}>
      <button type="button" class="menu-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="unseen">{label}: </span>
        {summary}
        <Icon name="down" />
      </button>
      {open ? <div class="menu-panel">{children(() => setOpen(false))}</div> : null}
    </div>
  );
}
