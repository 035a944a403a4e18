import type { Parties } from '@etapiste/web/room';
import { expect, test } from 'vitest';
import { ServerClock } from '../../src/state/clock.ts';
import { OwnMedia } from '../../src/state/own-media.ts';
import { VisitRoom } from '../../src/state/visit-room.ts';
import { makeVisit, NOW } from './made.ts';

test('only the device of the booth may sit on either of its seats', () => {
  let known: Parties = {};
  const words = { label: '', who: '' };
  const room = new VisitRoom(
    makeVisit({ booth: { ...makeVisit().booth, device: 'd-inari-02' } }),
    {
      prover: { prove: async () => ({ proof: '', statement: '' }) },
      checker: {
        forRoom: (parties) => {
          known = parties;
          return { check: async () => {} };
        },
      },
      send: () => {},
      clock: new ServerClock(() => NOW),
      media: new OwnMedia(words),
    },
    { again: false },
  );
  room.close();
  expect(known).toEqual({ 'booth-screen': 'd-inari-02', 'booth-agent': 'd-inari-02' });
});
