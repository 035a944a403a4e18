// The booth's documents, settings and notes, as the clerk's side of the data channel sees them.

import {
  announce,
  type ControlMessage,
  DocumentReceiver,
  DocumentSender,
  type Lane,
  TransferFailed,
} from '@etapiste/web/room';
import { Store } from '@etapiste/web/state';
import { type BoothState, newId, type SetBooth, type StillTaken } from '@etapiste/web/wire';
import type { Chosen } from './files.ts';
import { NoteDesk } from './note.ts';
import { advance, isFinal, type PrintJob, withKnown } from './prints.ts';
import type { PrintView } from './types.ts';

export interface Still {
  id: string;
  state: 'asked' | 'coming' | 'here' | 'failed';
  /** A fixed phrase that the catalogues know. */
  reason: string;
  /** 0…1 */
  progress: number;
  blob: Blob | null;
  width: number;
  height: number;
}

const STILL_PATIENCE_MS = 20_000;

export class BoothDesk {
  /** Null until the booth has told; and while it is not connected. */
  readonly state = new Store<BoothState | null>(null);
  readonly prints = new Store<readonly PrintJob[]>([]);
  readonly stills = new Store<readonly Still[]>([]);
  readonly note: NoteDesk;
  readonly #send: (message: ControlMessage) => boolean;
  readonly #sender = new DocumentSender();
  readonly #receiver: DocumentReceiver;
  readonly #offers = new Map<string, ControlMessage>();

  constructor(send: (message: ControlMessage) => boolean) {
    this.#send = send;
    this.#receiver = new DocumentReceiver(send);
    this.note = new NoteDesk(send);
  }

  /** The documents channel of a new connection. */
  attach(lane: Lane & Pick<RTCDataChannel, 'addEventListener'>): void {
    lane.addEventListener('message', (event: Event) => {
      const { data } = event as MessageEvent<unknown>;
      if (data instanceof ArrayBuffer) this.#receiver.hear(data);
    });
    this.#sender.attach(lane);
  }

  /** The control channel of a new connection: what was not finished is said again. */
  resume(): void {
    for (const offer of this.#offers.values()) this.#send(offer);
    this.#receiver.resume();
    this.note.resume();
    for (const still of this.stills.get()) {
      if (still.state === 'asked') this.#send({ kind: 'still.take', still_id: still.id });
    }
  }

  away(): void {
    this.state.set(null);
  }

  hear(message: ControlMessage): void {
    switch (message.kind) {
      case 'booth.state':
        this.state.set(message);
        break;
      case 'print.progress':
        this.#changeJob(message.job_id, (job) =>
          advance(job, {
            state: message.state,
            reason: message.reason ?? '',
            pages: message.pages ?? 0,
            sheets: message.sheets ?? null,
          }),
        );
        break;
      case 'still.taken':
        void this.#stillTaken(message);
        break;
      case 'note.progress':
      case 'note.here':
        this.note.hear(message);
        break;
      case 'transfer.received':
        this.#sender.received(message);
        break;
    }
  }

  async print({ bytes, type }: Chosen, copies: number): Promise<void> {
    const document = await announce(bytes, type);
    const id = newId();
    const job: PrintJob = {
      id,
      state: 'sending',
      reason: '',
      pages: 0,
      sheets: null,
      copies,
      size: bytes.byteLength,
      received: 0,
    };
    this.prints.update((jobs) => [job, ...jobs]);
    const offer: ControlMessage = { kind: 'print.offer', job_id: id, document, copies };
    this.#offers.set(id, offer);
    this.#send(offer);
    const end = await this.#sender.send(document, bytes, (received) =>
      this.#changeJob(id, (before) => ({ ...before, received })),
    );
    if (end.whole) this.#changeJob(id, (before) => ({ ...before, received: before.size }));
    else this.#finishUnsent(id, end.reason || 'failed');
  }

  cancelPrint(jobId: string): void {
    const offer = this.#offers.get(jobId);
    this.#send({ kind: 'print.cancel', job_id: jobId });
    if (offer?.kind === 'print.offer') this.#sender.cancel(offer.document.transfer_id);
  }

  /** What the control plane knows of the jobs, which a page that was loaded again does not. */
  known(prints: readonly PrintView[]): void {
    this.prints.update((jobs) => withKnown(jobs, prints));
  }

  takeStill(): void {
    const id = newId();
    const asked: Still = {
      id,
      state: 'asked',
      reason: '',
      progress: 0,
      blob: null,
      width: 0,
      height: 0,
    };
    this.stills.update((stills) => [asked, ...stills]);
    if (!this.#send({ kind: 'still.take', still_id: id })) this.#failStill(id, 'no_connection');
    setTimeout(() => {
      const still = this.stills.get().find((one) => one.id === id);
      if (still?.state === 'asked') this.#failStill(id, 'timeout');
    }, STILL_PATIENCE_MS);
  }

  forgetStill(id: string): void {
    this.stills.update((stills) => stills.filter((still) => still.id !== id));
  }

  set(change: Omit<SetBooth, 'kind'>): boolean {
    return this.#send({ kind: 'booth.set', ...change });
  }

  /** The visit is over: nothing of the visitor stays on this page. */
  forget(): void {
    this.#receiver.close();
    for (const offer of this.#offers.values()) {
      if (offer.kind === 'print.offer') this.#sender.cancel(offer.document.transfer_id);
    }
    this.#offers.clear();
    this.state.set(null);
    this.stills.set([]);
    this.prints.set([]);
    this.note.forget();
  }

  async #stillTaken({ still_id, document, reason, width, height }: StillTaken): Promise<void> {
    if (!this.stills.get().some((still) => still.id === still_id)) return;
    if (!document) {
      this.#failStill(still_id, reason || 'failed');
      return;
    }
    this.#changeStill(still_id, { state: 'coming', width: width ?? 0, height: height ?? 0 });
    try {
      const bytes = await this.#receiver.expect(document, (received) =>
        this.#changeStill(still_id, { progress: received / document.size }),
      );
      const blob = new Blob([bytes], { type: document.media_type });
      this.#changeStill(still_id, { state: 'here', progress: 1, blob });
    } catch (error) {
      if (!(error instanceof TransferFailed)) throw error;
      this.#failStill(still_id, error.message);
    }
  }

  #failStill(id: string, reason: string): void {
    this.#changeStill(id, { state: 'failed', reason });
  }

  #changeStill(id: string, change: Partial<Still>): void {
    this.stills.update((stills) =>
      stills.map((still) => (still.id === id ? { ...still, ...change } : still)),
    );
  }

  #finishUnsent(jobId: string, reason: string): void {
    this.#changeJob(jobId, (job) => ({
      ...job,
      state: isFinal(job.state) ? job.state : 'failed',
      reason: isFinal(job.state) ? job.reason : reason,
    }));
  }

  #changeJob(id: string, change: (job: PrintJob) => PrintJob): void {
    this.prints.update((jobs) => jobs.map((job) => (job.id === id ? change(job) : job)));
    const job = this.prints.get().find((one) => one.id === id);
    if (job && isFinal(job.state)) this.#offers.delete(id);
  }
}
