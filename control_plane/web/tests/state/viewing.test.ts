import { expect, test } from 'vitest';
import { fitScale, turned, zoomed } from '../../src/state/viewing.ts';

test('a picture that is turned on its side is as wide as it was high', () => {
  expect(turned({ width: 3840, height: 2160 }, 90)).toEqual({ width: 2160, height: 3840 });
  expect(turned({ width: 3840, height: 2160 }, 180)).toEqual({ width: 3840, height: 2160 });
});

test('a picture fits whole into its frame and is never blown up', () => {
  expect(fitScale({ width: 4000, height: 2000 }, { width: 1000, height: 1000 })).toBe(0.25);
  expect(fitScale({ width: 100, height: 100 }, { width: 1000, height: 1000 })).toBe(1);
});

test('zoom goes by steps and stops at its ends', () => {
  expect(zoomed(0.3, 1)).toBe(0.5);
  expect(zoomed(0.3, -1)).toBe(0.25);
  expect(zoomed(4, 1)).toBe(4);
  expect(zoomed(0.1, -1)).toBe(0.1);
});
