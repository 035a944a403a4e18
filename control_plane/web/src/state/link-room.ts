// The room of this clerk's own link: a picture in an idle booth, until a visit takes the room over.

import { type Parties, Room } from '@etapiste/web/room';
import { idTime, type Signal } from '@etapiste/web/wire';
import type { OwnMedia } from './own-media.ts';
import type { Link } from './types.ts';
import type { Opened, RoomNeeds } from './visit-room.ts';

export class LinkRoom {
  readonly linkId: string;
  readonly #parties: Parties;
  readonly #room: Room;
  readonly #media: OwnMedia;
  readonly #stop: () => void;

  constructor(link: Link, needs: RoomNeeds) {
    this.linkId = link.id;
    this.#media = needs.media;
    this.#parties = { 'booth-screen': link.booth.device, 'booth-agent': link.booth.device };
    this.#room = new Room({
      roomId: link.room_id,
      me: 'clerk',
      // The booth's devices have no part in it: they come with a visit.
      others: ['booth-screen'],
      iceServers: link.ice_servers,
      relayOnly: link.relay_only,
      prover: needs.prover,
      checker: needs.checker.forRoom(this.#parties),
      send: needs.send,
      elapsedS: () => Math.max(0, needs.clock.now() - idTime(link.room_id)) / 1000,
    });
    this.#stop = needs.media.view.subscribe(() => this.#setTracks());
    this.#setTracks();
    this.#room.start();
  }

  get roomId(): string {
    return this.#room.id;
  }

  get screen() {
    return this.#room.pair('booth-screen').view;
  }

  /** A new snapshot of the same link. */
  follow(link: Link): void {
    this.#room.configure({ iceServers: link.ice_servers, relayOnly: link.relay_only });
  }

  receive(signal: Signal): void {
    this.#room.receive(signal);
  }

  /** A visitor was called there: what is connected stays so, and is the visit's from now on. */
  handOver(): Opened {
    this.#stop();
    return { room: this.#room, parties: this.#parties };
  }

  close(): void {
    this.#stop();
    this.#room.close();
    this.#media.close();
  }

  /** The picture alone: nobody is there to be spoken to. */
  #setTracks(): void {
    this.#room.setTracks({ audio: null, video: this.#media.view.get().video });
  }
}
