// The page's own line to the control plane: snapshots down, signals both ways, up again by itself.

import { Store } from '@etapiste/web/state';
import type { Signal } from '@etapiste/web/wire';

export type LinkState = 'connecting' | 'online' | 'offline' | 'signed_out';

/** Why there is no session any more: it ran out, or somebody changed what the person may do. */
export type Ended = 'ended' | 'rights' | 'suspended';

export interface LiveEvents<T> {
  snapshot(data: T): void;
  signal(signal: Signal): void;
  /** Up again: what waited can go. */
  online(): void;
}

interface FromServer<T> {
  subject?: string;
  version?: number;
  /** The whole of it, or the members that are new since the last word on this socket. */
  data?: T;
  part?: Partial<T>;
  /** Of lists that are otherwise as they were: the rows that are new, each known by its code. */
  within?: Record<string, Coded[]>;
  signal?: Signal;
}

interface Coded {
  code: string;
}

export type MakeSocket = (url: string) => WebSocket;

const PING_EVERY_MS = 5_000;
const SILENCE_MS = 12_000;
const PAUSES_MS = [500, 1_000, 2_000, 4_000];
/** With which codes the control plane ends a line for good. */
const ENDS: Record<number, Ended> = {
  4401: 'ended',
  4403: 'rights',
  4404: 'rights',
  4405: 'suspended',
};

export class Live<T> {
  readonly link = new Store<LinkState>('connecting');
  /** Once the link says `signed_out`. */
  ended: Ended = 'ended';
  readonly #subject: string;
  readonly #events: LiveEvents<T>;
  readonly #make: MakeSocket;
  #socket: WebSocket | null = null;
  #tries = 0;
  #heardAt = 0;
  #known: T | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    subject: string,
    events: LiveEvents<T>,
    make: MakeSocket = (url) => new WebSocket(url),
  ) {
    this.#subject = subject;
    this.#events = events;
    this.#make = make;
  }

  start(): void {
    this.#stopped = false;
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.#drop();
  }

  /** False when there is no line now. */
  sendSignal = (signal: Signal): boolean => {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ signal }));
    return true;
  };

  #open(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${location.host}/api/v1/live?subject=${this.#subject}`;
    const socket = this.#make(url);
    this.#socket = socket;
    this.#known = undefined;
    socket.onmessage = ({ data }) => this.#hear(socket, data);
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lost(code);
    };
    this.#heardAt = performance.now();
    this.#watch = setInterval(() => this.#look(socket), PING_EVERY_MS);
  }

  #hear(socket: WebSocket, text: unknown): void {
    if (socket !== this.#socket || typeof text !== 'string') return;
    this.#heardAt = performance.now();
    if (text === 'pong') return;
    const message = JSON.parse(text) as FromServer<T>;
    if (message.signal) this.#events.signal(message.signal);
    if (message.subject !== this.#subject) return;
    const data = message.data ?? (this.#known && put(this.#known, message));
    if (data === undefined) return;
    this.#known = data;
    this.#tries = 0;
    const wasOnline = this.link.get() === 'online';
    this.link.set('online');
    this.#events.snapshot(data);
    if (!wasOnline) this.#events.online();
  }

  #look(socket: WebSocket): void {
    if (performance.now() - this.#heardAt > SILENCE_MS) this.#lost(0);
    else if (socket.readyState === WebSocket.OPEN) socket.send('ping');
  }

  #lost(code: number): void {
    this.#drop();
    if (this.#stopped) return;
    const ended = ENDS[code];
    if (ended) {
      this.ended = ended;
      this.link.set('signed_out');
      return;
    }
    this.link.set('offline');
    const pause = PAUSES_MS[Math.min(this.#tries++, PAUSES_MS.length - 1)] ?? 0;
    this.#again = setTimeout(() => this.#open(), pause);
  }

  #drop(): void {
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

function put<T>(known: T, { part, within = {} }: FromServer<T>): T {
  const next: Record<string, unknown> = { ...known, ...part };
  for (const [name, rows] of Object.entries(within)) {
    const now = new Map(rows.map((row) => [row.code, row]));
    next[name] = (next[name] as Coded[]).map((row) => now.get(row.code) ?? row);
  }
  return next as T;
}
