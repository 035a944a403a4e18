// What is this, and where does everything begin?

import { type Readable, useStore } from '@etapiste/web/state';
import { Announcer, Icon, type IconName, Notice } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { type Key, useT } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { type Api, Refusal } from '../state/api.ts';
import type { Health } from '../state/health.ts';
import type { StartInfo } from '../state/types.ts';

const LINKS: Record<string, { icon: IconName; words: Key; about: Key }> = {
  stage: { icon: 'door', words: 'start.link.stage', about: 'start.link.stage.about' },
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
        {links.length > 0 ? (
          <section aria-labelledby="point-title">
            <h2 id="point-title">{t('start.point')}</h2>
            <p>{t('start.point_lead')}</p>
            <ul class="cards">
              {links.map(({ code, url }) => (
                <li key={code}>
                  <LinkCard code={code} url={url} />
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {info && info.accounts.length > 0 ? <Accounts accounts={info.accounts} /> : null}
        {state === 'good' ? (
          <p class="health">
            <Icon name="check" /> {t('start.health.good')}
          </p>
        ) : null}
      </main>
    </>
  );
}

function LinkCard({ code, url }: { code: string; url: string }) {
  const t = useT();
  const link = LINKS[code];
  if (!link) return null;
  return (
    <a class="card" href={url} target="_blank" rel="noopener">
      <Icon name={link.icon} />
      <span>
        <strong>{t(link.words)}</strong>
        <small>{t(link.about)}</small>
        <span class="unseen"> ({t('start.new_window')})</span>
      </span>
    </a>
  );
}

function Accounts({ accounts }: { accounts: StartInfo['accounts'] }) {
  const t = useT();
  return (
    <section aria-labelledby="accounts-title">
      <h2 id="accounts-title">{t('start.accounts')}</h2>
      <p>{t('start.accounts_lead')}</p>
      <div class="scrolls">
        <table class="accounts">
          <thead>
            <tr>
              <th scope="col">{t('start.account.agency')}</th>
              <th scope="col">{t('start.account.username')}</th>
              <th scope="col">{t('start.account.password')}</th>
              <th scope="col">
                <span class="unseen">{t('start.account.use')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.map(({ username, password, agency }) => (
              <tr key={username}>
                <td>{agency}</td>
                <td>
                  <code>{username}</code>
                </td>
                <td>
                  <code>{password}</code>
                </td>
                <td>
                  <a href={`sign-in.html#as=${encodeURIComponent(username)}`}>
                    {t('start.account.use')}
                    <span class="unseen">: {username}</span>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
