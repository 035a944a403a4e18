// How long may a step stay before the screen goes back by itself, and is that announced in time?

/** A time limit that is announced before it ends and can always be extended. */
export interface Limit {
  /** Quiet time before the announcement. */
  quiet_ms: number;
  /** Time between the announcement and the end; WCAG 2.2.1 asks for at least 20 s. */
  notice_ms: number;
}

export type Patience =
  | { state: 'quiet' }
  | { state: 'announced'; seconds_left: number }
  | { state: 'over' };

/** Where does a step stand that nobody has touched since `touched_at`? */
export function patience(limit: Limit | null, touched_at: number, now: number): Patience {
  if (limit === null) return { state: 'quiet' };
  const idle = now - touched_at;
  if (idle < limit.quiet_ms) return { state: 'quiet' };
  const left = limit.quiet_ms + limit.notice_ms - idle;
  if (left <= 0) return { state: 'over' };
  return { state: 'announced', seconds_left: Math.ceil(left / 1000) };
}
