import { expect, test } from 'vitest';
import { fileSize, minutes, stopwatch, timeOfDay } from '../../src/i18n/index.ts';

test('a waiting time is in whole minutes', () => {
  expect(minutes(12 * 60 + 59, 'fi')).toMatch(/^12\smin$/);
});

test('a running span shows seconds, and hours only when there are any', () => {
  expect(stopwatch(42)).toBe('0:42');
  expect(stopwatch(3 * 3600 + 62)).toBe('3:01:02');
  expect(stopwatch(-1)).toBe('0:00');
});

test('the time of day is written as the language writes it', () => {
  const at = '2026-11-24T08:42:00Z';
  expect(timeOfDay(at, 'fi', 'Europe/Helsinki')).toBe('10.42');
  expect(timeOfDay(at, 'en', 'Europe/Helsinki')).toBe('10:42');
});

test('a file is told in the units of the language', () => {
  expect(fileSize(2_400_000, 'fi')).toMatch(/^2,4\sMt$/);
  expect(fileSize(900, 'en')).toBe('1 kB');
});
