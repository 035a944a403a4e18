// What happens to signals while the socket is down? They wait, at most 30 s.

import type { Signal } from '../wire.ts';

export const SIGNAL_LIFE_MS = 30_000;

export class SignalOutbox {
  #waiting: { signal: Signal; at: number }[] = [];
  readonly #post: (signal: Signal) => boolean;
  readonly #clock: () => number;

  /** `post` gives false when there is no socket to send by. */
  constructor(post: (signal: Signal) => boolean, clock: () => number = () => performance.now()) {
    this.#post = post;
    this.#clock = clock;
  }

  send(signal: Signal): void {
    if (this.#waiting.length > 0 || !this.#post(signal)) {
      this.#waiting.push({ signal, at: this.#clock() });
    }
  }

  /** The socket is up again: everything young enough that a later attempt has not replaced. */
  flush(): void {
    const queue = this.#waiting;
    this.#waiting = [];
    const newest = new Map<string, number>();
    for (const { signal } of queue) {
      const pair = `${signal.room_id} ${signal.receiver}`;
      newest.set(pair, Math.max(newest.get(pair) ?? 0, signal.attempt));
    }
    const bound = this.#clock() - SIGNAL_LIFE_MS;
    for (const { signal, at } of queue) {
      const stale = signal.attempt < (newest.get(`${signal.room_id} ${signal.receiver}`) ?? 0);
      if (at >= bound && !stale) this.send(signal);
    }
  }
}
