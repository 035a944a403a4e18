// What may the clerk do now, and what is shown? Values in, values out.

import { type PeripheralStatus, type Port, USABLE } from '@etapiste/web/wire';
import type { BoothView, ClerkState, Desk, Visit, VisitState } from './types.ts';

/** The clerk may give a visitor up after so long, or after the last call. */
export const NO_SHOW_AFTER_S = 60;

export type Stage = 'queue' | 'preparing' | 'called' | 'visit' | 'consult' | 'outcome' | 'wrap_up';

/** Which question does the desk put in the middle of the screen? */
export function stageOf({ me, visit, consult }: Pick<Desk, 'me' | 'visit' | 'consult'>): Stage {
  if (consult?.state === 'joined') return 'consult';
  switch (visit?.state) {
    case 'preparing':
    case 'ready':
      return 'preparing';
    case 'called':
      return 'called';
    case 'in_session':
      return 'visit';
    case 'closing':
      // The visitor pressed «end»: the clerk has still to say how it went.
      if (me.state === 'in_session' || me.state === 'hold') return 'outcome';
  }
  return me.state === 'wrap_up' ? 'wrap_up' : 'queue';
}

/** In these the clerk's page is in the room. */
export function inRoom(state: VisitState): boolean {
  return ['preparing', 'ready', 'called', 'in_session'].includes(state);
}

/** What of the clerk's goes to the booth. Sound only to a visitor who is there. */
export function sends(
  visit: Pick<Visit, 'state' | 'on_hold'>,
  own: { muted: boolean; cameraOff: boolean },
): { audio: boolean; video: boolean } {
  const there = visit.state === 'in_session';
  const held = there && visit.on_hold;
  return {
    audio: there && !held && !own.muted,
    video: inRoom(visit.state) && !held && !own.cameraOff,
  };
}

/** What of the clerk's goes to the other clerk of a consult. */
export function toColleague<Track>(own: {
  muted: boolean;
  cameraOff: boolean;
  audio: Track | null;
  video: Track | null;
}): { audio: Track | null; video: Track | null } {
  return { audio: own.muted ? null : own.audio, video: own.cameraOff ? null : own.video };
}

/** May the colleague press «keep»? The control plane decides, by what it has heard itself. */
export function mayKeep(
  call: { can_keep: boolean; handed_on: boolean },
  clerk: { phase: string } | null,
): boolean {
  return call.can_keep && (call.handed_on || clerk?.phase === 'lost');
}

export type NextBlock =
  | 'push'
  | 'busy'
  | 'elsewhere'
  | 'not_available'
  | 'empty'
  | 'none_callable'
  | null;

/** Why «call next» cannot be pressed; null when it can. */
export function nextBlock({
  me,
  visit,
  queue,
  mode,
}: Pick<Desk, 'me' | 'visit' | 'queue' | 'mode'>): NextBlock {
  if ((visit && visit.state !== 'closing') || me.state === 'consult') return 'busy';
  if (me.state === 'external_busy') return 'elsewhere';
  if (me.state !== 'available') return 'not_available';
  if (mode === 'push') return 'push';
  if (queue.length === 0) return 'empty';
  return queue.some((row) => row.why_not.length === 0) ? null : 'none_callable';
}

export type TransferBlock = 'nothing' | 'same_queue' | 'too_often' | null;

/** Why the visitor cannot be sent there; null when they can. */
export function transferBlock(wish: {
  visit: Pick<Visit, 'service' | 'transfers_left'>;
  service: string;
  person: string;
  own: boolean;
}): TransferBlock {
  if (wish.visit.transfers_left <= 0) return 'too_often';
  if (!wish.service) return 'nothing';
  const same = wish.own && wish.service === wish.visit.service.code;
  return same && !wish.person ? 'same_queue' : null;
}

/** Whole seconds in which an offer can still be answered. */
export function secondsLeft({ expires_at }: { expires_at: string }, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(expires_at) - now) / 1000));
}

/** Seconds until the visitor may be called once more; null when not at all. */
export function recallIn(visit: Visit, now: number): number | null {
  if (visit.state !== 'called' || visit.attempts >= visit.max_attempts || !visit.recall_at) {
    return null;
  }
  return Math.max(0, Math.ceil((Date.parse(visit.recall_at) - now) / 1000));
}

/** Seconds until the clerk may give the visitor up. */
export function noShowIn(visit: Visit, now: number): number {
  if (visit.attempts >= visit.max_attempts) return 0;
  return Math.max(0, Math.ceil(NO_SHOW_AFTER_S - (now - Date.parse(visit.since)) / 1000));
}

export function statusOf(
  peripherals: readonly PeripheralStatus[],
  port: Port,
): PeripheralStatus | undefined {
  return peripherals.find((status) => status.port === port);
}

export function usable(status: PeripheralStatus | undefined): boolean {
  return status !== undefined && USABLE.includes(status.condition);
}

/** Peripherals that a clerk should know of before promising anything. */
export function troubles(booth: Pick<BoothView, 'peripherals'>): PeripheralStatus[] {
  return booth.peripherals.filter(({ condition }) => condition !== 'ready' && condition !== 'busy');
}

/** Whose hand changes the state now: in a visit it is the visit's end. */
export function stateChangesBy(state: ClerkState): 'clerk' | 'visit' {
  return ['preparing', 'in_session', 'hold', 'consult'].includes(state) ? 'visit' : 'clerk';
}

/** The next moment at which the clocks here show «16:30»; null for anything else. */
export function nextTime(time: string, now: number): string | null {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const next = new Date(now);
  next.setHours(Number(hours), Number(minutes), 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.toISOString();
}

export type NoticeCode =
  | 'offline'
  | 'help_pressed'
  | 'ended_by_visitor'
  | 'screen_refused'
  | 'agent_refused'
  | 'screen_lost'
  | 'agent_lost'
  | 'unstable'
  | 'on_hold'
  | 'printer_trouble'
  | 'camera_trouble'
  | 'note_declined'
  | 'note_lost'
  | 'own_both'
  | 'own_camera'
  | 'own_microphone'
  | 'sound_blocked'
  | 'last_one'
  | 'not_responding'
  | 'external_busy'
  | 'forgotten';

export interface DeskNotice {
  code: NoticeCode;
  tone: 'info' | 'warning' | 'bad' | 'waiting';
  /** The part of the text that differs: a condition, a trouble. */
  what?: string;
}

export interface Circumstances {
  online: boolean;
  desk: Pick<Desk, 'me' | 'visit'>;
  screen: { phase: string; unstable: boolean } | null;
  agent: { phase: string } | null;
  peripherals: readonly PeripheralStatus[];
  /** How the clerk's note for the next clerk stands. */
  note: string | null;
  ownVideoTrouble: string | null;
  ownAudioTrouble: string | null;
  soundAllowed: boolean;
}

/** What the clerk must know now, the most urgent first. */
export function notices(now: Circumstances): DeskNotice[] {
  const { desk, screen, agent } = now;
  const { me, visit } = desk;
  const found: DeskNotice[] = [];
  const add = (when: boolean, code: NoticeCode, tone: DeskNotice['tone'], what?: string) => {
    if (when) found.push(what === undefined ? { code, tone } : { code, tone, what });
  };
  const inside = visit !== null && inRoom(visit.state);
  const met = visit?.state === 'in_session' || visit?.state === 'called';
  add(!now.online, 'offline', 'waiting');
  add(inside && visit.help_pressed_at !== null, 'help_pressed', 'bad');
  add(inside && screen?.phase === 'refused', 'screen_refused', 'bad');
  add(inside && agent?.phase === 'refused', 'agent_refused', 'bad');
  add(met && isAway(screen?.phase), 'screen_lost', 'waiting');
  add(met && isAway(agent?.phase), 'agent_lost', 'waiting');
  add(met && screen?.unstable === true, 'unstable', 'warning');
  add(inside && visit.on_hold, 'on_hold', 'info');
  if (inside) {
    for (const [port, code] of [
      ['document_printer', 'printer_trouble'],
      ['document_camera', 'camera_trouble'],
    ] as const) {
      const status = statusOf(now.peripherals, port);
      const calm = status === undefined || ['ready', 'busy'].includes(status.condition);
      add(!calm, code, usable(status) ? 'info' : 'warning', status?.condition);
    }
    add(now.note === 'declined', 'note_declined', 'info');
    add(now.note === 'lost', 'note_lost', 'warning');
    found.push(...ownTroubles(now.ownVideoTrouble, now.ownAudioTrouble));
    add(visit.state === 'in_session' && !now.soundAllowed, 'sound_blocked', 'warning');
  }
  add(me.state === 'not_responding', 'not_responding', 'warning');
  add(me.state === 'external_busy', 'external_busy', 'info', me.busy_with ?? 'other');
  add(me.forgotten, 'forgotten', 'warning');
  add(me.last_one && me.state !== 'offline', 'last_one', 'info');
  return found;
}

/** Once the booth was prepared, every phase but these two is a loss that is being mended. */
function isAway(phase: string | undefined): boolean {
  return phase !== undefined && phase !== 'connected' && phase !== 'refused';
}

function ownTroubles(video: string | null, audio: string | null): DeskNotice[] {
  if (video !== null && video === audio) return [{ code: 'own_both', tone: 'info', what: video }];
  const found: DeskNotice[] = [];
  if (video !== null) found.push({ code: 'own_camera', tone: 'info', what: video });
  if (audio !== null) found.push({ code: 'own_microphone', tone: 'info', what: audio });
  return found;
}

/** A job may wait in these: somebody at the point can mend them (`edge_agent.core.printing`). */
const MENDABLE: readonly string[] = ['paper_out', 'cover_open', 'jammed'];

/** May a page be sent to the booth's printer now, and will it come out at once? */
export function printing(status: PeripheralStatus | undefined): 'now' | 'waits' | 'no' {
  if (usable(status)) return 'now';
  return status && MENDABLE.includes(status.condition) ? 'waits' : 'no';
}

/** How long the end of a consult stays news. */
const NEWS_MS = 60_000;

/** What happened to the last visit is told between visits, the end of a consult also in one. */
export function isNews({ notice, visit }: Pick<Desk, 'notice' | 'visit'>, now: number): boolean {
  if (!notice) return false;
  if (notice.code === 'consult_ended') return now - Date.parse(notice.at) < NEWS_MS;
  return visit === null;
}
