import { expect, test } from 'vitest';
import {
  changeOf,
  faultsIn,
  formOf,
  found,
  linkAddress,
  newOf,
  sheetText,
  standing,
} from '../../src/state/people.ts';
import type { Person } from '../../src/state/types.ts';

function person(changes: Partial<Person> = {}): Person {
  return {
    id: '1',
    username: 'aino',
    display_name: 'Aino Mäkelä',
    alias: 'Aino',
    roles: ['clerk', 'supervisor'],
    agency: 'kela',
    languages: ['fi', 'sv'],
    skills: [{ skill: 'pensions', level: 3 }],
    clearance: 'none',
    disabled: false,
    ended: false,
    has_password: true,
    has_factor: false,
    link_until: null,
    signed_in_at: null,
    yours: true,
    ...changes,
  };
}

const everybody = { text: '', agency: '', ended: false };

test('somebody is found by every word, in any case and with any letters', () => {
  const people = [person(), person({ id: '2', username: 'bertta', display_name: 'Bertta Lax' })];
  const names = (text: string) =>
    found(people, { ...everybody, text }).map(({ username }) => username);
  expect(names('MÄKELÄ aino')).toEqual(['aino']);
  expect(names('pensions')).toEqual(['aino', 'bertta']);
  expect(names('pensions lax')).toEqual(['bertta']);
  expect(names('nobody')).toEqual([]);
});

test('whoever has ended is found only when asked for, and an agency finds its own', () => {
  const people = [person({ ended: true }), person({ id: '2', agency: 'vero' })];
  expect(found(people, everybody).map(({ id }) => id)).toEqual(['2']);
  expect(found(people, { ...everybody, ended: true })).toHaveLength(2);
  expect(found(people, { ...everybody, ended: true, agency: 'kela' })).toHaveLength(1);
});

test('a standing says the strongest of what is so', () => {
  expect(standing(person())).toBe('in_use');
  expect(standing(person({ has_password: false }))).toBe('no_password');
  expect(standing(person({ has_password: false, disabled: true }))).toBe('suspended');
  expect(standing(person({ disabled: true, ended: true }))).toBe('ended');
});

test('a change holds only what differs', () => {
  const before = person();
  const form = formOf(before, '');
  expect(changeOf(before, form)).toEqual({});
  expect(changeOf(before, { ...form, roles: ['supervisor', 'clerk'] })).toEqual({});
  expect(changeOf(before, { ...form, displayName: ' Aino Niemi ', alias: '' })).toEqual({
    display_name: 'Aino Niemi',
  });
  expect(changeOf(before, { ...form, skills: [] })).toEqual({ skills: [] });
});

test('whoever has no agency gets neither skills nor clearance', () => {
  const form = formOf(null, '');
  const made = newOf({
    ...form,
    username: ' Ville ',
    displayName: 'Ville Niemi',
    roles: ['operator'],
    skills: [{ skill: 'pensions', level: 1 }],
    clearance: 'concise',
  });
  expect(made).toMatchObject({
    username: 'ville',
    alias: 'Ville',
    agency: null,
    skills: [],
    clearance: 'none',
  });
});

test('faults are told in the order of the form', () => {
  expect(faultsIn({ ...formOf(null, ''), languages: [], username: 'Ä' })).toEqual([
    'username',
    'name',
    'agency',
    'languages',
  ]);
  const twice = [
    { skill: 'tax', level: 1 },
    { skill: 'tax ', level: 2 },
  ];
  const form = { ...formOf(person(), ''), skills: twice };
  expect(faultsIn(form)).toEqual(['skills']);
  expect(faultsIn({ ...form, skills: [{ skill: 'Tax', level: 1 }] })).toEqual(['skills']);
});

test('a secret stands where no server sees it', () => {
  const { hash, search, pathname } = new URL(linkAddress('s3cret', 'https://etapiste.example'));
  expect([hash, search, pathname]).toEqual(['#s3cret', '', '/password.html']);
});

test('a sheet in another encoding is no text', () => {
  expect(sheetText(new TextEncoder().encode('Mäkelä').buffer as ArrayBuffer)).toBe('Mäkelä');
  expect(sheetText(new Uint8Array([0x4d, 0xe4, 0x6b]).buffer)).toBeNull();
});
