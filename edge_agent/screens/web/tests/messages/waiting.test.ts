import { LANGUAGES } from '@etapiste/web/i18n';
import { expect, test } from 'vitest';
import { infoMessages } from '../../src/messages/info.ts';
import { generalWait, whyGrew } from '../../src/messages/waiting.ts';
import { waitingAreaMessages } from '../../src/messages/waiting_area.ts';

test('an empty queue is told in words, one person in the singular', () => {
  const told = (count: number) => LANGUAGES.map((lang) => infoMessages[lang].waiting(count));
  expect(told(0)).toEqual([
    'Kukaan ei odota juuri nyt',
    'Ingen väntar just nu',
    'Nobody is waiting just now',
  ]);
  expect(told(1)).toEqual(['1 asiakas odottaa', '1 kund väntar', '1 customer is waiting']);
  expect(told(2)).toEqual(['2 asiakasta odottaa', '2 kunder väntar', '2 customers are waiting']);
});

test('both screens say it alike', () => {
  for (const lang of LANGUAGES) {
    for (const count of [0, 1, 7]) {
      expect(waitingAreaMessages[lang].in_line(count)).toBe(infoMessages[lang].waiting(count));
    }
  }
});

test('a wait that grew says why, and an unknown word says nothing', () => {
  expect(generalWait.fi({ low_min: 5, high_min: 20 })).toBe('Odotusaika nyt 5–20 min');
  for (const lang of LANGUAGES) {
    expect(whyGrew(lang, 'clerk_left')).not.toBeNull();
    expect(whyGrew(lang, '')).toBeNull();
    expect(whyGrew(lang, 'something_new')).toBeNull();
  }
});
