// Does a period begin on the right day?
import { expect, test } from 'vitest';
import { firstDay } from '../../src/state/periods.ts';

test('a period of one day is today, and longer ones reach over months and years', () => {
  const now = new Date(2026, 0, 3, 9);
  expect(firstDay(now, 1)).toBe('2026-01-03');
  expect(firstDay(now, 7)).toBe('2025-12-28');
});
