// May the visitor's camera and microphone leave the booth?
import type { BoothScreenState } from './wire.ts';

/**
 * Only while the visitor sits in a visit that has begun, and only into that visit's own room.
 *
 * Everything before (preparing, calling) and after (ending, rating) sends nothing, and nothing
 * goes out while the clerk holds the visit: both sides are promised that.
 */
export function maySend(
  { phase, visit, activity }: Pick<BoothScreenState, 'phase' | 'visit' | 'activity'>,
  room: string,
): boolean {
  return phase === 'visit' && activity.code !== 'hold' && visit?.room_id === room;
}
