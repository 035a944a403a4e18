import { describe, expect, test } from 'vitest';
import {
  byKind,
  byRegion,
  closingsAt,
  load,
  onTarget,
  team,
  undoOf,
  waitingIn,
} from '../../src/state/supervision.ts';
import type { Act, Member, QueueCell, Supervision } from '../../src/state/types.ts';

const text = (words: string) => ({ fi: words, sv: words, en: words });
const at = (minute: number) => `2026-11-24T10:${String(minute).padStart(2, '0')}:00Z`;

function cell(service: string | null, point: string, waiting: number, oldest = 0): QueueCell {
  return {
    agency: 'kela',
    service,
    point,
    waiting,
    oldest_at: waiting > 0 ? at(oldest) : null,
    called: 1,
    in_session: 2,
  };
}

function member(change: Partial<Member>): Member {
  return {
    id: 'c1',
    name: 'Aino',
    state: 'available',
    since: at(0),
    reason: '',
    last_one: false,
    forced: false,
    ...change,
  };
}

function board(change: Partial<Supervision> = {}): Supervision {
  const point = (code: string, region: string | null) => ({
    code,
    name: text(code),
    region: region === null ? null : text(region),
    free: 1,
    in_use: 0,
    out_of_use: 0,
  });
  return {
    now: at(30),
    may: { close: true, steer: true },
    agencies: [{ code: 'kela', name: text('Kela') }],
    services: ['tuki', 'elake'].map((code) => ({ code, name: text(code), agency: 'kela' })),
    points: [point('salla', 'Lappi'), point('turku', null), point('inari', 'Lappi')],
    hours: [],
    cells: [cell('tuki', 'salla', 2, 20), cell('elake', 'inari', 1, 10)],
    tickets: [],
    more_tickets: 0,
    classes: [],
    days: [],
    clerks: [],
    states: [],
    closings: [],
    broadcasts: [],
    ...change,
  };
}

const closing = (change: Partial<Supervision['closings'][number]> = {}) => ({
  id: 'k1',
  agency: 'kela',
  point: null,
  service: null,
  kind: 'now' as const,
  most: null,
  given: 0,
  instead: 'ask' as const,
  instead_service: null,
  made_at: at(0),
  ends_at: null,
  ...change,
});

describe('who waits where', () => {
  test('sums add up, and the longest wait is that of the earliest arrival', () => {
    const cells = board().cells;
    expect(load(cells)).toEqual({ waiting: 3, oldestAt: at(10), called: 2, inSession: 4 });
    expect(load([])).toEqual({ waiting: 0, oldestAt: null, called: 0, inSession: 0 });
  });

  test('a service that nobody waits for stands there too', () => {
    const cells = [cell('tuki', 'salla', 2)];
    expect(byKind(board({ cells })).map(({ code, load: of }) => [code, of.waiting])).toEqual([
      ['tuki', 2],
      ['elake', 0],
    ]);
  });

  test('over several agencies the rows are theirs', () => {
    const agencies = ['kela', 'vero'].map((code) => ({ code, name: text(code) }));
    const rows = byKind(board({ agencies, cells: [cell(null, 'salla', 2)] }));
    expect(rows.map(({ code, load: of }) => [code, of.waiting])).toEqual([
      ['kela', 2],
      ['vero', 0],
    ]);
  });

  test('points stand under their region, empty ones only when wished', () => {
    const some = byRegion(board(), { service: null, idle: false });
    expect(some.map(({ name, points }) => [name?.fi, points.map((it) => it.point.code)])).toEqual([
      ['Lappi', ['salla', 'inari']],
    ]);
    expect(some[0]?.load.waiting).toBe(3);
    const all = byRegion(board(), { service: 'elake', idle: true });
    expect(all.map(({ name, load: of }) => [name?.fi ?? null, of.waiting])).toEqual([
      ['Lappi', 1],
      [null, 0],
    ]);
  });

  test('how many an emergency would send away', () => {
    const all = { agency: 'kela', point: null, service: null };
    expect(waitingIn(board(), all)).toBe(3);
    expect(waitingIn(board(), { ...all, point: 'salla' })).toBe(2);
    expect(waitingIn(board(), { ...all, service: 'elake' })).toBe(1);
    // Where no service is told, it may be any of them.
    expect(waitingIn(board({ cells: [cell(null, 'salla', 5)] }), { ...all, service: 'x' })).toBe(5);
  });
});

test('a closing of everything holds at every point', () => {
  const closings = [closing(), closing({ id: 'k2', point: 'salla' })];
  expect(closingsAt(board({ closings }), 'salla')).toHaveLength(2);
  expect(closingsAt(board({ closings }), 'inari')).toHaveLength(1);
});

test('who needs a look first stands first, the longest in a state before others', () => {
  const clerks = [
    member({ id: 'a', state: 'offline' }),
    member({ id: 'b', since: at(9) }),
    member({ id: 'c', since: at(3) }),
    member({ id: 'd', state: 'not_responding' }),
  ];
  expect(team(clerks).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
});

test('a level on the dot is on target, and none is neither', () => {
  expect([onTarget(80, 80), onTarget(79.9, 80), onTarget(null, 80)]).toEqual([true, false, null]);
});

describe('what can be taken back', () => {
  const act = (action: string, subject: string, detail: Act['detail']): Act => ({
    seq: 1,
    at: at(1),
    who: 'Riitta',
    action,
    subject,
    detail,
  });

  test('a closing, while it is in force', () => {
    const closed = act('queue.closed', 'closing:k1', {});
    expect(undoOf(closed, board({ closings: [closing()] }))).toEqual({
      kind: 'reopen',
      closing: 'k1',
    });
    expect(undoOf(closed, board())).toBeNull();
  });

  test('a state, while it is the one that was set; what is no choice becomes available', () => {
    const set = act('clerk.state_forced', 'clerk:c1', { was: 'wrap_up', state: 'break' });
    const forced = member({ state: 'break', forced: true });
    expect(undoOf(set, board({ clerks: [forced] }))).toEqual({
      kind: 'state',
      clerk: 'c1',
      state: 'available',
    });
    expect(undoOf(set, board({ clerks: [member({ state: 'break' })] }))).toBeNull();
    expect(undoOf(set, board())).toBeNull();
  });

  test('a break after the visit, while the visit lasts', () => {
    const set = act('clerk.state_forced', 'clerk:c1', {
      was: 'in_session',
      state: 'break',
      after_visit: true,
    });
    const busy = member({ state: 'in_session', last_one: true });
    expect(undoOf(set, board({ clerks: [busy] }))?.kind).toBe('state');
    expect(undoOf(set, board({ clerks: [{ ...busy, last_one: false }] }))).toBeNull();
  });

  test('a move, while the number waits where it was put', () => {
    const moved = act('ticket.moved', 'ticket:t1', { was: 'tuki', service: 'elake' });
    const ticket = {
      id: 't1',
      number: 7,
      point: 'salla',
      service: 'elake',
      language: 'fi' as const,
      state: 'waiting' as const,
      arrived_at: at(0),
      returned: false,
      priority: '',
    };
    const classed = act('ticket.class_set', 'ticket:t1', { was: '', priority: 'urgent' });
    const urgent = { tickets: [{ ...ticket, priority: 'urgent' }] };
    expect(undoOf(classed, board(urgent))).toEqual({ kind: 'class', ticket: 't1', priority: '' });
    expect(undoOf(classed, board({ tickets: [ticket] }))).toBeNull();
    const back = act('ticket.class_set', 'ticket:t1', { was: 'returned', priority: 'urgent' });
    expect(undoOf(back, board(urgent))).toBeNull();
    expect(undoOf(moved, board({ tickets: [ticket] }))).toEqual({
      kind: 'move',
      ticket: 't1',
      service: 'tuki',
    });
    expect(undoOf(moved, board({ tickets: [{ ...ticket, service: 'tuki' }] }))).toBeNull();
    expect(undoOf(act('desks.told', 'message:m1', {}), board())).toBeNull();
  });
});
