// The room of a colleague's visit, into which this clerk was asked: the visitor and that clerk.

import { Room } from '@etapiste/web/room';
import { idTime, type Signal } from '@etapiste/web/wire';
import type { OwnMedia } from './own-media.ts';
import { toColleague } from './rules.ts';
import type { ConsultCall } from './types.ts';
import type { RoomNeeds } from './visit-room.ts';

type Place = NonNullable<ConsultCall['room']>;

export class ConsultRoom {
  readonly consultId: string;
  readonly #room: Room;
  readonly #media: OwnMedia;
  readonly #stop: () => void;
  #onHold: boolean;

  constructor(consultId: string, place: Place, needs: RoomNeeds) {
    this.consultId = consultId;
    this.#media = needs.media;
    this.#onHold = place.on_hold;
    this.#room = new Room({
      roomId: place.room_id,
      me: 'colleague',
      others: ['clerk', 'booth-screen'],
      iceServers: place.ice_servers,
      relayOnly: place.relay_only,
      prover: needs.prover,
      checker: needs.checker.forRoom({ clerk: place.clerk_sub, 'booth-screen': place.device }),
      send: needs.send,
      elapsedS: () => Math.max(0, needs.clock.now() - idTime(place.room_id)) / 1000,
    });
    this.#stop = needs.media.view.subscribe(() => this.#setTracks());
    this.#setTracks();
    this.#room.start();
  }

  get screen() {
    return this.#room.pair('booth-screen').view;
  }

  get clerk() {
    return this.#room.pair('clerk').view;
  }

  /** A new snapshot of the same consult. */
  follow(place: Place): void {
    this.#onHold = place.on_hold;
    this.#room.configure({ iceServers: place.ice_servers, relayOnly: place.relay_only });
    this.#setTracks();
  }

  receive(signal: Signal): void {
    this.#room.receive(signal);
  }

  close(): void {
    this.#stop();
    this.#room.close();
    this.#media.close();
  }

  #setTracks(): void {
    const own = toColleague(this.#media.view.get());
    this.#room.pair('clerk').setTracks(own);
    this.#room.pair('booth-screen').setTracks(this.#onHold ? { audio: null, video: null } : own);
  }
}
