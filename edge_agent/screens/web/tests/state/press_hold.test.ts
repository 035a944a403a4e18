// Does a button ring when it is held, and only then?
import { expect, test } from 'vitest';
import { HOLD_MS, pressed } from '../../src/state/press_hold.ts';

test('a brush does not ring, a hold does', () => {
  expect(pressed(null, 99)).toBe(0);
  expect(pressed({ since: 1_000 }, 1_000 + HOLD_MS / 2)).toBeCloseTo(0.5);
  expect(pressed({ since: 1_000 }, 1_000 + HOLD_MS)).toBe(1);
  expect(pressed({ since: 1_000 }, 999_999)).toBe(1);
});
