// The `control` channel: JSON texts with a `kind`, pings among them.

import type { FromBooth, FromClerk } from '../wire.ts';
import { Heartbeat } from './heartbeat.ts';

export type ControlMessage = FromBooth | FromClerk;

const MAX_CONTROL = 16_384;

export class ControlChannel {
  readonly #channel: RTCDataChannel;
  readonly #heartbeat: Heartbeat;
  #given = false;

  constructor(
    channel: RTCDataChannel,
    hear: (message: ControlMessage) => void,
    events: { open: () => void; silent: () => void },
  ) {
    this.#channel = channel;
    this.#heartbeat = new Heartbeat(
      () => this.send({ kind: 'ping', sent_at: new Date().toISOString() }),
      events.silent,
    );
    const opened = () => {
      this.#heartbeat.start();
      events.open();
    };
    channel.addEventListener('open', opened);
    channel.addEventListener('close', () => {
      this.#heartbeat.stop();
      if (!this.#given) events.silent();
    });
    channel.addEventListener('message', ({ data }) => {
      this.#heartbeat.heard();
      const message = read(data);
      if (message?.kind === 'ping') this.send({ kind: 'pong', sent_at: message.sent_at });
      else if (message && message.kind !== 'pong') hear(message);
    });
    if (channel.readyState === 'open') opened();
  }

  get open(): boolean {
    return this.#channel.readyState === 'open';
  }

  /** False when the channel is not there; the caller keeps what must not be lost. */
  send(message: ControlMessage): boolean {
    if (!this.open) return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  /** Bytes on the other channel prove as well that the other side lives. */
  heard(): void {
    this.#heartbeat.heard();
  }

  /** Given up by this side: what becomes of the channel is no news any more. */
  close(): void {
    this.#given = true;
    this.#heartbeat.stop();
  }
}

function read(data: unknown): ControlMessage | null {
  if (typeof data !== 'string' || data.length > MAX_CONTROL) return null;
  try {
    const message = JSON.parse(data) as ControlMessage | null;
    return message && typeof message.kind === 'string' ? message : null;
  } catch {
    return null;
  }
}
