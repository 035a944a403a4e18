// How is a value kept outside components, and shown in them?

import { useEffect, useRef, useState } from 'preact/hooks';

export interface Readable<T> {
  get(): T;
  /** Calls `heard` after each change; returns how to stop. */
  subscribe(heard: (value: T) => void): () => void;
}

export class Store<T> implements Readable<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const heard of [...this.#listeners]) heard(value);
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe(heard: (value: T) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }
}

/** The store's value now; the component is drawn again when it changes. */
export function useStore<T>(store: Readable<T>): T {
  const [, redraw] = useState<object>();
  const drawn = useRef<T>(store.get());
  drawn.current = store.get();
  useEffect(() => {
    const look = () => {
      if (!Object.is(drawn.current, store.get())) redraw({});
    };
    // A change between drawing and subscribing must not be lost.
    look();
    return store.subscribe(look);
  }, [store]);
  return drawn.current;
}

/** A value that moves with the clock, such as a waiting time; redrawn every `everyMs`. */
export function useNow(everyMs: number, clock: () => number = Date.now): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, clock]);
  return now;
}
