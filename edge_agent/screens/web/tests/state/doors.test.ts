import { describe, expect, test } from 'vitest';
import { shutMessages } from '../../src/messages/shut.ts';
import { insteadWords, opensNext, otherService, shutOf } from '../../src/state/doors.ts';
import type { AgencyOffer } from '../../src/state/wire.ts';

const text = (words: string) => ({ fi: words, sv: words, en: words });
const OFFER: AgencyOffer = {
  agency: 'kela',
  name: text('Kela'),
  about: text('tuet'),
  readiness: 'open',
  services: [
    { service: 'elake', name: text('Eläke'), minutes: 20 },
    { service: 'tuki', name: text('Tuki'), minutes: 15 },
  ],
};
const fi = shutMessages.fi;

describe('a closed door', () => {
  test('is said of the whole agency before any of its services', () => {
    const closed: AgencyOffer = { ...OFFER, readiness: 'full_today', instead: { way: 'book' } };
    expect(shutOf(closed, 'tuki')).toEqual({
      readiness: 'full_today',
      instead: { way: 'book' },
      opens_at: null,
    });
    expect(shutOf(OFFER)).toBeNull();
  });

  test('of one service leaves the others open, and one of them may take over', () => {
    const offer: AgencyOffer = {
      ...OFFER,
      shut: [
        {
          service: 'elake',
          readiness: 'queue_closed',
          instead: { way: 'service', service: 'tuki' },
        },
      ],
    };
    const shut = shutOf(offer, 'elake');
    expect(shut?.readiness).toBe('queue_closed');
    expect(shutOf(offer, 'tuki')).toBeNull();
    const other = shut && otherService(offer, shut);
    expect(other?.service).toBe('tuki');
    expect(shut && insteadWords(fi, shut, other)).toBe(fi.instead.service);
  });

  test('never leads to another door that is shut too', () => {
    const instead = { way: 'service', service: 'tuki' } as const;
    const offer: AgencyOffer = {
      ...OFFER,
      shut: [
        { service: 'elake', readiness: 'full_today', instead },
        { service: 'tuki', readiness: 'closing_soon' },
      ],
    };
    const shut = shutOf(offer, 'elake');
    expect(shut && otherService(offer, shut)).toBeNull();
    expect(shut && insteadWords(fi, shut, null)).toBe(fi.instead.ask);
  });
});

describe('when it opens next', () => {
  const state = { clock: '2026-11-24T10:00:00Z', timezone: 'Europe/Helsinki' };
  const today = { opens_at: '2026-11-24T11:00:00Z', readiness: 'closed' };
  const monday = { opens_at: '2026-11-30T07:00:00Z', readiness: 'closed' };
  // Midnight by the clock of the point: a day without hours of its own.
  const thursday = { opens_at: '2026-11-25T22:00:00Z', readiness: 'booking_day' };

  // «kl. 13.00» or «kl. 13:00»: which of them is right has changed in Unicode's data.
  const plain = (text: string) => text.replace(/(kl\. \d\d):/, '$1.');

  test('is an hour of today, or a date by the wall of the point, in every language', () => {
    const said = (['fi', 'sv', 'en'] as const).map((lang) =>
      [today, monday, thursday].map((shut) => plain(opensNext(lang, state, shut))),
    );
    expect(said).toEqual([
      [
        'Avataan tänään klo 13.00.',
        'Avataan seuraavan kerran: maanantai 30. marraskuuta klo 09.00.',
        'Seuraava jonopäivä: torstai 26. marraskuuta.',
      ],
      [
        'Öppnar i dag kl. 13.00.',
        'Öppnar nästa gång: måndag 30 november kl. 09.00.',
        'Nästa ködag: torsdag 26 november.',
      ],
      [
        'Opens today at 13:00.',
        'Opens next: Monday 30 November at 09:00.',
        'Next queue day: Thursday 26 November.',
      ],
    ]);
  });

  test('is not said where nobody knows, or where no date is given', () => {
    expect(opensNext('fi', state, { opens_at: null, readiness: 'closed' })).toBe('');
    expect(opensNext('fi', state, OFFER)).toBe('');
  });

  test('is told by the day of the point, not of the page', () => {
    const late = { clock: '2026-11-24T21:30:00Z', timezone: 'Europe/Helsinki' };
    const midnight = { opens_at: '2026-11-24T22:00:00Z', readiness: 'booking_day' };
    expect(opensNext('fi', late, midnight)).toBe(
      'Seuraava jonopäivä: keskiviikko 25. marraskuuta.',
    );
  });
});
