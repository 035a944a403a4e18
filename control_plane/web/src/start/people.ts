// Whose part does one play with an account of the demo?

import type { Lang } from '@etapiste/web/i18n';
import { type T, wordsFor } from '../messages/index.ts';
import type { StartInfo } from '../state/types.ts';

export type DemoPerson = StartInfo['accounts'][number];

/** «Kela», or the role where there is no agency. */
export function demoPlace({ agency, roles }: DemoPerson, lang: Lang, t: T): string {
  const role = roles.map((code) => wordsFor(t, 'role', code, 'role.unknown')).join(', ');
  return agency ? agency.name[lang] : role;
}

/** «Aino Lahtinen, Kela». */
export function demoWho(person: DemoPerson, lang: Lang, t: T): string {
  return `${person.display_name}, ${demoPlace(person, lang, t)}`;
}

/** Who takes the visitor in the play: the first clerk. */
export function firstClerk(people: readonly DemoPerson[]): DemoPerson | null {
  return people.find(({ agency, roles }) => agency && roles.includes('clerk')) ?? null;
}
