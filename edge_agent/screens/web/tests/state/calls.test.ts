// Is the called number the one that is shown, and what becomes of earlier ones?
import { describe, expect, test } from 'vitest';
import { calledList, callShown, remembered, stillShown } from '../../src/state/calls.ts';
import type { CalledNumber, CallMessage } from '../../src/state/wire.ts';

const TEXT = { fi: '', sv: '', en: '' };
const called = (number: number, change: Partial<CalledNumber> = {}): CalledNumber => ({
  ticket_id: `t${number}`,
  number,
  booth: 'b1',
  booth_name: TEXT,
  direction: TEXT,
  ...change,
});
const numbers = (list: readonly CalledNumber[]) => list.map(({ number }) => number);

describe('the list', () => {
  test('the newest call of each booth is called now', () => {
    const list = calledList([called(104), called(103), called(102, { booth: 'b2' })], 4);
    expect(numbers(list.now)).toEqual([104, 102]);
    expect(numbers(list.before)).toEqual([103]);
  });

  test('a missed call is never called now', () => {
    const list = calledList([called(99, { missed: true })], 4);
    expect(list.now).toEqual([]);
    expect(numbers(list.before)).toEqual([99]);
  });

  test('numbers that the agent no longer tells stay as called before, each once', () => {
    let kept: readonly CalledNumber[] = [];
    kept = remembered(kept, [called(101)], 12);
    kept = remembered(kept, [called(102)], 12);
    kept = remembered(kept, [called(103), called(101, { missed: true })], 12);
    const list = calledList([called(103), called(101, { missed: true })], 4, kept);
    expect(numbers(list.now)).toEqual([103]);
    expect(list.before.map(({ number, missed }) => [number, Boolean(missed)])).toEqual([
      [101, true],
      [102, false],
    ]);
  });

  test('what is kept has an end', () => {
    let kept: readonly CalledNumber[] = [];
    for (let number = 1; number < 40; number++) kept = remembered(kept, [called(number)], 12);
    expect(kept).toHaveLength(12);
  });
});

describe('the call itself', () => {
  const call: CallMessage = {
    type: 'call',
    number: 104,
    language: 'fi',
    booth_name: TEXT,
    direction: TEXT,
    attempt: 1,
    attempts: 3,
    volume: 1,
    chime: true,
    speech: [],
  };

  test('is shown for a while, and as long as it is spoken', () => {
    const shown = callShown(call, 0);
    expect(stillShown(shown, false, 14_999)).toBe(shown);
    expect(stillShown(shown, false, 15_000)).toBeNull();
    expect(stillShown(shown, true, 60_000)).toBe(shown);
  });
});
