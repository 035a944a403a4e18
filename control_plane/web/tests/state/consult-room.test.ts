import type { Parties } from '@etapiste/web/room';
import type { Signal } from '@etapiste/web/wire';
import { expect, test } from 'vitest';
import { ServerClock } from '../../src/state/clock.ts';
import { ConsultRoom } from '../../src/state/consult-room.ts';
import { OwnMedia } from '../../src/state/own-media.ts';
import { mayKeep, stageOf, stateChangesBy, toColleague } from '../../src/state/rules.ts';
import { type RoomNeeds, VisitRoom } from '../../src/state/visit-room.ts';
import { makeCall, makeCompany, makeDesk, makeVisit, NOW } from './made.ts';

function needs(): { needs: RoomNeeds; known: Parties[]; said: Signal[] } {
  const known: Parties[] = [];
  const said: Signal[] = [];
  return {
    known,
    said,
    needs: {
      prover: { prove: async () => ({ proof: '', statement: '' }) },
      checker: {
        forRoom: (parties) => {
          known.push(parties);
          return { check: async () => {} };
        },
      },
      send: (signal) => said.push(signal),
      clock: new ServerClock(() => NOW),
      media: new OwnMedia({ label: '', who: '' }),
    },
  };
}

test('a colleague knows whose visit it is and which booth, by name', () => {
  const { needs: given, known, said } = needs();
  const { room } = makeCall('joined');
  if (!room) throw new Error('no room');
  const consult = new ConsultRoom('c', room, given);
  expect(known).toEqual([{ clerk: 'staff-1', 'booth-screen': 'd-salla-01' }]);
  // The clerk offers to the colleague, who therefore says that they are there.
  expect(said.map(({ sender, receiver, type }) => [sender, receiver, type])).toEqual([
    ['colleague', 'clerk', 'join'],
  ]);
  consult.close();
});

test('the clerk opens a side for a colleague only once they have joined, and by their key', () => {
  const { needs: given, known } = needs();
  const visit = makeVisit({ state: 'in_session', consult: makeCompany('asked') });
  const room = new VisitRoom(visit, given, { again: false });
  expect(room.colleague.get().get()).toBeNull();
  expect(known[0]).not.toHaveProperty('colleague');

  room.follow({ ...visit, consult: makeCompany('joined') });
  expect(known[0]).toHaveProperty('colleague', 'staff-2');
  expect(room.colleague.get().get()?.phase).toBe('waiting');

  room.follow({ ...visit, consult: null });
  expect(room.colleague.get().get()).toBeNull();
  room.close();
});

test('a page that is loaded again in a consult has both sides at once', () => {
  const { needs: given } = needs();
  const visit = makeVisit({ state: 'in_session', consult: makeCompany('joined') });
  const room = new VisitRoom(visit, given, { again: true });
  expect(room.colleague.get().get()?.phase).toBe('waiting');
  room.close();
});

test('the two clerks see and hear each other, whatever the visitor is spared', () => {
  const own = { muted: false, cameraOff: false, audio: 'a', video: 'v' };
  expect(toColleague(own)).toEqual({ audio: 'a', video: 'v' });
  expect(toColleague({ ...own, muted: true, cameraOff: true })).toEqual({
    audio: null,
    video: null,
  });
});

test('keeping is for the own agency, when left or when the clerk is lost', () => {
  const call = makeCall('joined');
  const [there, lost] = [{ phase: 'connected' }, { phase: 'lost' }];
  expect(mayKeep(call, there)).toBe(false);
  expect(mayKeep({ ...call, handed_on: true }, there)).toBe(true);
  expect(mayKeep(call, lost)).toBe(true);
  expect(mayKeep({ ...call, can_keep: false, handed_on: true }, lost)).toBe(false);
});

test('whoever has joined is in the consult, and leaves it by no other state', () => {
  expect(stageOf(makeDesk({ state: 'consult', consult: makeCall('joined') }))).toBe('consult');
  expect(stageOf(makeDesk({ state: 'reserved', consult: makeCall('asked') }))).toBe('queue');
  expect(stateChangesBy('consult')).toBe('visit');
});
