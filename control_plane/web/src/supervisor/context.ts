// What every part of the board reaches for.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ServerClock } from '../state/clock.ts';
import type { SupervisorApp } from '../state/supervisor-app.ts';

export interface BoardParts {
  app: SupervisorApp;
  clock: ServerClock;
}

export const BoardContext = createContext<BoardParts | null>(null);

export function useParts(): BoardParts {
  const parts = useContext(BoardContext);
  if (!parts) throw new Error('outside of the board');
  return parts;
}
