// What stands in the table of switches, in hours and in codes?
import { expect, test } from 'vitest';
import {
  ALL_OFF,
  blank,
  codeFrom,
  differing,
  FIELDS,
  found,
  hoursText,
  pairs,
  readHours,
} from '../../src/state/setup.ts';
import { text, view } from './setup-made.ts';

test('a pair that is not there yet is all off, and trainings stand apart', () => {
  const rows = pairs(view(), { agency: 'kela' });
  expect(rows.map(({ point, known, waiting }) => [point, known, waiting])).toEqual([
    ['salla', 'c1', 3],
    ['posio', '', 0],
  ]);
  expect(rows[1]?.content).toEqual(ALL_OFF);
  expect(pairs(view(), { point: 'harjoitus' }).map((each) => each.agency)).toEqual(['koulu']);
});

test('hours are read as people write them, and written as they are read', () => {
  const read = readHours('8.00-11:30, 12:30–16:00', 1);
  expect(read).toEqual([
    { weekday: 1, opens: '08:00:00', closes: '11:30:00' },
    { weekday: 1, opens: '12:30:00', closes: '16:00:00' },
  ]);
  expect(hoursText(read ?? [], 1)).toBe('08:00–11:30, 12:30–16:00');
  expect(hoursText(read ?? [], 2)).toBe('');
  expect(readHours(' ', 1)).toEqual([]);
  for (const odd of ['8-16', '16:00–08:00', '25:00–26:00', 'aina', '08:00']) {
    expect(readHours(odd, 1)).toBeNull();
  }
});

test('a code comes from a name, without letters that no code has', () => {
  expect(codeFrom('Itä-Lapin työllisyysalue')).toBe('ita-lapin-tyollisyysalue');
  expect(codeFrom('  ÅÄÖ! ')).toBe('aao');
});

test('what is added begins with every field that its form has', () => {
  for (const kind of ['agency', 'service', 'point', 'booth', 'device'] as const) {
    const first = blank(kind, {}, '2026-11-28');
    for (const { name } of FIELDS[kind]) expect(first).toHaveProperty(name);
  }
  expect(blank('service', { agency: 'kela' }, '2026-11-28')['agency']).toBe('kela');
});

test('a thing is found by its key, and what differs by its name', () => {
  const thing = found(view(), { kind: 'switches', key: ['kela', 'salla'] });
  expect(thing?.known).toBe('c1');
  expect(found(view(), { kind: 'point', key: ['ei-ole'] })).toBeNull();
  expect(differing({ a: text('x'), b: 1 }, { a: text('x'), b: 2, c: null })).toEqual(['b']);
});
