import { faultsOf, LANGUAGES, translator } from '@etapiste/web/i18n';
import { expect, test } from 'vitest';
import { catalogue, refusalWords, whyNot, wordsFor } from '../src/messages/index.ts';
import { Refusal } from '../src/state/api.ts';

test('every word is there in every language, with the same places', () => {
  expect(faultsOf(catalogue)).toEqual([]);
});

test('a code that no catalogue knows is still told, and not hidden', () => {
  for (const lang of LANGUAGES) {
    const t = translator(catalogue, lang);
    expect(wordsFor(t, 'why', 'new_reason', 'why.unknown')).toContain('new_reason');
    expect(refusalWords(t, new Refusal('new_code', 409))).toContain('new_code');
  }
});

test('several reasons are told together', () => {
  const t = translator(catalogue, 'en');
  expect(whyNot(t, ['booth_taken', 'no_printer'])).toMatch(/taken; .*printed paper/);
});

test('too many tries are told with the seconds that are left', () => {
  const t = translator(catalogue, 'fi');
  const refusal = new Refusal('too_many_tries', 429, { retry_after_s: 40 });
  expect(refusalWords(t, refusal, 12)).toContain('12 sekunnin');
});
