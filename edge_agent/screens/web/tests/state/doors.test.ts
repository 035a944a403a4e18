import { describe, expect, test } from 'vitest';
import { shutMessages } from '../../src/messages/shut.ts';
import { insteadWords, otherService, shutOf } from '../../src/state/doors.ts';
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
    expect(shutOf(closed, 'tuki')).toEqual({ readiness: 'full_today', instead: { way: 'book' } });
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
