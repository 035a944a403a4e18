// What stands on the booth's screen, given what the agent says and how the connection is?
import type { BoothScreenState } from './wire.ts';

export type Scene =
  | 'elsewhere'
  | 'idle'
  | 'link'
  | 'out_of_use'
  | 'testing'
  | 'clerk'
  | 'take_along'
  | 'rate'
  | 'thanks'
  | 'leaving'
  | 'wiping'
  | 'seated';

/** The part of a pair's view that the picture follows. */
export interface ClerkConnection {
  phase: 'waiting' | 'connecting' | 'connected' | 'lost' | 'refused' | 'closed';
  unstable: boolean;
  /** Has the clerk's picture ever been on this screen in this visit, or in this link? */
  seen: boolean;
}

export function sceneOf(state: BoothScreenState, clerk: ClerkConnection | null): Scene {
  if (!state.in_charge) return 'elsewhere';
  switch (state.phase) {
    case 'idle':
      // A picture that does not come, or stands still, is worse than none.
      return state.link && clerk?.seen && clerk.phase === 'connected' ? 'link' : 'idle';
    case 'out_of_use':
    case 'rate':
    case 'thanks':
    case 'leaving':
    case 'wiping':
    case 'seated':
      return state.phase;
    case 'ending':
      return 'take_along';
    case 'prepare':
      return clerk?.seen ? 'clerk' : 'testing';
    case 'called':
    case 'visit':
      return 'clerk';
  }
}

export type Bond = 'coming' | 'safe' | 'lost' | 'not_proven';

/** How is the connection to the clerk, in what a visitor must know of it? */
export function bondOf(clerk: ClerkConnection | null): Bond {
  if (clerk === null) return 'coming';
  if (clerk.phase === 'refused') return 'not_proven';
  if (clerk.phase === 'connected') return clerk.unstable ? 'lost' : 'safe';
  return clerk.seen ? 'lost' : 'coming';
}
