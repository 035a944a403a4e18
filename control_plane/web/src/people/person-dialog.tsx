// What somebody is and can do; for one who is there, also what else can be done about them.

import { LANGUAGES, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce, Button, Dialog, Notice } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT, wordsFor } from '../messages/index.ts';
import {
  CLEARANCES,
  changeOf,
  type Fault,
  type Form,
  faultsIn,
  formOf,
  newOf,
} from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';
import type { Clearance, Person } from '../state/types.ts';
import type { Open } from './people.tsx';
import { RefusalNotice } from './refusal-notice.tsx';
import { SkillRows } from './skill-rows.tsx';
import { Ticks } from './ticks.tsx';

interface PersonDialogProps {
  app: PeopleApp;
  person: Person | null;
  act: (open: Open) => void;
  done: (person: Person) => void;
  close: () => void;
}

export function PersonDialog({ app, person, act, done, close }: PersonDialogProps) {
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const agencies = useStore(app.agencies);
  const session = useStore(app.session);
  const mayGive = useStore(app.mayGive);
  const [form, setForm] = useState<Form>(() => formOf(person, session?.agency?.code ?? ''));
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const choose = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }));
  const own = person !== null && person.id === session?.staff_id;
  const overAgencies = session?.roles.some((role) => role === 'owner' || role === 'admin');
  const wrong = (fault: Fault) => (faults.includes(fault) ? true : undefined);
  const submit = async () => {
    const found = faultsIn(form);
    setFaults(found);
    if (found.length > 0) return;
    const made = person
      ? await app.change(person.id, changeOf(person, form))
      : await app.add(newOf(form));
    if (made) done(made);
  };
  return (
    <Dialog
      title={person ? person.display_name : t('people.add_title')}
      onClose={close}
      class="person-dialog"
    >
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <RefusalNotice app={app} />
        {faults.length > 0 ? (
          <Notice tone="warning" live="alert">
            <ul class="people-faults">
              {faults.map((fault) => (
                <li key={fault}>{t(`people.fault.${fault}`)}</li>
              ))}
            </ul>
          </Notice>
        ) : null}
        <div class="people-pair">
          <label class="field">
            {t('people.display_name')}
            <input
              data-autofocus
              required
              maxLength={100}
              autocomplete="off"
              aria-invalid={wrong('name')}
              value={form.displayName}
              onInput={(event) => choose({ displayName: event.currentTarget.value })}
            />
          </label>
          <label class="field">
            {t('people.username')}
            <input
              required
              maxLength={64}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              readOnly={person !== null}
              aria-invalid={wrong('username')}
              value={form.username}
              onInput={(event) => choose({ username: event.currentTarget.value })}
            />
          </label>
          <label class="field">
            {t('people.alias')}
            <input
              maxLength={64}
              autocomplete="off"
              value={form.alias}
              onInput={(event) => choose({ alias: event.currentTarget.value })}
            />
            <small>{t('people.alias_about')}</small>
          </label>
          {overAgencies ? (
            <label class="field">
              {t('people.agency')}
              <select
                value={form.agency}
                disabled={person !== null}
                aria-invalid={wrong('agency')}
                onChange={(event) => choose({ agency: event.currentTarget.value })}
              >
                <option value="">{t('people.no_agency')}</option>
                {agencies.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name[lang]}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
        </div>
        <Ticks
          legend={t('people.roles')}
          about={own ? t('people.own_about') : undefined}
          disabled={own}
          choices={mayGive.map((role) => ({
            value: role,
            words: wordsFor(t, 'role', role, 'role.unknown'),
          }))}
          chosen={form.roles}
          choose={(roles) => choose({ roles })}
        />
        <Ticks
          legend={t('people.languages_of_service')}
          choices={LANGUAGES.map((value) => ({ value, words: t(`people.language.${value}`) }))}
          chosen={form.languages}
          choose={(languages) => choose({ languages })}
        />
        {form.agency ? (
          <>
            <SkillRows app={app} skills={form.skills} choose={(skills) => choose({ skills })} />
            <label class="field">
              {t('people.clearance')}
              <select
                value={form.clearance}
                disabled={own}
                onChange={(event) => choose({ clearance: event.currentTarget.value as Clearance })}
              >
                {CLEARANCES.map((each) => (
                  <option key={each} value={each}>
                    {t(`people.clearance.${each}`)}
                  </option>
                ))}
              </select>
              <small>{t('people.clearance_about')}</small>
            </label>
          </>
        ) : null}
        <div class="dialog-actions">
          <Button kind="primary" type="submit" busy={busy} onPress={() => undefined}>
            {t(person ? 'people.save' : 'people.add_done')}
          </Button>
          <Button onPress={close}>{t('app.cancel')}</Button>
        </div>
      </form>
      {person ? <MoreActs app={app} person={person} own={own} act={act} done={done} /> : null}
    </Dialog>
  );
}

interface MoreProps {
  app: PeopleApp;
  person: Person;
  own: boolean;
  act: (open: Open) => void;
  done: (person: Person) => void;
}

function MoreActs({ app, person, own, act, done }: MoreProps) {
  const t = useT();
  const busy = useStore(app.busy);
  const suspend = async () => {
    const changed = await app.change(person.id, { disabled: !person.disabled });
    if (changed) done(changed);
  };
  const reset = async () => {
    const changed = await app.resetFactor(person);
    if (changed) {
      announce(t('people.factor_was_reset', { name: person.display_name }));
      done(changed);
    }
  };
  return (
    <section class="people-more" aria-label={t('people.more_acts')}>
      <Button icon="lock" onPress={() => act({ what: 'link', id: person.id })}>
        {t(person.has_password ? 'people.link_new' : 'people.link_first')}
      </Button>
      {own ? null : (
        <>
          {person.has_factor ? (
            <Button icon="phone" busy={busy} onPress={() => void reset()}>
              {t('people.factor_reset')}
            </Button>
          ) : null}
          <Button
            icon={person.disabled ? 'play' : 'hold'}
            busy={busy}
            onPress={() => void suspend()}
          >
            {t(person.disabled ? 'people.bring_back' : 'people.suspend')}
          </Button>
          <Button kind="danger" icon="close" onPress={() => act({ what: 'end', id: person.id })}>
            {t('people.end')}
          </Button>
        </>
      )}
    </section>
  );
}
