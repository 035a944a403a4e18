import { expect, test } from 'vitest';
import { idTime, newId } from '../src/wire.ts';

test('an id is a UUIDv7 that tells when it was made', () => {
  const id = newId(1_795_000_000_123);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idTime(id)).toBe(1_795_000_000_123);
});

test('ids made later sort later', () => {
  expect(newId(1_000) < newId(2_000)).toBe(true);
});
