// Do the screens go by the agent's clock when the page's own is wrong?
import { expect, test } from 'vitest';
import { clockOffset, secondsUntil } from '../../src/state/clock.ts';

test('a page two hours late still counts the seconds right', () => {
  const page_now = Date.parse('2026-11-24T08:00:00Z');
  const offset = clockOffset('2026-11-24T10:00:00Z', page_now);
  expect(secondsUntil('2026-11-24T10:00:30Z', offset, page_now)).toBe(30);
  expect(secondsUntil('2026-11-24T10:00:30Z', offset, page_now + 40_000)).toBe(0);
});

test('a clock that is none changes nothing', () => {
  expect(clockOffset('soon', 5)).toBe(0);
  expect(secondsUntil('soon', 0, 5)).toBe(0);
});
