// Is the agent there, what did it say last, and who waits for its answer?
import type { Answer, Asked, ClientMessage, ScreenName, ServerMessage } from './wire.ts';

/** An open connection to the agent. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

/** What a connection tells. */
export interface WireEvents {
  opened(): void;
  came(data: unknown): void;
  closed(code: number): void;
}

export interface Timers {
  later(ms: number, act: () => void): () => void;
}

export type LinkStatus = 'connecting' | 'open' | 'lost' | 'denied';

export interface ScreenLink<S> {
  /** The newest state, null before the first. */
  readonly state: S | null;
  readonly status: LinkStatus;
  /** Called after each new state or status. */
  onChange(listener: () => void): () => void;
  onMessage(listener: (message: ServerMessage) => void): () => void;
  /** Say it now; false when nobody hears it. */
  say(message: ClientMessage): boolean;
  /** Ask until it is answered, also over a new connection; null when no answer came in time. */
  ask(message: Asked, timeout_ms: number): Promise<Answer | null>;
  close(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
const DENIED = 4401;

interface Waiting {
  message: Asked;
  settle(answer: Answer | null): void;
  stop(): void;
}

/** Connect a screen to its agent, and again whenever the connection is lost. */
export function connect<S>(options: {
  screen: ScreenName;
  token: string;
  open: (events: WireEvents) => Wire;
  timers: Timers;
}): ScreenLink<S> {
  const { screen, token, open, timers } = options;
  const changeListeners = new Set<() => void>();
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const waiting = new Map<string, Waiting>();
  let state: S | null = null;
  let status: LinkStatus = 'connecting';
  let wire: Wire | null = null;
  let pause = FIRST_PAUSE_MS;
  let closed = false;
  let stopPause = () => {};

  function changed(next: LinkStatus) {
    status = next;
    for (const listener of [...changeListeners]) listener();
  }

  function take(message: { type: string } & Record<string, unknown>) {
    if (message.type === 'state') {
      state = message['state'] as S;
      pause = FIRST_PAUSE_MS;
      changed('open');
      return;
    }
    const known = message as unknown as ServerMessage;
    if ('id' in known && typeof known.id === 'string') {
      const asker = waiting.get(known.id);
      if (asker) {
        asker.settle(known as Answer);
        return;
      }
    }
    for (const listener of [...messageListeners]) listener(known);
  }

  function start() {
    // Each connection knows its own: what an old one still says is not heard.
    const current: { wire: Wire | null } = { wire: null };
    current.wire = open({
      opened() {
        current.wire?.send(JSON.stringify({ type: 'hello', screen, token }));
        for (const { message } of waiting.values()) current.wire?.send(JSON.stringify(message));
      },
      came(data) {
        const message = current.wire === wire ? understood(data) : null;
        if (message) take(message);
      },
      closed(code) {
        if (current.wire !== wire || closed) return;
        wire = null;
        changed(code === DENIED ? 'denied' : 'lost');
        stopPause = timers.later(pause, start);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      },
    });
    wire = current.wire;
  }

  start();
  return {
    get state() {
      return state;
    },
    get status() {
      return status;
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onMessage(listener) {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    say(message) {
      if (!wire || status !== 'open') return false;
      wire.send(JSON.stringify(message));
      return true;
    },
    ask(message, timeout_ms) {
      return new Promise((resolve) => {
        const settle = (answer: Answer | null) => {
          waiting.delete(message.id);
          stop();
          resolve(answer);
        };
        const stop = timers.later(timeout_ms, () => settle(null));
        waiting.set(message.id, { message, settle, stop });
        if (wire && status === 'open') wire.send(JSON.stringify(message));
      });
    },
    close() {
      closed = true;
      stopPause();
      for (const asker of [...waiting.values()]) asker.settle(null);
      wire?.close();
    },
  };
}

function understood(data: unknown): ({ type: string } & Record<string, unknown>) | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message === 'object' && message !== null && 'type' in message) {
      return message as { type: string } & Record<string, unknown>;
    }
  } catch {
    return null;
  }
  return null;
}
