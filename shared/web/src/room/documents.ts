// How do documents travel over the data channel? The twin of `shared/documents.py`.

import type { Announced, TransferReceived } from '../wire.ts';
import { newId } from '../wire.ts';

const HEADER = 24;
export const FRAME = 65_536;
export const CHUNK = FRAME - HEADER;
export const MAX_DOCUMENT = 20 * 1024 * 1024;
export const HIGH_WATER = 1024 * 1024;
export const LOW_WATER = 256 * 1024;

/** The receiver tells this often how far it is. */
const TELL_EVERY = 512 * 1024;
/** A receiver that says nothing within this time after the announcement is sent to all the same. */
const GO_AHEAD_MS = 1_000;
/** Frames may overtake their announcement, which goes by another channel: so much is kept. */
const EARLY_LIMIT = 4 * 1024 * 1024;

export class NotUnderstood extends Error {}

/** One binary message: 16 bytes transfer id, 8 bytes big-endian offset, then the bytes. */
export function frame(transferId: string, offset: number, chunk: Uint8Array): ArrayBuffer {
  const message = new Uint8Array(HEADER + chunk.byteLength);
  message.set(uuidBytes(transferId));
  new DataView(message.buffer).setBigUint64(16, BigInt(offset));
  message.set(chunk, HEADER);
  return message.buffer;
}

export interface Frame {
  transferId: string;
  offset: number;
  chunk: Uint8Array<ArrayBuffer>;
}

export function readFrame(message: ArrayBuffer): Frame {
  if (message.byteLength <= HEADER || message.byteLength > FRAME) {
    throw new NotUnderstood('malformed');
  }
  const view = new DataView(message);
  return {
    transferId: uuidText(new Uint8Array(message, 0, 16)),
    offset: Number(view.getBigUint64(16)),
    chunk: new Uint8Array(message, HEADER),
  };
}

export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the sender says of a document before it comes. */
export async function announce(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
): Promise<Announced> {
  return {
    transfer_id: newId(),
    size: bytes.byteLength,
    sha256: await sha256(bytes),
    media_type: mediaType,
  };
}

/** What a transfer needs of an RTCDataChannel. */
export type Lane = Pick<
  RTCDataChannel,
  | 'readyState'
  | 'bufferedAmount'
  | 'bufferedAmountLowThreshold'
  | 'addEventListener'
  | 'removeEventListener'
> & { send(message: ArrayBuffer): void };

interface Outgoing {
  announced: Announced;
  bytes: Uint8Array<ArrayBuffer>;
  run: AbortController | null;
  settle: (outcome: TransferReceived) => void;
  progress: (received: number) => void;
}

/** Sends announced documents, and goes on after a new connection from where the receiver is. */
export class DocumentSender {
  readonly #outgoing = new Map<string, Outgoing>();
  #lane: Lane | null = null;

  /** A new connection: nothing is sent until the receiver says from where. */
  attach(lane: Lane): void {
    lane.bufferedAmountLowThreshold = LOW_WATER;
    this.#lane = lane;
    for (const { announced } of this.#outgoing.values()) this.#unlessAsked(announced.transfer_id);
  }

  /** Resolves with the receiver's last word: `whole`, or why not. */
  send(
    announced: Announced,
    bytes: Uint8Array<ArrayBuffer>,
    progress: (received: number) => void = () => undefined,
  ): Promise<TransferReceived> {
    return new Promise((settle) => {
      this.#outgoing.set(announced.transfer_id, { announced, bytes, run: null, settle, progress });
      this.#unlessAsked(announced.transfer_id);
    });
  }

  /** The receiver's word: a first one, or one after a new connection, starts from its offset. */
  received(message: TransferReceived): void {
    const outgoing = this.#outgoing.get(message.transfer_id);
    if (!outgoing) return;
    if (message.whole || message.reason) {
      this.#stop(message.transfer_id);
      outgoing.settle(message);
    } else {
      outgoing.progress(message.offset);
      if (!outgoing.run) this.#start(outgoing, message.offset);
    }
  }

  cancel(transferId: string): void {
    const outgoing = this.#outgoing.get(transferId);
    this.#stop(transferId);
    outgoing?.settle({
      kind: 'transfer.received',
      transfer_id: transferId,
      offset: 0,
      reason: 'cancelled',
    });
  }

  #stop(transferId: string): void {
    this.#outgoing.get(transferId)?.run?.abort();
    this.#outgoing.delete(transferId);
  }

  #unlessAsked(transferId: string): void {
    const lane = this.#lane;
    const before = this.#outgoing.get(transferId);
    before?.run?.abort();
    if (before) before.run = null;
    setTimeout(() => {
      const outgoing = this.#outgoing.get(transferId);
      if (outgoing && !outgoing.run && lane && lane === this.#lane) this.#start(outgoing, 0);
    }, GO_AHEAD_MS);
  }

  #start(outgoing: Outgoing, from: number): void {
    const lane = this.#lane;
    if (!lane) return;
    const run = new AbortController();
    outgoing.run = run;
    void pump(lane, outgoing, from, run.signal);
  }
}

async function pump(
  lane: Lane,
  { announced, bytes }: Outgoing,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  for (let offset = from; offset < bytes.byteLength; offset += CHUNK) {
    if (lane.bufferedAmount > HIGH_WATER) await drained(lane, signal);
    if (signal.aborted || lane.readyState !== 'open') return;
    lane.send(frame(announced.transfer_id, offset, bytes.subarray(offset, offset + CHUNK)));
  }
}

function drained(lane: Lane, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      lane.removeEventListener('bufferedamountlow', done);
      lane.removeEventListener('close', done);
      resolve();
    };
    lane.addEventListener('bufferedamountlow', done);
    lane.addEventListener('close', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

interface Incoming {
  announced: Announced;
  bytes: Uint8Array<ArrayBuffer>;
  received: number;
  told: number;
  settle: (bytes: Uint8Array<ArrayBuffer>) => void;
  fail: (reason: Error) => void;
  progress: (received: number) => void;
}

/** Why a document did not come through; `message` is a fixed phrase. */
export class TransferFailed extends Error {}

/** Collects announced documents; each is handed on only when its digest is right. */
export class DocumentReceiver {
  readonly #incoming = new Map<string, Incoming>();
  readonly #tell: (message: TransferReceived) => void;
  #early: Frame[] = [];
  #earlyBytes = 0;

  constructor(tell: (message: TransferReceived) => void) {
    this.#tell = tell;
  }

  expect(
    announced: Announced,
    progress: (received: number) => void = () => undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (announced.size > MAX_DOCUMENT) {
      this.#say(announced.transfer_id, 0, { reason: 'too_large' });
      return Promise.reject(new TransferFailed('too_large'));
    }
    return new Promise((settle, fail) => {
      const bytes = new Uint8Array(announced.size);
      const incoming = { announced, bytes, received: 0, told: 0, settle, fail, progress };
      this.#incoming.set(announced.transfer_id, incoming);
      this.#say(announced.transfer_id, 0);
      const early = this.#early.filter(({ transferId }) => transferId === announced.transfer_id);
      this.#early = this.#early.filter((kept) => !early.includes(kept));
      for (const one of early) {
        this.#earlyBytes -= one.chunk.byteLength;
        this.#take(one);
      }
    });
  }

  /** A message of the documents channel. */
  hear(message: ArrayBuffer): void {
    try {
      this.#take(readFrame(message));
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
    }
  }

  /** After a new connection: says for each unfinished document from where to go on. */
  resume(): void {
    this.#early = [];
    this.#earlyBytes = 0;
    for (const { announced, received } of this.#incoming.values()) {
      this.#say(announced.transfer_id, received);
    }
  }

  /** The visit is over: what has not come will not come. */
  close(): void {
    for (const { fail } of this.#incoming.values()) fail(new TransferFailed('closed'));
    this.#incoming.clear();
    this.#early = [];
  }

  #take(one: Frame): void {
    const incoming = this.#incoming.get(one.transferId);
    if (!incoming) {
      if (this.#earlyBytes + one.chunk.byteLength > EARLY_LIMIT) return;
      this.#early.push(one);
      this.#earlyBytes += one.chunk.byteLength;
      return;
    }
    const end = one.offset + one.chunk.byteLength;
    // Frames come in order; one that leaves a gap belongs to a run that was given up.
    if (one.offset > incoming.received || end <= incoming.received) return;
    if (end > incoming.announced.size) {
      this.#failed(incoming, 'too_long');
      return;
    }
    incoming.bytes.set(one.chunk, one.offset);
    incoming.received = end;
    incoming.progress(end);
    if (end === incoming.announced.size) void this.#finish(incoming);
    else if (end - incoming.told >= TELL_EVERY) {
      incoming.told = end;
      this.#say(one.transferId, end);
    }
  }

  async #finish(incoming: Incoming): Promise<void> {
    const { announced, bytes, settle } = incoming;
    if ((await sha256(bytes)) !== announced.sha256) {
      this.#failed(incoming, 'wrong_digest');
      return;
    }
    this.#incoming.delete(announced.transfer_id);
    this.#say(announced.transfer_id, announced.size, { whole: true });
    settle(bytes);
  }

  #failed({ announced, received, fail }: Incoming, reason: string): void {
    this.#incoming.delete(announced.transfer_id);
    this.#say(announced.transfer_id, received, { reason });
    fail(new TransferFailed(reason));
  }

  #say(transferId: string, offset: number, end: { whole?: true; reason?: string } = {}): void {
    this.#tell({ kind: 'transfer.received', transfer_id: transferId, offset, ...end });
  }
}

function uuidBytes(id: string): Uint8Array {
  const hex = id.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

function uuidText(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
