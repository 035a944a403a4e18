import { afterEach, expect, test } from 'vitest';
import { actionOf, keysOn, type Press } from '../../src/state/keys.ts';

const free = { typing: false, onControl: false, dialog: false };

function press(key: string, change: Partial<Press> = {}): Press {
  return { key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...change };
}

afterEach(() => keysOn.set(true));

test('there is one key for each', () => {
  expect(['Enter', 'm', 'S', 't', 'P', 'e'].map((key) => actionOf(press(key), free))).toEqual([
    'next',
    'mute',
    'still',
    'transfer',
    'park',
    'end',
  ]);
});

test('nothing happens while somebody types or answers a question', () => {
  expect(actionOf(press('m'), { ...free, typing: true })).toBeNull();
  expect(actionOf(press('Enter'), { ...free, dialog: true })).toBeNull();
});

test('the browser’s own combinations stay its own', () => {
  expect(actionOf(press('s', { ctrlKey: true }), free)).toBeNull();
});

test('Enter on a button presses that button', () => {
  expect(actionOf(press('Enter'), { ...free, onControl: true })).toBeNull();
  expect(actionOf(press('m'), { ...free, onControl: true })).toBe('mute');
});

test('a key that is held down acts once', () => {
  expect(actionOf(press('e', { repeat: true }), free)).toBeNull();
});

test('keys of one letter can be turned off', () => {
  keysOn.set(false);
  expect(actionOf(press('e'), free)).toBeNull();
  expect(actionOf(press('Enter'), free)).toBe('next');
});
