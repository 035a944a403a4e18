import { translator } from '@etapiste/web/i18n';
import { expect, test } from 'vitest';
import { catalogue } from '../src/messages/index.ts';
import type { QueueHours } from '../src/state/types.ts';
import { hoursOf } from '../src/supervisor/words.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const QUEUE: QueueHours = {
  point: 'salla',
  timezone: 'Europe/Helsinki',
  kind: 'queue',
  is_open: true,
  closes_at: '2026-11-24T14:00:00Z',
  opens_at: null,
};
const said = (change: Partial<QueueHours>, lang: 'fi' | 'sv' | 'en' = 'fi') =>
  hoursOf({ ...QUEUE, ...change }, NOW, lang, translator(catalogue, lang));

test('an open queue says until when, by the clock of its point', () => {
  expect(said({})).toBe('Jonopäivä, auki klo 16.00 asti');
  expect(said({}, 'sv')).toMatch(/^Ködag, öppet till kl. 16[.:]00$/);
  expect(said({ closes_at: null }, 'en')).toBe('Queue day, open');
});

test('a break is no end of the day', () => {
  const opens_at = '2026-11-24T11:00:00Z';
  expect(said({ is_open: false, opens_at })).toBe('Jonopäivä, avautuu klo 13.00');
});

test('a day that is over, a booking day and a closed one say when the queue opens next', () => {
  const later = { is_open: false, closes_at: null, opens_at: '2026-11-25T06:00:00Z' };
  expect(said({ ...later })).toMatch(/^Jonopäivä, suljettu tältä päivältä, jono avautuu.*08.00$/);
  expect(said({ ...later, kind: 'booking' }, 'en')).toMatch(/^Booking day, the queue opens next/);
  expect(said({ ...later, kind: 'closed', opens_at: null })).toBe('Suljettu tänään');
});
