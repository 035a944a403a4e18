import { beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat, PING_EVERY_MS } from '../../src/room/heartbeat.ts';

let now: number;
let pings: number;
let silent: number;
let heartbeat: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  pings = 0;
  silent = 0;
  heartbeat = new Heartbeat(
    () => {
      pings += 1;
    },
    () => {
      silent += 1;
    },
    () => now,
  );
  heartbeat.start();
  return () => {
    heartbeat.stop();
    vi.useRealTimers();
  };
});

function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += PING_EVERY_MS) {
    now += PING_EVERY_MS;
    vi.advanceTimersByTime(PING_EVERY_MS);
  }
}

test('a side that answers is pinged every two seconds', () => {
  for (let turn = 0; turn < 10; turn++) {
    pass(PING_EVERY_MS);
    heartbeat.heard();
  }
  expect([pings, silent]).toEqual([10, 0]);
});

test('a side that says nothing for eight seconds is lost, once', () => {
  pass(30_000);
  expect(silent).toBe(1);
});

test('a page that slept does not take its own sleep for the silence of the other', () => {
  now += 60_000;
  vi.advanceTimersByTime(PING_EVERY_MS);
  expect(silent).toBe(0);
  pass(8_000);
  expect(silent).toBe(1);
});
