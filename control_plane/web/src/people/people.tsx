// The page where people are set up: who is there, and what can be done about them.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { OfficeLinks } from '../office-links.tsx';
import { PageHead } from '../page-head.tsx';
import { found, type Wanted } from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';
import { EndDialog } from './end-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { SheetDialog } from './sheet-dialog.tsx';
import { PeopleTable } from './table.tsx';

/** What is open over the page: an act, and about whom. */
export type Open =
  | { what: 'add' | 'sheet' }
  | { what: 'change' | 'link' | 'end'; id: string }
  | null;

const SHOWN = 100;

export function PeoplePage({ app }: { app: PeopleApp }) {
  const t = useT();
  const phase = useStore(app.phase);
  useEffect(() => {
    document.title = `${t('people.title')} – ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    if (phase === 'signed_out')
      location.replace(`sign-in.html#${app.session.get() ? 'ended' : 'needed'}`);
  }, [phase, app]);
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main people-main">
        <h1>{t('people.title')}</h1>
        {phase === 'ready' ? (
          <Ready app={app} />
        ) : phase === 'failed' ? (
          <Notice
            tone="bad"
            live="alert"
            actions={<Button onPress={() => void app.start()}>{t('app.try_again')}</Button>}
          >
            {t('people.failed')}
          </Notice>
        ) : phase === 'factor_needed' ? (
          <Notice tone="warning" live="alert">
            <a href="second-factor.html">{t('people.factor_needed')}</a>
          </Notice>
        ) : phase === 'not_allowed' ? (
          <Notice
            tone="warning"
            live="alert"
            actions={<Button onPress={() => void app.signOut()}>{t('desk.sign_out')}</Button>}
          >
            {t('people.not_allowed')}
          </Notice>
        ) : (
          <Spinner label={t('app.loading')} />
        )}
      </main>
    </>
  );
}

function Ready({ app }: { app: PeopleApp }) {
  const t = useT();
  const people = useStore(app.people);
  const session = useStore(app.session);
  const [wanted, setWanted] = useState<Wanted>({ text: '', agency: '', ended: false });
  const [most, setMost] = useState(SHOWN);
  const [open, setOpen] = useState<Open>(null);
  const shown = found(people, wanted);
  const person = open && 'id' in open ? people.find(({ id }) => id === open.id) : undefined;
  const close = () => {
    app.refusal.set(null);
    setOpen(null);
  };
  return (
    <>
      <div class="people-links">
        <OfficeLinks session={session} here="people" />
        <Button kind="quiet" icon="person" onPress={() => void app.signOut()}>
          {t('desk.sign_out')}
        </Button>
      </div>
      <div class="people-acts">
        <Button kind="primary" icon="plus" onPress={() => setOpen({ what: 'add' })}>
          {t('people.add')}
        </Button>
        <Button icon="document" onPress={() => setOpen({ what: 'sheet' })}>
          {t('people.sheet_in')}
        </Button>
        <a class="button button-secondary button-desk" href="api/v1/staff/sheet" download>
          <span class="button-words">{t('people.sheet_out')}</span>
        </a>
      </div>
      <Search app={app} wanted={wanted} choose={setWanted} />
      <p role="status">{t('people.found', { count: shown.length, all: people.length })}</p>
      {shown.length > 0 ? (
        <PeopleTable app={app} people={shown.slice(0, most)} act={setOpen} />
      ) : (
        <p>{t(people.length > 0 ? 'people.none_found' : 'people.none')}</p>
      )}
      {shown.length > most ? (
        <p>
          <Button onPress={() => setMost(most + SHOWN)}>
            {t('people.more', { count: Math.min(SHOWN, shown.length - most) })}
          </Button>
        </p>
      ) : null}
      {open?.what === 'add' ? (
        <PersonDialog
          app={app}
          person={null}
          act={setOpen}
          // Whoever is new needs the link at once.
          done={(made) => setOpen({ what: 'link', id: made.id })}
          close={close}
        />
      ) : null}
      {open?.what === 'change' && person ? (
        <PersonDialog app={app} person={person} act={setOpen} done={close} close={close} />
      ) : null}
      {open?.what === 'link' && person ? (
        <LinkDialog app={app} person={person} close={close} />
      ) : null}
      {open?.what === 'end' && person ? (
        <EndDialog app={app} person={person} close={close} />
      ) : null}
      {open?.what === 'sheet' ? <SheetDialog app={app} close={close} /> : null}
    </>
  );
}

interface SearchProps {
  app: PeopleApp;
  wanted: Wanted;
  choose: (wanted: Wanted) => void;
}

function Search({ app, wanted, choose }: SearchProps) {
  const t = useT();
  const lang = useLanguage();
  const agencies = useStore(app.agencies);
  const session = useStore(app.session);
  const overAgencies = session?.roles.some((role) => role === 'owner' || role === 'admin');
  return (
    <search class="people-search">
      <label class="field">
        {t('people.search')}
        <input
          type="search"
          value={wanted.text}
          onInput={(event) => choose({ ...wanted, text: event.currentTarget.value })}
        />
      </label>
      {overAgencies ? (
        <label class="field">
          {t('people.agency')}
          <select
            value={wanted.agency}
            onChange={(event) => choose({ ...wanted, agency: event.currentTarget.value })}
          >
            <option value="">{t('people.every_agency')}</option>
            {agencies.map(({ code, name }) => (
              <option key={code} value={code}>
                {name[lang]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <label class="tick">
        <input
          type="checkbox"
          checked={wanted.ended}
          onChange={(event) => choose({ ...wanted, ended: event.currentTarget.checked })}
        />
        {t('people.show_ended')}
      </label>
    </search>
  );
}
