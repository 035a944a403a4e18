// Does the visitor's picture or sound ever leave the booth too early or too late?
import { expect, test } from 'vitest';
import { maySend } from '../../src/state/may_send.ts';
import type { ActivityCode, BoothPhase, BoothVisit } from '../../src/state/wire.ts';

const PHASES: BoothPhase[] = [
  'idle',
  'prepare',
  'called',
  'visit',
  'ending',
  'rate',
  'thanks',
  'wiping',
  'out_of_use',
];
const VISIT: BoothVisit = {
  id: 'v',
  room_id: 'room',
  number: 104,
  clerk_name: 'Aino',
  agency_name: 'Kela',
  companions: [],
  ice_servers: [],
  relay_only: false,
};
const at = (
  phase: BoothPhase,
  visit: BoothVisit | null = VISIT,
  code: ActivityCode | null = null,
) => ({
  phase,
  visit,
  activity: { code },
});

test('only during the visit itself', () => {
  expect(PHASES.filter((phase) => maySend(at(phase), 'room'))).toEqual(['visit']);
});

test('only into the room of this visit', () => {
  expect(maySend(at('visit'), 'another')).toBe(false);
  expect(maySend(at('visit', null), 'room')).toBe(false);
});

test('not while the clerk holds the visit, but while anything else goes on', () => {
  expect(maySend(at('visit', VISIT, 'hold'), 'room')).toBe(false);
  expect(maySend(at('visit', VISIT, 'printing'), 'room')).toBe(true);
});
