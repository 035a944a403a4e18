// What time is it for the server? A workstation's own clock may be hours off.

export class ServerClock {
  readonly #here: () => number;
  #offset: number | null = null;

  constructor(here: () => number = Date.now) {
    this.#here = here;
  }

  /**
   * A time that the server wrote just now. The way here only makes it look older, so the
   * largest offset seen is the nearest to the truth.
   */
  heard(serverTime: string): void {
    const offset = Date.parse(serverTime) - this.#here();
    if (Number.isNaN(offset)) return;
    this.#offset = this.#offset === null ? offset : Math.max(this.#offset, offset);
  }

  now = (): number => this.#here() + (this.#offset ?? 0);

  /** Seconds since an instant of the server's; never less than nothing. */
  since(instant: string): number {
    return Math.max(0, (this.now() - Date.parse(instant)) / 1000);
  }

  until(instant: string): number {
    return Math.max(0, (Date.parse(instant) - this.now()) / 1000);
  }
}
