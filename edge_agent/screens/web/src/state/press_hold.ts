// Was the button held long enough to ring? A brush of a sleeve must not call anybody.

export const HOLD_MS = 600;

export interface Press {
  since: number;
}

/** How far a press has come, from 0 to 1; at 1 it rings. */
export function pressed(press: Press | null, now: number): number {
  return press === null ? 0 : Math.min(1, Math.max(0, (now - press.since) / HOLD_MS));
}
