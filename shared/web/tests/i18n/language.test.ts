import { expect, test } from 'vitest';
import { chooseLanguage, faultsOf, fill, translator } from '../../src/i18n/index.ts';

const words = {
  fi: { hello: 'Hei {name}', wait: 'Odota' },
  sv: { hello: 'Hej {name}', wait: 'Vänta' },
  en: { hello: 'Hello {name}', wait: 'Wait' },
};

test('a text is filled with values in every language', () => {
  expect(translator(words, 'sv')('hello', { name: 'Aino' })).toBe('Hej Aino');
});

test('a place without a value stays visible instead of vanishing', () => {
  expect(fill('Numero {number}', {})).toBe('Numero {number}');
});

test('the first language that both sides know is chosen', () => {
  expect(chooseLanguage([null, 'de-DE', 'sv-FI', 'fi'])).toBe('sv');
});

test('Finnish is spoken when nothing else is known', () => {
  expect(chooseLanguage(['se', undefined])).toBe('fi');
});

test('a good catalogue has no faults', () => {
  expect(faultsOf(words)).toEqual([]);
});

test('a missing text and a differing place are found', () => {
  const poor = { ...words, sv: { hello: 'Hej', wait: '' } };
  expect(faultsOf(poor)).toEqual(['sv: hello has other places than fi', 'sv: wait is missing']);
});
