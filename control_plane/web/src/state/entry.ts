// Where does whoever has signed in go?

import type { Session } from './types.ts';

/** A clerk works at the desk; who leads clerks, or runs the points, looks at the queues. */
export function pageOf({ roles }: Pick<Session, 'roles'>): string {
  const leads = (['supervisor', 'agency_admin', 'owner', 'admin'] as const).some((role) =>
    roles.includes(role),
  );
  return leads && !roles.includes('clerk') ? 'supervisor.html' : 'desk.html';
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
