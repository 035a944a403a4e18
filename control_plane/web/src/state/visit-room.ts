// The room of the visit that this page is in: connections, tracks, documents; gone at its end.

import type { IssuerChecker, PairView, Prover } from '@etapiste/web/room';
import { type Heard, type Pair, type Parties, Room, type RoomOptions } from '@etapiste/web/room';
import { type Readable, Store } from '@etapiste/web/state';
import { idTime, type Signal } from '@etapiste/web/wire';
import { BoothDesk } from './booth.ts';
import type { ServerClock } from './clock.ts';
import type { OwnMedia } from './own-media.ts';
import { sends, toColleague } from './rules.ts';
import type { Visit } from './types.ts';

/** Nobody is there besides the visitor. */
const ALONE: Readable<PairView | null> = new Store<PairView | null>(null);

export interface RoomNeeds {
  prover: Prover;
  checker: Pick<IssuerChecker, 'forRoom'>;
  send: (signal: Signal) => void;
  clock: ServerClock;
  media: OwnMedia;
}

/** A room that stood before its visit. */
export interface Opened {
  room: Room;
  parties: Parties;
}

export class VisitRoom {
  readonly visitId: string;
  readonly booth: BoothDesk;
  /** The colleague's side of the room; null while nobody was asked in. */
  readonly colleague = new Store<Readable<PairView | null>>(ALONE);
  readonly #parties: Parties;
  readonly #room: Room;
  readonly #media: OwnMedia;
  readonly #stops: (() => void)[];
  #visit: Visit;
  #colleague: Pair | null = null;

  constructor(
    visit: Visit,
    needs: RoomNeeds,
    { again, opened }: { again: boolean; opened?: Opened | undefined },
  ) {
    this.visitId = visit.id;
    this.#visit = visit;
    this.#media = needs.media;
    // The booth's own device on both seats: a certified device of another booth is a stranger.
    this.#parties = opened?.parties ?? {
      'booth-screen': visit.booth.device,
      'booth-agent': visit.booth.device,
    };
    this.booth = new BoothDesk((message) => this.#room.pair('booth-agent').send(message));
    const heard: Heard = {
      hear: (message) => this.booth.hear(message),
      documents: (channel) => {
        channel.addEventListener('message', () => this.#room.pair('booth-agent').heard());
        this.booth.attach(channel);
      },
      controlOpen: () => {
        // The booth may have heard of a hold that was never counted, or missed one.
        this.booth.set({ on_hold: this.#visit.on_hold });
        this.booth.resume();
      },
    };
    const made = {
      roomId: visit.room_id,
      me: 'clerk',
      others: ['booth-screen', 'booth-agent'],
      iceServers: visit.ice_servers,
      relayOnly: visit.relay_only,
      prover: needs.prover,
      checker: needs.checker.forRoom(this.#parties),
      send: needs.send,
      elapsedS: () => Math.max(0, needs.clock.now() - idTime(visit.room_id)) / 1000,
      heard: { 'booth-agent': heard },
    } as const satisfies RoomOptions;
    this.#room = opened?.room ?? new Room(made);
    if (opened) {
      opened.room.configure({ iceServers: visit.ice_servers, relayOnly: visit.relay_only });
      opened.room.admit('booth-agent', heard);
    }
    // The booth may tell how it is a moment before the browser says that they are connected.
    let connected = false;
    this.#stops = [
      needs.media.view.subscribe(() => this.#setTracks()),
      this.agent.subscribe((view) => {
        if (connected && view.phase !== 'connected') this.booth.away();
        connected = view.phase === 'connected';
      }),
    ];
    if (!opened) this.#room.start({ offerNow: again });
    this.#meet();
    this.#setTracks();
  }

  get screen() {
    return this.#room.pair('booth-screen').view;
  }

  get agent() {
    return this.#room.pair('booth-agent').view;
  }

  /** A new snapshot of the same visit. */
  follow(visit: Visit): void {
    this.#visit = visit;
    this.#room.configure({ iceServers: visit.ice_servers, relayOnly: visit.relay_only });
    this.booth.known(visit.prints);
    this.#meet();
    this.#setTracks();
  }

  receive(signal: Signal): void {
    this.#room.receive(signal);
  }

  /** A button for the clerk when a connection does not come back by itself. */
  connectAgain(): void {
    for (const other of ['booth-screen', 'booth-agent'] as const) {
      const pair = this.#room.pair(other);
      const phase: PairView['phase'] = pair.view.get().phase;
      if (phase !== 'connected') pair.again();
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#room.close();
    this.booth.forget();
    this.#media.close();
  }

  /** Whoever was asked in and came, by their own key only. */
  #meet(): void {
    const { consult } = this.#visit;
    if (consult?.state === 'joined') {
      this.#parties.colleague = consult.sub;
      this.#colleague = this.#room.admit('colleague');
      this.colleague.set(this.#colleague.view);
    } else if (this.#colleague) {
      this.#room.dismiss('colleague');
      this.#colleague = null;
      this.colleague.set(ALONE);
    }
  }

  #setTracks(): void {
    const own = this.#media.view.get();
    const { audio, video } = sends(this.#visit, own);
    this.#room.setTracks({ audio: audio ? own.audio : null, video: video ? own.video : null });
    // Whatever the visitor is spared, the two clerks see and hear each other.
    this.#colleague?.setTracks(toColleague(own));
  }
}
