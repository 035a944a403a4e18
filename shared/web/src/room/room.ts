// A room as one of its parties: a pair with each of the others, who may come and go.

import type { Participant, Signal } from '../wire.ts';
import { Pair, type PairOptions } from './pair.ts';
import { meet } from './participants.ts';
import type { LocalTracks } from './peer.ts';

export interface RoomOptions
  extends Omit<PairOptions, 'other' | 'hear' | 'documents' | 'controlOpen'> {
  /** Who is there from the beginning. */
  others: readonly Participant[];
  /** What each pair's channels bring, by who is on the other side. */
  heard?: Partial<Record<Participant, Heard>>;
}

export type Heard = Pick<PairOptions, 'hear' | 'documents' | 'controlOpen'>;

export class Room {
  readonly id: string;
  readonly #me: Participant;
  readonly #pairs = new Map<Participant, Pair>();
  readonly #heard: Partial<Record<Participant, Heard>>;
  #options: Omit<PairOptions, 'other'>;

  constructor({ others, heard = {}, ...options }: RoomOptions) {
    this.id = options.roomId;
    this.#me = options.me;
    this.#heard = { ...heard };
    this.#options = options;
    for (const other of others) this.#make(other);
  }

  start(how: { offerNow?: boolean } = {}): void {
    for (const pair of this.#pairs.values()) pair.start(how);
  }

  pair(other: Participant): Pair {
    const pair = this.#pairs.get(other);
    if (!pair) throw new RangeError(`no pair with ${other}`);
    return pair;
  }

  /** Somebody comes into the room that goes on; ``heard``: what their channels bring. */
  admit(other: Participant, heard?: Heard): Pair {
    const known = this.#pairs.get(other);
    if (known) return known;
    if (heard) this.#heard[other] = heard;
    this.#make(other);
    const pair = this.pair(other);
    pair.start();
    return pair;
  }

  /** Somebody has left it, or never came. */
  dismiss(other: Participant): void {
    this.#pairs.get(other)?.close();
    this.#pairs.delete(other);
  }

  /** A signal from anybody; what is not for this party or room is dropped. */
  receive(signal: Signal): void {
    if (signal.room_id !== this.id || signal.receiver !== this.#me) return;
    this.#pairs.get(signal.sender)?.receive(signal);
  }

  setTracks(tracks: LocalTracks): void {
    for (const pair of this.#pairs.values()) pair.setTracks(tracks);
  }

  configure(change: Parameters<Pair['configure']>[0]): void {
    this.#options = { ...this.#options, ...change };
    for (const pair of this.#pairs.values()) pair.configure(change);
  }

  close(): void {
    for (const pair of this.#pairs.values()) pair.close();
  }

  #make(other: Participant): void {
    if (!meet(other, this.#me)) return;
    this.#pairs.set(other, new Pair({ ...this.#options, other, ...this.#heard[other] }));
  }
}
