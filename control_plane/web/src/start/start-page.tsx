// What is this, and where does everything begin?

import { useLanguage } from '@etapiste/web/i18n';
import { type Readable, useStore } from '@etapiste/web/state';
import { Announcer, Icon, type IconName, Notice } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { type Key, useT } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { type Api, Refusal } from '../state/api.ts';
import type { Health } from '../state/health.ts';
import type { StartInfo } from '../state/types.ts';
import { Accounts } from './accounts.tsx';
import { type DemoPerson, demoPlace, demoWho, firstClerk } from './people.ts';

type Link = StartInfo['links'][number];

const LINKS: Record<string, { icon: IconName; words: Key; about: Key }> = {
  waiting_area: {
    icon: 'person',
    words: 'start.link.waiting_area',
    about: 'start.link.waiting_area.about',
  },
  booth: { icon: 'video', words: 'start.link.booth', about: 'start.link.booth.about' },
  bench: { icon: 'printer', words: 'start.link.bench', about: 'start.link.bench.about' },
  info: { icon: 'info', words: 'start.link.info', about: 'start.link.info.about' },
};

export function StartPage({ api, health }: { api: Api; health: Readable<Health> }) {
  const t = useT();
  const state = useStore(health);
  const [info, setInfo] = useState<StartInfo | null>(null);
  useEffect(() => {
    document.title = t('app.name');
  }, [t]);
  useEffect(() => {
    if (info || state === 'bad') return;
    api.start().then(setInfo, (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }, [api, info, state]);
  // Both are there in the demo only.
  const stage = info?.links.find(({ code }) => code === 'stage');
  const clerk = firstClerk(info?.accounts ?? []);
  const links = info?.links.filter(({ code }) => code in LINKS) ?? [];
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main">
        <h1>{t('start.title')}</h1>
        <p class="lead">{t('start.lead')}</p>
        {state === 'bad' ? (
          <Notice tone="bad" live="status">
            {t('start.health.bad')}
          </Notice>
        ) : null}
        {stage && clerk ? <Play stage={stage} clerk={clerk} /> : null}
        {!clerk && (info || state === 'bad') ? <Staff /> : null}
        {links.length > 0 ? <Screens links={links} /> : null}
        {info && info.accounts.length > 0 ? <Accounts accounts={info.accounts} /> : null}
        <p class="start-links">
          <a href="promises.html">{t('start.promises')}</a>
          <a href="setup.html">{t('setup.title')}</a>
        </p>
        <p>
          <a href="reports.html">{t('start.reports')}</a>
        </p>
        {state === 'good' ? (
          <p class="health">
            <Icon name="check" /> {t('start.health.good')}
          </p>
        ) : null}
      </main>
    </>
  );
}

/** Two windows, one person: the visitor's and the clerk's. */
function Play({ stage, clerk }: { stage: Link; clerk: DemoPerson }) {
  const t = useT();
  const lang = useLanguage();
  const agency = demoPlace(clerk, lang, t);
  return (
    <section aria-labelledby="play-title">
      <h2 id="play-title">{t('start.play')}</h2>
      <p>{t('start.play_lead', { agency })}</p>
      <ol class="play">
        <li>
          <Card
            url={stage.url}
            icon="person"
            words={t('start.play.visitor')}
            about={t('start.play.visitor.about', { agency })}
            kind="card-primary"
          />
        </li>
        <li>
          <Card
            url={`sign-in.html#as=${encodeURIComponent(clerk.username)}`}
            icon="keyboard"
            words={t('start.play.clerk')}
            about={t('start.play.clerk.about', { who: demoWho(clerk, lang, t) })}
            kind="card-primary"
          />
        </li>
      </ol>
    </section>
  );
}

function Staff() {
  const t = useT();
  return (
    <section aria-labelledby="staff-title">
      <h2 id="staff-title">{t('start.staff')}</h2>
      <a class="card card-primary" href="sign-in.html">
        <Icon name="keyboard" />
        <span>
          <strong>{t('start.sign_in')}</strong>
          <small>{t('sign_in.lead')}</small>
        </span>
      </a>
    </section>
  );
}

function Screens({ links }: { links: readonly Link[] }) {
  const t = useT();
  return (
    <section aria-labelledby="point-title">
      <h2 id="point-title">{t('start.point')}</h2>
      <ul class="cards">
        {links.map(({ code, url }) => {
          const link = LINKS[code];
          return link ? (
            <li key={code}>
              <Card url={url} icon={link.icon} words={t(link.words)} about={t(link.about)} />
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
}

interface CardProps {
  url: string;
  icon: IconName;
  words: string;
  about: string;
  kind?: string;
}

function Card({ url, icon, words, about, kind = '' }: CardProps) {
  const t = useT();
  return (
    <a class={`card ${kind}`} href={url} target="_blank" rel="noopener">
      <Icon name={icon} />
      <span>
        <strong>{words}</strong>
        <small>{about}</small>
        <span class="unseen"> ({t('start.new_window')})</span>
      </span>
    </a>
  );
}
