// Do periods follow each other over months, years and the nights of the clock?

import { expect, test } from 'vitest';
import { beside, today } from '../../src/state/report-periods.ts';

test('a day, a week and a month have one before and one after', () => {
  expect(beside('day', '2026-03-29', -1)).toBe('2026-03-28');
  expect(beside('day', '2026-12-31', 1)).toBe('2027-01-01');
  expect(beside('week', '2026-10-25', 1)).toBe('2026-11-01');
  expect(beside('month', '2026-03-31', -1)).toBe('2026-02-01');
  expect(beside('month', '2026-12-24', 1)).toBe('2027-01-01');
});

test('today is that of the wall', () => {
  expect(today(new Date(2026, 0, 5, 0, 30))).toBe('2026-01-05');
});
