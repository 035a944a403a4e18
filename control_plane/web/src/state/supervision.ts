// What does the supervisor’s board say of a snapshot? Values in, values out.

import type { Text } from '@etapiste/web/i18n';
import type {
  Act,
  Choosable,
  ClerkState,
  Closing,
  Member,
  QueueCell,
  SupervisedPoint,
  Supervision,
} from './types.ts';

export interface Load {
  waiting: number;
  /** The first arrival of who has waited longest now. */
  oldestAt: string | null;
  called: number;
  inSession: number;
}

export function load(cells: readonly QueueCell[]): Load {
  const oldest = cells.flatMap(({ oldest_at }) => (oldest_at ? [oldest_at] : [])).sort(byTime);
  const sum = (of: 'waiting' | 'called' | 'in_session') =>
    cells.reduce((total, cell) => total + cell[of], 0);
  return {
    waiting: sum('waiting'),
    oldestAt: oldest[0] ?? null,
    called: sum('called'),
    inSession: sum('in_session'),
  };
}

const byTime = (one: string, other: string) => Date.parse(one) - Date.parse(other);

export interface Row {
  code: string;
  name: Text;
  load: Load;
}

/** The queues of each service, or of each agency where no service is shown. */
export function byKind(board: Supervision): Row[] {
  const many = board.agencies.length > 1;
  const kinds = many ? board.agencies : board.services;
  return kinds.map(({ code, name }) => ({
    code,
    name,
    load: load(board.cells.filter((cell) => code === (many ? cell.agency : cell.service))),
  }));
}

export interface RegionRow {
  name: Text | null;
  load: Load;
  points: { point: SupervisedPoint; load: Load }[];
}

/** Regions in the order of the points; ``idle``: also points where nobody is. */
export function byRegion(
  board: Supervision,
  { service, idle }: { service: string | null; idle: boolean },
): RegionRow[] {
  const cells = board.cells.filter((cell) => service === null || cell.service === service);
  const regions = new Map<string, { name: Text | null; points: SupervisedPoint[] }>();
  for (const point of board.points) {
    const key = point.region?.fi ?? '';
    const found = regions.get(key) ?? { name: point.region ?? null, points: [] };
    regions.set(key, { ...found, points: [...found.points, point] });
  }
  return [...regions.values()].flatMap(({ name, points }) => {
    const codes = new Set(points.map(({ code }) => code));
    const rows = points
      .map((point) => ({ point, load: load(cells.filter((cell) => cell.point === point.code)) }))
      .filter(({ load: here }) => idle || here.waiting + here.called + here.inSession > 0);
    const whole = load(cells.filter((cell) => codes.has(cell.point)));
    return rows.length > 0 ? [{ name, load: whole, points: rows }] : [];
  });
}

/** How many wait in what would be closed? */
export function waitingIn(
  board: Supervision,
  { agency, point, service }: { agency: string; point: string | null; service: string | null },
): number {
  return load(
    board.cells.filter(
      (cell) =>
        cell.agency === agency &&
        (point === null || cell.point === point) &&
        // Over the agencies no service is told: all of them, at the most.
        (service === null || cell.service === null || cell.service === service),
    ),
  ).waiting;
}

/** The closings that hold at a point, for whatever service. */
export function closingsAt(board: Supervision, point: string): Closing[] {
  return board.closings.filter((closing) => closing.point === null || closing.point === point);
}

const ORDER: readonly ClerkState[] = [
  'not_responding',
  'available',
  'reserved',
  'preparing',
  'in_session',
  'hold',
  'consult',
  'wrap_up',
  'external_busy',
  'back_office',
  'break',
  'offline',
];

/** Who needs a look first stands first; off duty comes last. */
export function team(clerks: readonly Member[]): Member[] {
  return [...clerks].sort(
    (one, other) =>
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || byTime(one.since, other.since),
  );
}

/** Is a share where the agency wants it? Null while there is none. */
export function onTarget(level: number | null, percent: number): boolean | null {
  return level === null ? null : level >= percent;
}

const BY_HAND: readonly string[] = ['available', 'break', 'offline'];

export type Undo =
  | { kind: 'reopen'; closing: string }
  | { kind: 'state'; clerk: string; state: Choosable }
  | { kind: 'move'; ticket: string; service: string }
  | { kind: 'class'; ticket: string; priority: string };

/** How an act of the history can be taken back now; null when it cannot any more. */
export function undoOf(act: Act, board: Supervision): Undo | null {
  const id = act.subject.slice(act.subject.indexOf(':') + 1);
  switch (act.action) {
    case 'queue.closed':
      return board.closings.some((closing) => closing.id === id)
        ? { kind: 'reopen', closing: id }
        : null;
    case 'clerk.state_forced': {
      const clerk = board.clerks.find((each) => each.id === id);
      if (!clerk) return null;
      if (act.detail['after_visit'] === true) {
        return clerk.last_one ? { kind: 'state', clerk: id, state: 'available' } : null;
      }
      if (!clerk.forced || clerk.state !== act.detail['state']) return null;
      const was = String(act.detail['was']);
      const state = BY_HAND.includes(was) ? (was as Choosable) : 'available';
      return state === clerk.state ? null : { kind: 'state', clerk: id, state };
    }
    case 'ticket.moved': {
      const ticket = board.tickets.find((each) => each.id === id && each.state === 'waiting');
      return ticket && ticket.service === act.detail['service']
        ? { kind: 'move', ticket: id, service: String(act.detail['was']) }
        : null;
    }
    case 'ticket.class_set': {
      const ticket = board.tickets.find((each) => each.id === id && each.state === 'waiting');
      const was = String(act.detail['was'] ?? '');
      return ticket &&
        ticket.priority === act.detail['priority'] &&
        (was === '' || board.classes.includes(was))
        ? { kind: 'class', ticket: id, priority: was }
        : null;
    }
    default:
      return null;
  }
}
