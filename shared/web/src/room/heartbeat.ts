// Is the other side still there? ICE would tell after half a minute; a ping tells in 8 s.

export const PING_EVERY_MS = 2_000;
export const SILENCE_MS = 8_000;

export class Heartbeat {
  readonly #ping: () => void;
  readonly #silent: () => void;
  readonly #clock: () => number;
  #heardAt = 0;
  #tickedAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(ping: () => void, silent: () => void, clock = () => performance.now()) {
    this.#ping = ping;
    this.#silent = silent;
    this.#clock = clock;
  }

  start(): void {
    this.stop();
    this.heard();
    this.#tickedAt = this.#clock();
    this.#timer = setInterval(() => this.tick(), PING_EVERY_MS);
  }

  heard(): void {
    this.#heardAt = this.#clock();
  }

  tick(): void {
    const now = this.#clock();
    // A page that was itself asleep could not have heard anything: begin to listen anew.
    if (now - this.#tickedAt > 2 * PING_EVERY_MS) this.#heardAt = now;
    this.#tickedAt = now;
    if (now - this.#heardAt >= SILENCE_MS) {
      this.stop();
      this.#silent();
    } else {
      this.#ping();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
