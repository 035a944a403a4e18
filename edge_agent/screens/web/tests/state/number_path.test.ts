// Does the way to a number lead where a visitor means to go, and never further?
import { describe, expect, test } from 'vitest';
import {
  advance,
  freshPath,
  inOrder,
  isFresh,
  lastTogether,
  limitOf,
  type NumberPath,
  notChosen,
  obstacle,
  type PathEvent,
  paperComes,
  paperMissing,
} from '../../src/state/number_path.ts';
import { patience } from '../../src/state/patience.ts';
import type { WaitingAreaState } from '../../src/state/wire.ts';

const TICKET = {
  ticket_id: 't',
  number: 104,
  day: '2026-11-24',
  service: 'asumistuki',
  before: 2,
  wait: null,
  more: [],
};

function walk(events: PathEvent[], from: NumberPath = freshPath('fi', 0)): NumberPath {
  return events.reduce((path, event) => advance(path, event, 'fi', 0), from);
}

const TO_NUMBER: PathEvent[] = [
  { kind: 'agency_chosen', agency: 'kela' },
  { kind: 'service_chosen', service: 'asumistuki' },
  { kind: 'number_wanted', id: 'a' },
  { kind: 'issued', id: 'a', ticket: TICKET },
];

describe('to a number', () => {
  test('agency, service, number', () => {
    expect(walk(TO_NUMBER).step).toEqual({ at: 'number', ticket: TICKET });
  });

  test('a second touch while the number is fetched asks for no second one', () => {
    const path = walk([
      ...TO_NUMBER.slice(0, 3),
      { kind: 'service_chosen', service: 'muu' },
      { kind: 'number_wanted', id: 'b' },
    ]);
    expect(path.step).toMatchObject({ at: 'taking', id: 'a' });
  });

  test('an answer to an older question changes nothing', () => {
    const path = walk([...TO_NUMBER.slice(0, 3), { kind: 'issued', id: 'old', ticket: TICKET }]);
    expect(path.step.at).toBe('taking');
  });

  test('a refusal is said, and the way back leads to the agencies', () => {
    const path = walk([
      ...TO_NUMBER.slice(0, 3),
      { kind: 'refused', id: 'a', code: 'no_clerk_on_duty' },
    ]);
    expect(path.step).toEqual({ at: 'refused', code: 'no_clerk_on_duty', back: { at: 'start' } });
    expect(walk([{ kind: 'back' }], path).step).toEqual({ at: 'start' });
  });

  test('a change of language keeps the step', () => {
    const path = walk([...TO_NUMBER, { kind: 'language_chosen', language: 'sv' }]);
    expect(path).toMatchObject({ language: 'sv', step: { at: 'number' } });
  });

  test('a call for help does not take a number off the screen', () => {
    expect(walk([...TO_NUMBER, { kind: 'help_called' }]).step.at).toBe('number');
    expect(walk([{ kind: 'help_called' }]).step.at).toBe('help');
  });
});

describe('several matters on one visit', () => {
  const add = (agency: string, service: string): PathEvent[] => [
    { kind: 'errand_wanted' },
    { kind: 'agency_chosen', agency },
    { kind: 'service_chosen', service },
  ];
  const TWO = [...TO_NUMBER.slice(0, 2), ...add('vero', 'verokortti')];

  test('each is added, none twice, and no number is taken by it', () => {
    expect(walk(TWO).step).toEqual({ at: 'errands', chosen: ['asumistuki', 'verokortti'] });
    expect(walk([...TWO, ...add('vero', 'verokortti')]).step).toEqual(walk(TWO).step);
  });

  test('four are enough', () => {
    const four = walk([...TWO, ...add('a', 'b'), ...add('c', 'd')]);
    expect(four.step).toMatchObject({ chosen: ['asumistuki', 'verokortti', 'b', 'd'] });
    expect(walk([{ kind: 'errand_wanted' }], four)).toEqual(four);
  });

  test('one that is removed is gone, and without any the screen begins anew', () => {
    const one = walk([...TWO, { kind: 'errand_removed', service: 'asumistuki' }]);
    expect(one.step).toEqual({ at: 'errands', chosen: ['verokortti'] });
    expect(walk([{ kind: 'back' }], one).step).toEqual({ at: 'start' });
  });

  test('one may be put first, and none again', () => {
    const first: PathEvent = { kind: 'errand_put_first', service: 'verokortti' };
    const path = walk([...TWO, first]);
    expect(path.first).toBe('verokortti');
    expect(inOrder(['asumistuki', 'verokortti'], path.first)).toEqual(['verokortti', 'asumistuki']);
    expect(walk([first], path).first).toBeNull();
    expect(walk([{ kind: 'errand_put_first', service: 'x' }], path)).toEqual(path);
    // The screen stays where it is: nothing takes the focus away.
    expect(path.step).toBe(walk([first], path).step);
  });

  test('what was put first stays so while another is looked for, and goes with its matter', () => {
    const path = walk([...TWO, { kind: 'errand_put_first', service: 'verokortti' }]);
    expect(walk(add('a', 'b'), path).first).toBe('verokortti');
    expect(walk([{ kind: 'errand_removed', service: 'verokortti' }], path).first).toBeNull();
    expect(walk([{ kind: 'errand_removed', service: 'asumistuki' }], path).first).toBeNull();
    expect(walk([{ kind: 'done' }], path).first).toBeNull();
    const refused = walk(
      [
        { kind: 'number_wanted', id: 'a' },
        { kind: 'refused', id: 'a', code: 'no_clerk_on_duty' },
        { kind: 'back' },
      ],
      path,
    );
    expect(refused.first).toBe('verokortti');
  });

  test('how long they last together is told when each is known', () => {
    const services = [10, 25].map((minutes, at) => ({
      service: `s${at}`,
      name: { fi: '', sv: '', en: '' },
      minutes,
    }));
    const state = { agencies: [{ agency: 'a', services }] } as unknown as WaitingAreaState;
    expect(lastTogether(state, ['s0', 's1'])).toBe(35);
    expect(lastTogether(state, ['s0', 'gone'])).toBe(0);
  });

  test('a refusal loses none of them', () => {
    const refused = walk([
      ...TWO,
      { kind: 'number_wanted', id: 'a' },
      { kind: 'refused', id: 'a', code: 'no_clerk_on_duty' },
    ]);
    expect(refused.step.at).toBe('refused');
    expect(walk([{ kind: 'back' }], refused).step).toEqual(walk(TWO).step);
  });

  test('going back while another one is looked for loses nothing', () => {
    const looking = walk([
      ...TWO,
      { kind: 'errand_wanted' },
      { kind: 'agency_chosen', agency: 'a' },
    ]);
    expect(walk([{ kind: 'back' }, { kind: 'back' }], looking).step).toEqual(walk(TWO).step);
    expect(isFresh(walk([{ kind: 'back' }], looking), 'fi')).toBe(false);
  });

  test('what is chosen is offered no more', () => {
    const offer = (agency: string, ...services: string[]) => ({
      agency,
      name: { fi: '', sv: '', en: '' },
      about: { fi: '', sv: '', en: '' },
      readiness: 'open' as const,
      services: services.map((service) => ({
        service,
        name: { fi: '', sv: '', en: '' },
        minutes: 10,
      })),
    });
    const left = notChosen([offer('kela', 'a', 'b'), offer('vero', 'c')], ['a', 'c']);
    expect(left.map(({ services }) => services.map(({ service }) => service))).toEqual([['b']]);
  });
});

describe('giving up and coming back', () => {
  test('a number that was given up is gone', () => {
    const path = walk([
      ...TO_NUMBER,
      { kind: 'number_given_up', id: 'c' },
      { kind: 'accepted', id: 'c' },
    ]);
    expect(path.step).toEqual({ at: 'cancelled' });
  });

  test('a number that cannot be given up stays', () => {
    const path = walk([
      ...TO_NUMBER,
      { kind: 'number_given_up', id: 'c' },
      { kind: 'refused', id: 'c', code: 'not_found' },
    ]);
    expect(path.step).toEqual({ at: 'number', ticket: TICKET });
  });

  test('who missed the call comes back with the own number', () => {
    const path = walk([
      { kind: 'missed_opened' },
      { kind: 'return_chosen', ticket_id: 't', number: 99, id: 'd' },
      { kind: 'accepted', id: 'd' },
    ]);
    expect(path.step).toEqual({ at: 'returned', number: 99 });
  });

  test('too late to come back is said, and another number may be chosen', () => {
    const path = walk([
      { kind: 'missed_opened' },
      { kind: 'return_chosen', ticket_id: 't', number: 99, id: 'd' },
      { kind: 'refused', id: 'd', code: 'too_late_to_return' },
      { kind: 'back' },
    ]);
    expect(path.step).toEqual({ at: 'missed' });
  });
});

describe('time', () => {
  test('the screen that stands for nobody waits without a limit', () => {
    expect(limitOf(freshPath('fi', 0), 'fi')).toBeNull();
    expect(isFresh(freshPath('sv', 0), 'fi')).toBe(false);
  });

  test('nothing goes back while an answer is awaited', () => {
    expect(limitOf(walk(TO_NUMBER.slice(0, 3)), 'fi')).toBeNull();
  });

  test('every limit is announced at least 20 s before its end', () => {
    for (const event of [...TO_NUMBER.keys()]) {
      const limit = limitOf(walk(TO_NUMBER.slice(0, event + 1)), 'fi');
      if (limit) expect(limit.notice_ms).toBeGreaterThanOrEqual(20_000);
    }
  });

  test('a step goes back to the start after its limit, in the first language', () => {
    const number = { ...walk(TO_NUMBER), language: 'en' as const, contrast: 'high' as const };
    const limit = limitOf(number, 'fi');
    if (!limit) throw new Error('a number has a limit');
    const end = limit.quiet_ms + limit.notice_ms;
    expect(advance(number, { kind: 'time_passed' }, 'fi', end - 1)).toBe(number);
    expect(advance(number, { kind: 'time_passed' }, 'fi', end)).toEqual(freshPath('fi', end));
  });

  test('a touch begins the time anew', () => {
    const number = advance(walk(TO_NUMBER), { kind: 'touched' }, 'fi', 70_000);
    expect(patience(limitOf(number, 'fi'), number.touched_at, 80_000).state).toBe('quiet');
  });

  test('what is left is told in whole seconds', () => {
    const limit = { quiet_ms: 1_000, notice_ms: 30_000 };
    expect(patience(limit, 0, 999)).toEqual({ state: 'quiet' });
    expect(patience(limit, 0, 1_000)).toEqual({ state: 'announced', seconds_left: 30 });
    expect(patience(limit, 0, 30_500)).toEqual({ state: 'announced', seconds_left: 1 });
    expect(patience(limit, 0, 31_000)).toEqual({ state: 'over' });
  });
});

describe('what the point can do', () => {
  test('a lost connection is said before anything else', () => {
    expect(obstacle({ online: false, day_mode: 'closed' })).toBe('offline');
    expect(obstacle({ online: true, day_mode: 'closed' })).toBe('closed');
    expect(obstacle({ online: true, day_mode: 'booking' })).toBe('booking_day');
    expect(obstacle({ online: true, day_mode: 'queue' })).toBeNull();
  });

  test('only a service that needs paper speaks of a missing printer', () => {
    const service = { service: 's', name: { fi: '', sv: '', en: '' }, minutes: 10 };
    expect(paperMissing({ ...service, needs_print: true }, false)).toBe(true);
    expect(paperMissing({ ...service, needs_print: true }, true)).toBe(false);
    expect(paperMissing({ ...service, needs_print: false }, false)).toBe(false);
  });

  test('paper comes from a printer that still prints', () => {
    expect(paperComes('paper_low')).toBe(true);
    expect(paperComes('paper_out')).toBe(false);
    expect(paperComes(null)).toBe(false);
  });
});
