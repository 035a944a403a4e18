// Does every screen say everything in every language?
import { LANGUAGES } from '@etapiste/web/i18n';
import { describe, expect, test } from 'vitest';
import { benchMessages } from '../../src/messages/bench.ts';
import { boothMessages } from '../../src/messages/booth.ts';
import { infoMessages } from '../../src/messages/info.ts';
import { stageMessages } from '../../src/messages/stage.ts';
import { waitingAreaMessages } from '../../src/messages/waiting_area.ts';

const CATALOGUES = {
  bench: benchMessages,
  booth: boothMessages,
  info: infoMessages,
  stage: stageMessages,
  'waiting area': waitingAreaMessages,
};

/** Every text with its path; what takes values is given some. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    const singular = texts(value(1, 3, 3), `${path}(1)`);
    return [...singular, ...texts(value(2, 3, 3), `${path}(2)`)];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
  }
  return [[path, '']];
}

// A first call needs no words about being repeated.
const MAY_BE_SILENT = '.call_attempt(1)';

describe.each(Object.entries(CATALOGUES))('%s', (_, catalogue) => {
  const paths = texts(catalogue.fi).map(([path]) => path);

  test.each(LANGUAGES)('%s has every text', (lang) => {
    const found = texts(catalogue[lang]);
    expect(found.map(([path]) => path)).toEqual(paths);
    const silent = found.filter(([path, text]) => text.trim() === '' && path !== MAY_BE_SILENT);
    expect(silent).toEqual([]);
  });

  test('no language is a copy of another', () => {
    const finnish = new Map(texts(catalogue.fi));
    const same = (lang: 'sv' | 'en') =>
      texts(catalogue[lang]).filter(
        ([path, text]) => text.length > 12 && finnish.get(path) === text,
      );
    expect([same('sv'), same('en')]).toEqual([[], []]);
  });
});
