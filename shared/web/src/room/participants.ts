// Who offers to whom in a room, and what does a pair negotiate? As `shared/rooms.py`.

import type { Participant } from '../wire.ts';

/** In order of rank: an earlier one offers to a later one. */
export const RANK: readonly Participant[] = [
  'clerk',
  'colleague',
  'interpreter',
  'adviser',
  'booth-screen',
  'booth-agent',
];

/** Is it `one` who makes the offers in this pair? */
export function offers(one: Participant, other: Participant): boolean {
  return RANK.indexOf(one) < RANK.indexOf(other);
}

/** Do both stand on the booth's device? Then they share the local socket, not a connection. */
export function ofOneDevice(one: Participant, other: Participant): boolean {
  const booth: readonly Participant[] = ['booth-screen', 'booth-agent'];
  return one !== other && booth.includes(one) && booth.includes(other);
}

/**
 * Does this pair have a connection? Documents and the document camera are one clerk's: the booth's
 * agent meets nobody but the clerk whose visit it is.
 */
export function meet(one: Participant, other: Participant): boolean {
  if (one === other || ofOneDevice(one, other)) return false;
  const pair = [one, other];
  return !pair.includes('booth-agent') || pair.includes('clerk');
}

/**
 * Is the offer to `other` made before it is asked for? A face is wanted as soon as it can be; the
 * booth's own device asks when the faces are up, and until then it would only take their time.
 */
export function ahead(other: Participant): boolean {
  return other !== 'booth-agent';
}

export const CONTROL = 'control';
export const DOCUMENTS = 'documents';

export interface PairPlan {
  audio: boolean;
  video: 'sendrecv' | 'recvonly';
  channels: readonly string[];
}

/** What the offerer negotiates at once, so that nothing is ever renegotiated. */
export function planFor(other: Participant): PairPlan {
  return other === 'booth-agent'
    ? { audio: false, video: 'recvonly', channels: [CONTROL, DOCUMENTS] }
    : { audio: true, video: 'sendrecv', channels: [CONTROL] };
}
