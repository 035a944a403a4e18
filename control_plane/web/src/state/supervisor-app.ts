// The supervisor’s page as a whole, without its looks: session, snapshots, acts.

import type { Lang } from '@etapiste/web/i18n';
import { Store } from '@etapiste/web/state';
import { newId } from '@etapiste/web/wire';
import { type Api, Refusal } from './api.ts';
import type { ServerClock } from './clock.ts';
import { LEADERS } from './entry.ts';
import { Live } from './live.ts';
import type { Undo } from './supervision.ts';
import type { Act, Choosable, NewClosing, Session, Supervision } from './types.ts';

export type BoardPhase = 'loading' | 'ready' | 'signed_out' | 'not_allowed' | 'failed';

export class SupervisorApp {
  readonly phase = new Store<BoardPhase>('loading');
  readonly session = new Store<Session | null>(null);
  readonly board = new Store<Supervision | null>(null);
  readonly acts = new Store<readonly Act[]>([]);
  /** Something was asked and is not answered yet. */
  readonly busy = new Store(false);
  /** The last «no», until it has been read. */
  readonly refusal = new Store<Refusal | null>(null);
  readonly left = new Store(false);
  readonly live: Live<Supervision>;
  readonly #api: Api;
  readonly #clock: ServerClock;

  constructor(api: Api, clock: ServerClock) {
    this.#api = api;
    this.#clock = clock;
    this.live = new Live<Supervision>('supervision', {
      snapshot: (board) => this.#show(board),
      signal: () => undefined,
      online: () => void this.#readActs(),
    });
    this.live.link.subscribe((link) => {
      if (link === 'signed_out') this.#leave();
    });
  }

  async start(): Promise<void> {
    this.phase.set('loading');
    try {
      const session = await this.#api.session();
      this.session.set(session);
      if (!session.roles.some((role) => LEADERS.includes(role))) {
        this.phase.set('not_allowed');
        return;
      }
      this.live.start();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Whoever needs a second factor sets it right after signing in.
      const out = error.status === 401 || error.code === 'second_factor_needed';
      this.phase.set(out ? 'signed_out' : 'failed');
    }
  }

  async setLanguage(lang: Lang): Promise<void> {
    try {
      await this.#api.setLanguage(lang);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async signOut(): Promise<void> {
    this.left.set(true);
    await this.#do(() => this.#api.signOut());
    this.#leave();
  }

  close = (closing: NewClosing) => this.#do(() => this.#api.closeQueue(newId(), closing));
  reopen = (id: string, reason: string) => this.#do(() => this.#api.reopenQueue(id, reason));
  move = (ticket: string, service: string, reason: string) =>
    this.#do(() => this.#api.moveTicket(ticket, service, reason));
  setClass = (ticket: string, priority: string, reason: string) =>
    this.#do(() => this.#api.setTicketClass(ticket, priority, reason));
  giveBack = (ticket: string, reason: string) =>
    this.#do(() => this.#api.giveTicketBack(ticket, reason));
  force = (clerk: string, state: Choosable, reason: string) =>
    this.#do(() => this.#api.forceState(clerk, state, reason));
  tell = (text: string, minutes: number) =>
    this.#do(() => this.#api.tellDesks(newId(), text, minutes));
  takeMessageBack = (id: string) => this.#do(() => this.#api.takeMessageBack(id));

  undo(undo: Undo, reason: string): Promise<boolean> {
    switch (undo.kind) {
      case 'reopen':
        return this.reopen(undo.closing, reason);
      case 'state':
        return this.force(undo.clerk, undo.state, reason);
      case 'move':
        return this.move(undo.ticket, undo.service, reason);
      case 'class':
        return this.setClass(undo.ticket, undo.priority, reason);
    }
  }

  async #do(ask: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.get()) return false;
    this.busy.set(true);
    this.refusal.set(null);
    try {
      await ask();
      void this.#readActs();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) this.#leave();
      else this.refusal.set(error);
      return false;
    } finally {
      this.busy.set(false);
    }
  }

  async #readActs(): Promise<void> {
    if (this.phase.get() === 'signed_out' || this.left.get()) return;
    try {
      this.acts.set(await this.#api.acts());
    } catch (error) {
      // The line says that there is none; the acts are read again when it is back.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #show(board: Supervision): void {
    this.#clock.heard(board.now);
    this.board.set(board);
    this.phase.set('ready');
  }

  #leave(): void {
    this.live.stop();
    this.phase.set('signed_out');
  }
}
