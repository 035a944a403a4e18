import { beforeEach, expect, test } from 'vitest';
import { SIGNAL_LIFE_MS, SignalOutbox } from '../../src/room/outbox.ts';
import type { Signal } from '../../src/wire.ts';

let up: boolean;
let now: number;
let posted: Signal[];
let outbox: SignalOutbox;

beforeEach(() => {
  up = false;
  now = 0;
  posted = [];
  outbox = new SignalOutbox(
    (signal) => {
      if (up) posted.push(signal);
      return up;
    },
    () => now,
  );
});

function signal(attempt: number, type: Signal['type'] = 'offer'): Signal {
  return { room_id: 'room', sender: 'clerk', receiver: 'booth-screen', attempt, type };
}

test('signals wait while the line is down and go in order when it is up', () => {
  outbox.send(signal(1));
  outbox.send(signal(1, 'candidate'));
  up = true;
  outbox.flush();
  expect(posted.map(({ type }) => type)).toEqual(['offer', 'candidate']);
});

test('what is older than half a minute is not said any more', () => {
  outbox.send(signal(1));
  now = SIGNAL_LIFE_MS + 1;
  up = true;
  outbox.flush();
  expect(posted).toEqual([]);
});

test('of several attempts only the last is said', () => {
  outbox.send(signal(1));
  outbox.send(signal(2));
  up = true;
  outbox.flush();
  expect(posted.map(({ attempt }) => attempt)).toEqual([2]);
});

test('a line that is up is used at once', () => {
  up = true;
  outbox.send(signal(1));
  expect(posted).toHaveLength(1);
});
