import { expect, test } from 'vitest';
import { ServerClock } from '../../src/state/clock.ts';
import { NOW } from './made.ts';

test('a workstation two hours off still counts by the server’s time', () => {
  let here = NOW - 7_200_000;
  const clock = new ServerClock(() => here);
  clock.heard(new Date(NOW).toISOString());
  here += 30_000;
  expect(clock.since(new Date(NOW).toISOString())).toBe(30);
  expect(clock.until(new Date(NOW + 45_000).toISOString())).toBe(15);
});

test('a snapshot that was long on its way does not set the clock back', () => {
  const clock = new ServerClock(() => NOW);
  clock.heard(new Date(NOW).toISOString());
  clock.heard(new Date(NOW - 20_000).toISOString());
  expect(clock.now()).toBe(NOW);
});
