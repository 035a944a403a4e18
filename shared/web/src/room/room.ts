// A room as one of its parties: a pair with each of the others.

import type { Participant, Signal } from '../wire.ts';
import { Pair, type PairOptions } from './pair.ts';
import { ofOneDevice } from './participants.ts';
import type { LocalTracks } from './peer.ts';

export interface RoomOptions
  extends Omit<PairOptions, 'other' | 'hear' | 'documents' | 'controlOpen'> {
  others: readonly Participant[];
  /** What each pair's channels bring, by who is on the other side. */
  heard?: Partial<Record<Participant, Pick<PairOptions, 'hear' | 'documents' | 'controlOpen'>>>;
}

export class Room {
  readonly id: string;
  readonly #me: Participant;
  readonly #pairs: ReadonlyMap<Participant, Pair>;

  constructor({ others, heard = {}, ...options }: RoomOptions) {
    this.id = options.roomId;
    this.#me = options.me;
    this.#pairs = new Map(
      others
        .filter((other) => other !== options.me && !ofOneDevice(other, options.me))
        .map((other) => [other, new Pair({ ...options, other, ...heard[other] })]),
    );
  }

  start(how: { offerNow?: boolean } = {}): void {
    for (const pair of this.#pairs.values()) pair.start(how);
  }

  pair(other: Participant): Pair {
    const pair = this.#pairs.get(other);
    if (!pair) throw new RangeError(`no pair with ${other}`);
    return pair;
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
    for (const pair of this.#pairs.values()) pair.configure(change);
  }

  close(): void {
    for (const pair of this.#pairs.values()) pair.close();
  }
}
