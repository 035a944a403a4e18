// The setup page: which of its faces is shown, whose part of the setup it is, and what lies where.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { OfficeLinks } from '../office-links.tsx';
import { PageHead } from '../page-head.tsx';
import type { SetupApp } from '../state/setup-app.ts';
import type { SetupView } from '../state/types.ts';
import { nameOf, SetupContext } from './context.ts';
import { History } from './history.tsx';
import { Offer } from './offer.tsx';
import { Places } from './places.tsx';
import { SwitchTable } from './switch-table.tsx';
import { refusedWords } from './words.ts';

const PARTS = { switches: SwitchTable, offer: Offer, places: Places, history: History };
type Part = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as Part[];

export function SetupPage({ app }: { app: SetupApp }) {
  const t = useT();
  const phase = useStore(app.phase);
  const view = useStore(app.view);
  useEffect(() => {
    document.title = `${t('setup.title')} – ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    if (phase === 'signed_out') {
      location.replace(`sign-in.html#${app.left.get() ? 'out' : 'ended'}`);
    }
  }, [phase, app]);
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main setup-main">
        <h1>{t('setup.title')}</h1>
        {phase === 'ready' && view ? <Ready app={app} view={view} /> : <Alone app={app} />}
      </main>
    </>
  );
}

function Alone({ app }: { app: SetupApp }) {
  const t = useT();
  const phase = useStore(app.phase);
  if (phase === 'failed') {
    return (
      <Notice
        tone="bad"
        live="alert"
        actions={<Button onPress={() => void app.start()}>{t('app.try_again')}</Button>}
      >
        {t('setup.failed')}
      </Notice>
    );
  }
  if (phase === 'not_allowed') {
    return (
      <Notice
        tone="warning"
        live="alert"
        actions={<Button onPress={() => void app.signOut()}>{t('desk.sign_out')}</Button>}
      >
        {t('setup.not_allowed')}
      </Notice>
    );
  }
  return <Spinner label={t('setup.loading')} />;
}

function chosen(): Part {
  const hash = location.hash.slice(1) as Part;
  return NAMES.includes(hash) ? hash : 'switches';
}

function Ready({ app, view }: { app: SetupApp; view: SetupView }) {
  const t = useT();
  const lang = useLanguage();
  const session = useStore(app.session);
  const refusal = useStore(app.refusal);
  const [part, setPart] = useState<Part>(chosen);
  useEffect(() => {
    const follow = () => setPart(chosen());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const { everything, agency } = view.may;
  const whose =
    everything || !agency ? t('setup.whole_country') : nameOf(view.agencies, agency, lang);
  const Shown = PARTS[part];
  return (
    <SetupContext.Provider value={{ app, view }}>
      <div class="setup-who">
        <p>
          <strong>{whose}</strong> · {session?.display_name}
        </p>
        <OfficeLinks session={session} here="setup" />
        <Button kind="quiet" icon="person" onPress={() => void app.signOut()}>
          {t('desk.sign_out')}
        </Button>
      </div>
      <p class="lead">{t('setup.lead')}</p>
      <nav class="setup-parts" aria-label={t('setup.parts')}>
        {NAMES.map((name) => (
          <a key={name} href={`#${name}`} aria-current={part === name ? 'page' : undefined}>
            {t(`setup.part.${name}`)}
          </a>
        ))}
      </nav>
      {refusal ? (
        <Notice
          tone="warning"
          live="alert"
          actions={
            <Button kind="quiet" icon="close" onPress={() => app.refusal.set(null)}>
              {t('app.close')}
            </Button>
          }
        >
          {refusedWords(t, refusal)}
        </Notice>
      ) : null}
      <Shown />
    </SetupContext.Provider>
  );
}
