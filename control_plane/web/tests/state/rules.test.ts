import { describe, expect, test } from 'vitest';
import {
  type Circumstances,
  isNews,
  nextBlock,
  nextTime,
  noShowIn,
  notices,
  printing,
  recallIn,
  sends,
  stageOf,
  stateChangesBy,
} from '../../src/state/rules.ts';
import { makeDesk, makeRow, makeVisit, NOW } from './made.ts';

const after = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const calm: Circumstances = {
  online: true,
  desk: makeDesk(),
  screen: null,
  agent: null,
  peripherals: [],
  note: null,
  ownVideoTrouble: null,
  ownAudioTrouble: null,
  soundAllowed: true,
};

describe('the middle of the desk', () => {
  test('follows the visit', () => {
    const stages = (['preparing', 'ready', 'called', 'in_session'] as const).map((state) =>
      stageOf(makeDesk({ visit: makeVisit({ state }) })),
    );
    expect(stages).toEqual(['preparing', 'preparing', 'called', 'visit']);
  });

  test('asks for the outcome when the visitor ended the visit, and then lets the clerk write', () => {
    const visit = makeVisit({ state: 'closing', ended_by_visitor: true });
    expect(stageOf(makeDesk({ visit, state: 'in_session' }))).toBe('outcome');
    expect(stageOf(makeDesk({ visit, state: 'hold' }))).toBe('outcome');
    expect(stageOf(makeDesk({ visit, state: 'wrap_up' }))).toBe('wrap_up');
  });

  test('is the queue again while the booth is still being cleared', () => {
    const visit = makeVisit({ state: 'closing' });
    expect(stageOf(makeDesk({ visit, state: 'available' }))).toBe('queue');
  });
});

describe('what goes to the booth', () => {
  const own = { muted: false, cameraOff: false };

  test('before the visitor is there, the picture only', () => {
    for (const state of ['preparing', 'ready', 'called'] as const) {
      expect(sends(makeVisit({ state }), own)).toEqual({ audio: false, video: true });
    }
  });

  test('in the visit both, unless muted or off', () => {
    const visit = makeVisit({ state: 'in_session' });
    expect(sends(visit, own)).toEqual({ audio: true, video: true });
    expect(sends(visit, { muted: true, cameraOff: true })).toEqual({ audio: false, video: false });
  });

  test('on hold nothing, and after the end nothing', () => {
    for (const visit of [
      makeVisit({ state: 'in_session', on_hold: true }),
      makeVisit({ state: 'closing' }),
    ]) {
      expect(sends(visit, own)).toEqual({ audio: false, video: false });
    }
  });
});

describe('calling the next one', () => {
  test('needs somebody whom nothing stands against', () => {
    const blocked = makeRow({ callable: true, why_not: ['language'] });
    expect(nextBlock(makeDesk({ queue: [] }))).toBe('empty');
    expect(nextBlock(makeDesk({ queue: [blocked] }))).toBe('none_callable');
    expect(nextBlock(makeDesk({ queue: [blocked, makeRow()] }))).toBeNull();
  });

  test('is not offered on a break or in a visit', () => {
    expect(nextBlock(makeDesk({ state: 'break' }))).toBe('not_available');
    const visit = makeVisit({ state: 'called' });
    expect(nextBlock(makeDesk({ visit, state: 'preparing' }))).toBe('busy');
  });
});

describe('a visitor who does not come', () => {
  test('is called again when the pause has passed, and not without end', () => {
    const visit = makeVisit({ state: 'called', attempts: 1, recall_at: after(14.2) });
    expect(recallIn(visit, NOW)).toBe(15);
    expect(recallIn(visit, NOW + 60_000)).toBe(0);
    expect(recallIn({ ...visit, attempts: 3 }, NOW)).toBeNull();
  });

  test('may be given up after a minute, or at once after the last call', () => {
    const visit = makeVisit({ state: 'called', since: after(-20), attempts: 1 });
    expect(noShowIn(visit, NOW)).toBe(40);
    expect(noShowIn({ ...visit, attempts: 3 }, NOW)).toBe(0);
  });
});

describe('notices', () => {
  const codes = (now: Partial<Circumstances>) =>
    notices({ ...calm, ...now }).map(({ code }) => code);
  const desk = (visit: Parameters<typeof makeVisit>[0]) => makeDesk({ visit: makeVisit(visit) });

  test('a calm desk has none', () => {
    expect(codes({})).toEqual([]);
  });

  test('a lost connection comes first, help pressed in the booth next', () => {
    const pressed = desk({ state: 'in_session', help_pressed_at: after(0) });
    expect(codes({ online: false, desk: pressed })).toEqual(['offline', 'help_pressed']);
  });

  test('a printer out of paper is told with its condition', () => {
    const peripherals = [
      { port: 'document_printer', condition: 'paper_out', since: after(0) } as const,
    ];
    expect(notices({ ...calm, desk: desk({ state: 'in_session' }), peripherals })).toEqual([
      { code: 'printer_trouble', tone: 'warning', what: 'paper_out' },
    ]);
  });

  test('a booth that could not be recognised is told as such, not as a lost line', () => {
    const screen = { phase: 'refused', unstable: false };
    expect(codes({ desk: desk({ state: 'called' }), screen })).toEqual(['screen_refused']);
  });

  test('a connection that is being made anew is told for as long as it lasts', () => {
    const now = { desk: desk({ state: 'in_session' }), agent: { phase: 'connecting' } };
    expect(codes(now)).toEqual(['agent_lost']);
    expect(codes({ ...now, desk: desk({ state: 'preparing' }) })).toEqual([]);
  });

  test('the same trouble with camera and microphone is one notice', () => {
    const now = { desk: desk({ state: 'preparing' }), ownVideoTrouble: 'none' };
    expect(codes({ ...now, ownAudioTrouble: 'none' })).toEqual(['own_both']);
    expect(codes({ ...now, ownAudioTrouble: 'in_use' })).toEqual(['own_camera', 'own_microphone']);
  });

  test('a note that will not be passed on is told wherever the clerk is looking', () => {
    const now = { desk: desk({ state: 'in_session' }) };
    expect(codes({ ...now, note: 'declined' })).toEqual(['note_declined']);
    expect(codes({ ...now, note: 'lost' })).toEqual(['note_lost']);
    expect(codes({ ...now, note: 'approved' })).toEqual([]);
  });

  test('nothing of a visit that is over is shown', () => {
    const over = desk({ state: 'closing', help_pressed_at: after(0), on_hold: true });
    expect(codes({ desk: over, screen: { phase: 'lost', unstable: true } })).toEqual([]);
  });
});

test('a page may wait for paper, but not for a printer that is gone', () => {
  const status = (condition: 'ready' | 'paper_out' | 'unplugged') =>
    ({ port: 'document_printer', condition, since: after(0) }) as const;
  expect(printing(status('ready'))).toBe('now');
  expect(printing(status('paper_out'))).toBe('waits');
  expect(printing(status('unplugged'))).toBe('no');
  expect(printing(undefined)).toBe('no');
});

test('the next half past four is today, or tomorrow once it is over', () => {
  const noon = new Date(2026, 10, 27, 12, 0).getTime();
  const evening = new Date(2026, 10, 27, 16, 30).getTime();
  expect(nextTime('16:30', noon)).toBe(new Date(2026, 10, 27, 16, 30).toISOString());
  expect(nextTime('16:30', evening)).toBe(new Date(2026, 10, 28, 16, 30).toISOString());
  expect(nextTime('', noon)).toBeNull();
});

test('in a visit no hand changes the state, and busy elsewhere nobody is called', () => {
  expect(stateChangesBy('in_session')).toBe('visit');
  expect(stateChangesBy('hold')).toBe('visit');
  expect(stateChangesBy('external_busy')).toBe('clerk');
  expect(nextBlock(makeDesk({ state: 'external_busy' }))).toBe('elsewhere');
});

test('the end of a consult is news for a minute, in a visit too; the last visit only between two', () => {
  const at = '2026-11-24T10:00:00Z';
  const since = Date.parse(at);
  const ended = { code: 'consult_ended', reason: 'left', at, number: null };
  const lost = { ...ended, code: 'lost' };
  const visit = makeVisit();
  expect(isNews({ notice: ended, visit }, since + 59_000)).toBe(true);
  expect(isNews({ notice: ended, visit: null }, since + 60_000)).toBe(false);
  expect(isNews({ notice: lost, visit: null }, since + 3_600_000)).toBe(true);
  expect(isNews({ notice: lost, visit }, since)).toBe(false);
  expect(isNews({ notice: null, visit: null }, since)).toBe(false);
});
