// @vitest-environment happy-dom

import type { Signal } from '@etapiste/web/wire';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live } from '../../src/state/live.ts';

class FakeSocket {
  readyState: number = WebSocket.OPEN;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
  hear(message: object | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let shown: string[];
let onlines: number;
let live: Live<string>;

function makeSocket(): WebSocket {
  const socket = new FakeSocket();
  sockets.push(socket);
  return socket as unknown as WebSocket;
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  shown = [];
  onlines = 0;
  live = new Live<string>(
    'desk',
    {
      snapshot: (data) => shown.push(data),
      signal: (signal) => shown.push(signal.type),
      online: () => {
        onlines += 1;
      },
    },
    makeSocket,
  );
  live.start();
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

const snapshot = (data: string) => ({ subject: 'desk', version: 1, data });
const last = () => sockets.at(-1) as FakeSocket;

function deskLine() {
  const desks: object[] = [];
  const events = { snapshot: (desk: object) => desks.push(desk), signal() {}, online() {} };
  const line = new Live<object>('desk', events, makeSocket);
  line.start();
  return { desks, line };
}

test('a snapshot is shown, and the line is up from the first one on', () => {
  expect(live.link.get()).toBe('connecting');
  last().hear(snapshot('a'));
  expect(live.link.get()).toBe('online');
  expect(shown).toEqual(['a']);
});

test('members that are new are put over those that the page has', () => {
  const { desks, line } = deskLine();
  last().hear({ subject: 'desk', version: 1, data: { waiting: 1, me: 'a' } });
  last().hear({ subject: 'desk', version: 2, part: { waiting: 2 } });
  expect(desks.at(-1)).toEqual({ waiting: 2, me: 'a' });
  last().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(600);
  last().hear({ subject: 'desk', version: 3, part: { waiting: 3 } }); // of another line's desk
  expect(desks).toHaveLength(2);
  last().hear({ subject: 'desk', version: 4, data: { waiting: 4, me: 'b' } });
  expect(desks.at(-1)).toEqual({ waiting: 4, me: 'b' });
  line.stop();
});

test('rows that are new take the places of those with their codes', () => {
  const { desks, line } = deskLine();
  const [a, b, c] = ['a', 'b', 'c'].map((code) => ({ code, free: true }));
  last().hear({ subject: 'desk', version: 1, data: { waiting: 1, points: [a, b, c] } });
  const within = { points: [{ code: 'b', free: false }] };
  last().hear({ subject: 'desk', version: 2, part: { waiting: 2 }, within });
  expect(desks.at(-1)).toEqual({ waiting: 2, points: [a, { code: 'b', free: false }, c] });
  expect(desks[0]).toEqual({ waiting: 1, points: [a, b, c] });
  line.stop();
});

test('a line that broke is made again, and what waited is told to go', () => {
  last().hear(snapshot('a'));
  last().onclose?.({ code: 1006 });
  expect(live.link.get()).toBe('offline');
  vi.advanceTimersByTime(600);
  last().hear(snapshot('b'));
  expect(sockets).toHaveLength(2);
  expect([live.link.get(), onlines]).toEqual(['online', 2]);
});

test('a session that has ended is not knocked at again', () => {
  last().onclose?.({ code: 4401 });
  vi.advanceTimersByTime(60_000);
  expect([live.link.get(), sockets.length]).toEqual(['signed_out', 1]);
});

test('a line that says nothing is given up, even when it does not close', () => {
  last().hear(snapshot('a'));
  vi.advanceTimersByTime(16_000);
  expect(last().sent.length + sockets.length).toBeGreaterThan(1);
  expect(sockets.length).toBeGreaterThan(1);
});

test('a line that answers stays', () => {
  last().hear(snapshot('a'));
  for (let turn = 0; turn < 12; turn++) {
    vi.advanceTimersByTime(5_000);
    last().hear('pong');
  }
  expect(sockets).toHaveLength(1);
});

test('signals go both ways, and one that cannot go is said to be left', () => {
  const signal: Signal = {
    room_id: 'r',
    sender: 'clerk',
    receiver: 'booth-screen',
    attempt: 1,
    type: 'bye',
  };
  last().hear({ signal: { ...signal, type: 'join' } });
  expect(shown).toEqual(['join']);
  expect(live.sendSignal(signal)).toBe(true);
  expect(JSON.parse(last().sent.at(-1) ?? '')).toEqual({ signal });
  last().close();
  expect(live.sendSignal(signal)).toBe(false);
});

test.each([
  [4401, 'ended'],
  [4403, 'rights'],
  [4404, 'rights'],
  [4405, 'suspended'],
])('a line that is ended with %i does not come again, and says why', (code, why) => {
  last().hear(snapshot('a'));
  last().onclose?.({ code });
  expect([live.link.get(), live.ended]).toEqual(['signed_out', why]);
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(1);
});
