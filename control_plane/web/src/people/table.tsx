// Who is there, as what, and may they come in?

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Icon, type IconName } from '@etapiste/web/ui';
import { useT, wordsFor } from '../messages/index.ts';
import { type Standing, standing } from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';
import type { Person } from '../state/types.ts';
import type { Open } from './people.tsx';

const SIGNS: Record<Standing, IconName> = {
  in_use: 'check',
  no_password: 'clock',
  suspended: 'hold',
  ended: 'close',
};

interface TableProps {
  app: PeopleApp;
  people: readonly Person[];
  act: (open: Open) => void;
}

export function PeopleTable({ app, people, act }: TableProps) {
  const t = useT();
  const lang = useLanguage();
  const agencies = useStore(app.agencies);
  const name = (code: string | null) =>
    code === null ? '' : (agencies.find((each) => each.code === code)?.name[lang] ?? code);
  const several = people.some(({ agency }) => agency !== people[0]?.agency);
  return (
    <section class="people-table scrolls" tabIndex={0} aria-label={t('people.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('people.name')}</th>
            <th scope="col">{t('people.roles')}</th>
            {several ? <th scope="col">{t('people.agency')}</th> : null}
            <th scope="col">{t('people.languages')}</th>
            <th scope="col">{t('people.skills')}</th>
            <th scope="col">{t('people.clearance')}</th>
            <th scope="col">{t('people.standing')}</th>
            <th scope="col">{t('people.act')}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.id} class={person.ended ? 'people-ended' : undefined}>
              <th scope="row">
                {person.display_name}
                <small>{person.username}</small>
              </th>
              <td>
                {person.roles.map((role) => wordsFor(t, 'role', role, 'role.unknown')).join(', ')}
              </td>
              {several ? <td>{name(person.agency)}</td> : null}
              <td>{person.languages.join(', ')}</td>
              <td>{person.skills.map(({ skill, level }) => `${skill} ${level}`).join(', ')}</td>
              <td>{t(`people.clearance.${person.clearance}`)}</td>
              <td>
                <StandingOf person={person} />
              </td>
              <td class="row-act">
                {person.yours ? (
                  <Button
                    label={t('people.change_who', { name: person.display_name })}
                    icon="pen"
                    onPress={() => act({ what: 'change', id: person.id })}
                  >
                    {t('people.change')}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StandingOf({ person }: { person: Person }) {
  const t = useT();
  const lang = useLanguage();
  const how = standing(person);
  const when = (at: string) =>
    new Date(at).toLocaleString(localeOf(lang), { dateStyle: 'short', timeStyle: 'short' });
  return (
    <>
      <span class={`standing standing-${how}`}>
        <Icon name={SIGNS[how]} /> {t(`people.standing.${how}`)}
      </span>
      {person.has_factor && !person.ended ? <small>{t('people.has_factor')}</small> : null}
      {person.link_until && !person.disabled ? (
        <small>{t('people.link_until', { when: when(person.link_until) })}</small>
      ) : person.signed_in_at && !person.ended ? (
        <small>{t('people.signed_in_at', { when: when(person.signed_in_at) })}</small>
      ) : null}
    </>
  );
}
