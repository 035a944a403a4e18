// Which call is shown over a screen now, and what stands on the list of called numbers?
import type { CalledNumber, CallMessage } from './wire.ts';

export interface ShownCall {
  call: CallMessage;
  /** Until when it is shown at least (ms). */
  until: number;
}

const SHOWN_MS = 15_000;

/** A new call takes the place of an older one: the newest is the one somebody must hear. */
export function callShown(call: CallMessage, now: number): ShownCall {
  return { call, until: now + SHOWN_MS };
}

/** The call that is still to be shown; speech may take longer than the picture. */
export function stillShown(
  shown: ShownCall | null,
  speaking: boolean,
  now: number,
): ShownCall | null {
  return shown && (speaking || now < shown.until) ? shown : null;
}

/** What a screen keeps of calls that the agent no longer tells: the newest first, each once. */
export function remembered(
  before: readonly CalledNumber[],
  called: readonly CalledNumber[],
  most: number,
): readonly CalledNumber[] {
  const told = new Set(called.map((number) => number.ticket_id));
  return [...called, ...before.filter((number) => !told.has(number.ticket_id))].slice(0, most);
}

/** Does the agent's list still have this call? */
export function isCalled(called: readonly CalledNumber[], { call }: ShownCall): boolean {
  return called.some(({ number, missed }) => number === call.number && !missed);
}

export interface CalledList {
  now: readonly CalledNumber[];
  before: readonly CalledNumber[];
}

/** Numbers that are to go to a booth now, and those whose call is past; the newest first. */
export function calledList(
  called: readonly CalledNumber[],
  most_before: number,
  earlier: readonly CalledNumber[] = [],
): CalledList {
  const current = called.filter((number) => !number.missed);
  const latestOfBooth = new Map<string, CalledNumber>();
  for (const number of current) {
    if (!latestOfBooth.has(number.booth)) latestOfBooth.set(number.booth, number);
  }
  const now = [...latestOfBooth.values()];
  const shown = new Set(now.map((number) => number.ticket_id));
  const before = remembered(earlier, called, called.length + earlier.length)
    .filter((number) => !shown.has(number.ticket_id))
    .slice(0, most_before);
  return { now, before };
}
