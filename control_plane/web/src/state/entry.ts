// Where does whoever has signed in go?

import type { Session } from './types.ts';

/** Those who set people, places and the offer up. */
export const MANAGERS: readonly string[] = ['agency_admin', 'owner', 'admin'];
/** Those who look at queues and reports. */
export const LEADERS: readonly string[] = ['supervisor', ...MANAGERS];

/** A clerk works at the desk; who leads clerks, or runs the points, looks at the queues. */
export function pageOf({ roles }: Pick<Session, 'roles'>): string {
  const leads = roles.some((role) => LEADERS.includes(role));
  return leads && !roles.includes('clerk') ? 'supervisor.html' : 'desk.html';
}

/** Pages of those who run the service, in the order in which they stand. */
export const OFFICE = {
  board: 'supervisor.html',
  people: 'people.html',
  setup: 'setup.html',
  reports: 'reports.html',
} as const;
export type Office = keyof typeof OFFICE;

const MAY_OPEN: Record<Office, readonly string[]> = {
  board: LEADERS,
  people: MANAGERS,
  setup: MANAGERS,
  reports: LEADERS,
};

/** Which of these pages this person may open. */
export function officeOf(session: Pick<Session, 'roles'> | null): Office[] {
  const pages = Object.keys(OFFICE) as Office[];
  return pages.filter((page) => session?.roles.some((role) => MAY_OPEN[page].includes(role)));
}

/** Does anybody here sign in in two steps? Then there is a page for it. */
export const usesFactor = (session: Session | null): boolean =>
  session !== null && session.second_factor !== 'not_used';

/** The page of whoever has signed in, by way of the second factor where it is demanded or offered. */
export function firstPageOf(session: Session): string {
  switch (session.second_factor) {
    case 'demanded':
      return 'second-factor.html';
    case 'offered':
      return 'second-factor.html#offered';
    default:
      return pageOf(session);
  }
}
