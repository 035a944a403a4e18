// Who is looked for, what a form says of somebody, and what it changes?

import type { Lang } from '@etapiste/web/i18n';
import type { Clearance, NewPerson, Person, PersonChange, Role } from './types.ts';

export const CLEARANCES = ['none', 'concise', 'standard', 'comprehensive'] as const;
export const LEVELS = [1, 2, 3, 4, 5] as const;
/** Whoever is one of these belongs to an agency. */
export const OF_AN_AGENCY: readonly Role[] = ['clerk', 'supervisor', 'agency_admin'];

export type Standing = 'in_use' | 'no_password' | 'suspended' | 'ended';

export function standing(person: Person): Standing {
  if (person.ended) return 'ended';
  if (person.disabled) return 'suspended';
  return person.has_password ? 'in_use' : 'no_password';
}

export interface Wanted {
  /** Every word of it must be found in the name, the username, a skill or a role's code. */
  text: string;
  /** Empty: of every agency and of none. */
  agency: string;
  ended: boolean;
}

export function found(people: readonly Person[], wanted: Wanted): Person[] {
  const words = wanted.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return people.filter((person) => {
    if (person.ended && !wanted.ended) return false;
    if (wanted.agency && person.agency !== wanted.agency) return false;
    const { username, display_name, alias, roles, skills } = person;
    const all = [username, display_name, alias, ...roles, ...skills.map(({ skill }) => skill)]
      .join(' ')
      .toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  });
}

export interface Form {
  username: string;
  displayName: string;
  alias: string;
  agency: string;
  roles: Role[];
  languages: Lang[];
  skills: { skill: string; level: number }[];
  clearance: Clearance;
}

export function formOf(person: Person | null, agency: string): Form {
  if (!person) {
    return {
      username: '',
      displayName: '',
      alias: '',
      agency,
      roles: ['clerk'],
      languages: ['fi'],
      skills: [],
      clearance: 'none',
    };
  }
  return {
    username: person.username,
    displayName: person.display_name,
    alias: person.alias,
    agency: person.agency ?? '',
    roles: [...person.roles],
    languages: [...person.languages],
    skills: person.skills.map(({ skill, level }) => ({ skill, level: level ?? 5 })),
    clearance: person.clearance,
  };
}

export type Fault = 'username' | 'name' | 'roles' | 'agency' | 'languages' | 'skills';

/** What is wrong in the form, in the order of its fields. */
export function faultsIn(form: Form): Fault[] {
  const skills = form.skills.map(({ skill }) => skill.trim());
  const wrong: [Fault, boolean][] = [
    ['username', !/^[a-z0-9][a-z0-9._@-]{1,63}$/.test(form.username.trim().toLowerCase())],
    ['name', !form.displayName.trim()],
    ['agency', !form.agency && form.roles.some((role) => OF_AN_AGENCY.includes(role))],
    ['roles', form.roles.length === 0],
    ['languages', form.languages.length === 0],
    [
      'skills',
      new Set(skills).size < skills.length ||
        !skills.every((skill) => /^[a-z0-9]{1,32}(-[a-z0-9]{1,32}){0,5}$/.test(skill)),
    ],
  ];
  return wrong.filter(([, is]) => is).map(([fault]) => fault);
}

export function newOf(form: Form): NewPerson {
  return {
    username: form.username.trim().toLowerCase(),
    agency: form.agency || null,
    ...told(form),
  };
}

/** Only what differs, so that what somebody else changed meanwhile stays. */
export function changeOf(before: Person, form: Form): PersonChange {
  const was = told(formOf(before, ''));
  const is = told(form);
  const keys = (Object.keys(is) as (keyof typeof is)[]).filter(
    (key) => JSON.stringify(is[key]) !== JSON.stringify(was[key]),
  );
  return Object.fromEntries(keys.map((key) => [key, is[key]]));
}

function told(form: Form) {
  const displayName = form.displayName.trim();
  const ofAgency = form.agency !== '';
  return {
    display_name: displayName,
    alias: form.alias.trim() || (displayName.split(/\s+/)[0] ?? ''),
    roles: [...form.roles].sort(),
    languages: form.languages,
    skills: ofAgency
      ? form.skills
          .map(({ skill, level }) => ({ skill: skill.trim(), level }))
          .sort((one, other) => (one.skill < other.skill ? -1 : 1))
      : [],
    clearance: ofAgency ? form.clearance : ('none' as const),
  };
}

/** Where the person sets a password; what stands after the mark reaches no server's log. */
export function linkAddress(token: string, origin = location.origin): string {
  return `${origin}/password.html#${token}`;
}

/** A sheet's text; null when it is not UTF-8. */
export function sheetText(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
