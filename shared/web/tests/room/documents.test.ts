import { beforeEach, expect, test } from 'vitest';
import {
  announce,
  CHUNK,
  DocumentReceiver,
  DocumentSender,
  FRAME,
  frame,
  HIGH_WATER,
  type Lane,
  NotUnderstood,
  readFrame,
  sha256,
  TransferFailed,
} from '../../src/room/documents.ts';
import type { TransferReceived } from '../../src/wire.ts';

const ID = '0190d0c2-0000-7000-8000-0000000000ff';

/** A documents channel in memory: what is sent waits in it until it is let through. */
class Pipe implements Lane {
  readyState: RTCDataChannelState = 'open';
  bufferedAmountLowThreshold = 0;
  highest = 0;
  readonly waiting: ArrayBuffer[] = [];
  readonly #heard = new Map<string, Set<() => void>>();

  get bufferedAmount(): number {
    return this.waiting.reduce((sum, message) => sum + message.byteLength, 0);
  }

  send(message: ArrayBuffer): void {
    this.waiting.push(message);
    this.highest = Math.max(this.highest, this.bufferedAmount);
  }

  addEventListener(type: string, heard: unknown): void {
    this.#heard.set(type, (this.#heard.get(type) ?? new Set()).add(heard as () => void));
  }

  removeEventListener(type: string, heard: unknown): void {
    this.#heard.get(type)?.delete(heard as () => void);
  }

  async flow(hear: (message: ArrayBuffer) => void): Promise<void> {
    for (;;) {
      await settle();
      const next = this.waiting.shift();
      if (!next) return;
      hear(next);
      if (this.bufferedAmount <= this.bufferedAmountLowThreshold) this.#fire('bufferedamountlow');
    }
  }

  cut(): void {
    this.readyState = 'closed';
    this.waiting.length = 0;
    this.#fire('close');
  }

  #fire(type: string): void {
    for (const heard of [...(this.#heard.get(type) ?? [])]) heard();
  }
}

const settle = () => new Promise<void>((done) => setTimeout(done, 0));

function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 131 + (at >> 8)) & 0xff;
  return bytes;
}

let pipe: Pipe;
let sender: DocumentSender;
let receiver: DocumentReceiver;
let told: TransferReceived[];

beforeEach(() => {
  pipe = new Pipe();
  sender = new DocumentSender();
  told = [];
  receiver = new DocumentReceiver((message) => {
    told.push(message);
    sender.received(message);
  });
  sender.attach(pipe);
});

const hear = (message: ArrayBuffer) => receiver.hear(message);

test('a frame is laid out as the Python side lays it out', () => {
  const made = new Uint8Array(frame(ID, 258, Uint8Array.of(1, 2)));
  const hex = [...made].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  expect(hex).toBe('0190d0c20000700080000000000000ff00000000000001020102');
  expect(readFrame(made.buffer)).toEqual({
    transferId: ID,
    offset: 258,
    chunk: Uint8Array.of(1, 2),
  });
});

test('a message that is no frame is refused', () => {
  expect(() => readFrame(new ArrayBuffer(24))).toThrow(NotUnderstood);
  expect(() => readFrame(new ArrayBuffer(FRAME + 1))).toThrow(NotUnderstood);
});

test('a document arrives whole, and the line never holds more than it should', async () => {
  const bytes = noise(5 * HIGH_WATER);
  const announced = await announce(bytes, 'application/pdf');
  const arriving = receiver.expect(announced);
  const sent = sender.send(announced, bytes);
  receiver.resume();
  await pipe.flow(hear);
  expect(await sha256(await arriving)).toBe(announced.sha256);
  expect(await sent).toMatchObject({ whole: true });
  expect(pipe.highest).toBeLessThanOrEqual(HIGH_WATER + FRAME);
});

test('after a new connection it goes on from where the receiver is', async () => {
  const bytes = noise(20 * CHUNK);
  const announced = await announce(bytes, 'application/pdf');
  const arriving = receiver.expect(announced);
  const sent = sender.send(announced, bytes);
  receiver.resume();
  await settle();
  for (const message of pipe.waiting.splice(0, 7)) hear(message);
  pipe.cut();

  const second = new Pipe();
  sender.attach(second);
  receiver.resume();
  await settle();
  const [first] = second.waiting;
  expect(first && readFrame(first).offset).toBe(7 * CHUNK);
  await second.flow(hear);
  expect(await sha256(await arriving)).toBe(announced.sha256);
  expect(await sent).toMatchObject({ whole: true });
});

test('frames that overtake their announcement are kept for it', async () => {
  const bytes = noise(1000);
  const announced = await announce(bytes, 'image/png');
  hear(frame(announced.transfer_id, 0, bytes));
  expect(await receiver.expect(announced)).toEqual(bytes);
});

test('a document that was changed on its way is not handed on', async () => {
  const bytes = noise(1000);
  const announced = await announce(bytes, 'image/png');
  const arriving = receiver.expect(announced);
  hear(frame(announced.transfer_id, 0, noise(1000).reverse()));
  await expect(arriving).rejects.toThrow(new TransferFailed('wrong_digest'));
  expect(told.at(-1)).toMatchObject({ reason: 'wrong_digest' });
});

test('more bytes than announced are refused', async () => {
  const bytes = noise(1000);
  const announced = await announce(bytes, 'image/png');
  const arriving = receiver.expect(announced);
  hear(frame(announced.transfer_id, 0, noise(1001)));
  await expect(arriving).rejects.toThrow('too_long');
});

test('a document too large to take is refused before a byte of it comes', async () => {
  const announced = { ...(await announce(noise(1), 'image/png')), size: 20 * 1024 * 1024 + 1 };
  await expect(receiver.expect(announced)).rejects.toThrow('too_large');
  expect(told).toMatchObject([{ reason: 'too_large' }]);
});

test('a gap is not filled with guesses: the frame after it is dropped', async () => {
  const bytes = noise(3 * CHUNK);
  const announced = await announce(bytes, 'image/png');
  void receiver.expect(announced);
  hear(frame(announced.transfer_id, 2 * CHUNK, bytes.subarray(2 * CHUNK)));
  receiver.resume();
  expect(told.at(-1)).toMatchObject({ offset: 0 });
});

test('the receiver refuses and the sender hears why', async () => {
  const bytes = noise(10);
  const announced = await announce(bytes, 'application/pdf');
  const sent = sender.send(announced, bytes);
  sender.received({
    kind: 'transfer.received',
    transfer_id: announced.transfer_id,
    offset: 0,
    reason: 'not_a_pdf',
  });
  expect(await sent).toMatchObject({ reason: 'not_a_pdf' });
});
