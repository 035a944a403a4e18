import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { meet, RANK } from '../../src/room/participants.ts';
import { Room } from '../../src/room/room.ts';
import type { Participant, Signal } from '../../src/wire.ts';

const ROOM = '0190d0c2-0000-7000-8000-000000000001';

let sent: Signal[];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function room(me: Participant, others: readonly Participant[]): Room {
  return new Room({
    roomId: ROOM,
    me,
    others,
    iceServers: [],
    relayOnly: false,
    prover: { prove: async () => ({ proof: 'proof', statement: 'statement' }) },
    checker: { check: async () => {} },
    send: (signal) => sent.push(signal),
    elapsedS: () => 0,
  });
}

const said = (receiver: Participant) =>
  sent.filter((signal) => signal.receiver === receiver).map(({ type }) => type);

test('everybody meets everybody, but the agent meets the clerk alone', () => {
  for (const one of RANK) {
    expect(meet(one, one)).toBe(false);
    for (const other of RANK) {
      expect(meet(one, other)).toBe(meet(other, one));
      if (one === 'booth-agent') expect(meet(one, other)).toBe(other === 'clerk');
    }
  }
  expect(meet('colleague', 'booth-screen')).toBe(true);
});

test('a colleague has no side towards the agent, even if one is wished for', () => {
  const colleague = room('colleague', ['clerk', 'booth-screen', 'booth-agent']);
  expect(() => colleague.pair('booth-agent')).toThrow(RangeError);
  expect(colleague.pair('clerk').other).toBe('clerk');
});

test('who comes later is met then, once, and no more after leaving', () => {
  const booth = room('booth-screen', ['clerk']);
  booth.start();
  expect(said('colleague')).toEqual([]);
  const pair = booth.admit('colleague');
  expect(booth.admit('colleague')).toBe(pair);
  expect(said('colleague')).toEqual(['join']);

  booth.dismiss('colleague');
  expect(pair.view.get().phase).toBe('closed');
  vi.advanceTimersByTime(10_000);
  expect(said('colleague')).toEqual(['join']);
  expect(said('clerk').length).toBeGreaterThan(1);
  booth.close();
});

test('a signal from somebody who is not there is dropped', () => {
  const booth = room('booth-screen', ['clerk']);
  booth.start();
  booth.receive({
    room_id: ROOM,
    sender: 'colleague',
    receiver: 'booth-screen',
    attempt: 1,
    type: 'offer',
    sdp: 'v=0',
  });
  expect(said('colleague')).toEqual([]);
  booth.close();
});
