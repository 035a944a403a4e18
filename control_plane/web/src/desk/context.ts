// What every part of the desk reaches for.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ServerClock } from '../state/clock.ts';
import type { DeskApp } from '../state/desk-app.ts';
import type { OwnMedia } from '../state/own-media.ts';

export interface DeskParts {
  app: DeskApp;
  clock: ServerClock;
  media: OwnMedia;
}

export const DeskContext = createContext<DeskParts | null>(null);

export function useParts(): DeskParts {
  const parts = useContext(DeskContext);
  if (!parts) throw new Error('outside of the desk');
  return parts;
}
