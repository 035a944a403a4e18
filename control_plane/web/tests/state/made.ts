// Desks, visits and rows for tests, ordinary unless said otherwise.

import type {
  ClerkState,
  Company,
  ConsultCall,
  Desk,
  QueueRow,
  Visit,
} from '../../src/state/types.ts';

export const NOW = Date.parse('2026-11-24T10:00:00Z');

const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const text = (words: string) => ({ fi: words, sv: words, en: words });
const SALLA = { code: 'salla', name: text('Salla') };

export function makeRow(change: Partial<QueueRow> = {}): QueueRow {
  return {
    ticket_id: '0190d0c2-0000-7000-8000-000000000010',
    number: 104,
    point: SALLA,
    service: { code: 'asumistuki', name: text('Asumistuki'), minutes: 15, needs_print: false },
    language: 'fi',
    arrived_at: at(-600),
    wait_s: 600,
    promised: { low_min: 10, high_min: 20 },
    over: false,
    returned: false,
    seated: false,
    for_me: false,
    callable: true,
    why_not: [],
    can: { print: true, camera: true },
    ...change,
  };
}

export function makeVisit(change: Partial<Visit> = {}): Visit {
  return {
    id: '0190d0c2-0000-7000-8000-000000000020',
    state: 'preparing',
    ticket_id: '0190d0c2-0000-7000-8000-000000000010',
    number: 104,
    point: SALLA,
    booth: { code: 'salla-1', name: text('Asiointitila'), device: 'd-salla-01' },
    service: { code: 'asumistuki', name: text('Asumistuki'), needs: null },
    language: 'fi',
    room_id: '0190d0c2-0000-7000-8000-000000000030',
    ice_servers: [],
    relay_only: false,
    since: at(-5),
    called_at: null,
    attempts: 0,
    max_attempts: 3,
    recall_at: null,
    seated: false,
    transfers_left: 6,
    passes_left: 3,
    began_at: null,
    on_hold: false,
    help_pressed_at: null,
    ended_by_visitor: false,
    failed_reason: null,
    outcome: null,
    peripherals: [],
    prints: [],
    consult: null,
    ...change,
  };
}

export function makeCompany(state: Company['state']): Company {
  return {
    id: '0190d0c2-0000-7000-8000-000000000040',
    state,
    alias: 'Bertta',
    agency: { code: 'kela', name: text('Kela') },
    sub: 'staff-2',
    asked_at: at(-5),
    expires_at: at(15),
    joined_at: state === 'joined' ? at(-1) : null,
    can_keep: true,
    handed_on: false,
  };
}

export function makeCall(state: ConsultCall['state']): ConsultCall {
  return {
    id: '0190d0c2-0000-7000-8000-000000000040',
    state,
    asked_by: 'Aino',
    agency: { code: 'kela', name: text('Kela') },
    service: { code: 'asumistuki', name: text('Asumistuki') },
    language: 'fi',
    asked_at: at(-5),
    expires_at: at(15),
    joined_at: state === 'joined' ? at(-1) : null,
    can_keep: true,
    handed_on: false,
    room:
      state === 'joined'
        ? {
            room_id: '0190d0c2-0000-7000-8000-000000000030',
            ice_servers: [],
            relay_only: false,
            device: 'd-salla-01',
            clerk_sub: 'staff-1',
            on_hold: false,
          }
        : null,
  };
}

export function makeDesk({
  state = 'available',
  ...change
}: Partial<Desk> & { state?: ClerkState } = {}): Desk {
  return {
    me: {
      state,
      since: at(-60),
      reason: '',
      wrap_up_until: null,
      last_one: false,
      wants_next: false,
      busy_with: null,
      busy_since: null,
      busy_until: null,
      shift_until: null,
      may_overrun: false,
      forgotten: false,
    },
    agency: { code: 'kela', name: text('Kela') },
    now: at(0),
    queue: [makeRow()],
    waiting: 1,
    longest_wait_s: 600,
    on_duty: 1,
    points: [],
    mode: 'pull',
    kept_for: null,
    breaks: [{ code: 'lunch', name: null }],
    offer: null,
    link: null,
    consult: null,
    visit: null,
    recent: [],
    notice: null,
    messages: [],
    parked: [],
    missed: [],
    held: [],
    ...change,
  };
}
