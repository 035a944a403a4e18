// The booth's screen as a party of a visit's room: when does it join, send and leave?
import type { Lang } from '@etapiste/web/i18n';
import { audioReady } from '@etapiste/web/media';
import { type PairView, Room, SignalOutbox } from '@etapiste/web/room';
import { Store } from '@etapiste/web/state';
import type { ClerkConnection } from '../state/booth_scene.ts';
import { maySend } from '../state/may_send.ts';
import { reportOf } from '../state/own_devices.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { BoothCompanion, BoothLink, BoothScreenState, BoothVisit } from '../state/wire.ts';
import { agentChecker, agentProver } from './agent_proofs.ts';
import { type OwnDevices, type OwnMedia, openOwn, testOwn } from './device_test.ts';
import { onPermission } from './permission.ts';

/** Somebody else than the clerk, as this screen sees and hears them. */
export interface Companion extends BoothCompanion {
  phase: PairView['phase'];
  picture: MediaStreamTrack | null;
  sound: MediaStreamTrack | null;
}

export interface SeatView {
  clerk: ClerkConnection | null;
  picture: MediaStreamTrack | null;
  sound: MediaStreamTrack | null;
  companions: readonly Companion[];
  mirror: MediaStreamTrack | null;
  drawn: boolean;
  /** Do our camera and microphone go to the clerk now? */
  sending: boolean;
}

const EMPTY: SeatView = {
  clerk: null,
  picture: null,
  sound: null,
  companions: [],
  mirror: null,
  drawn: false,
  sending: false,
};

// As often as a browser counts anew; only until the clerk is seen.
const LOOK_FOR_FRAMES_MS = 50;
const IN_A_ROOM = new Set(['prepare', 'called', 'visit']);

type Link = Omit<ScreenLink<BoothScreenState>, 'close'>;

/** The room of a visit, or that of a clerk's picture which a visit may take over. */
type Place = Pick<BoothVisit | BoothLink, 'room_id' | 'ice_servers' | 'relay_only'>;

function placeOf(state: BoothScreenState): Place | null {
  if (IN_A_ROOM.has(state.phase)) return state.visit;
  return state.phase === 'idle' ? state.link : null;
}

/** Follows the agent's state for as long as the page lives. */
export function takeSeat(link: Link): { view: Store<SeatView>; leave: () => void } {
  const view = new Store<SeatView>(EMPTY);
  let seat: Seat | null = null;
  let before = link.status;

  function follow() {
    const { state, status } = link;
    const again = status === 'open' && before !== 'open';
    before = status;
    if (!state || status !== 'open') return;
    if (again) seat?.agentIsBack();
    const place = placeOf(state);
    if (seat && seat.room.id !== place?.room_id) {
      seat.leave();
      seat = null;
      view.set(EMPTY);
    }
    if (place && !seat) seat = new Seat(link, place, state, view);
    seat?.follow(state);
  }

  const stopStates = link.onChange(follow);
  const stopMessages = link.onMessage((message) => {
    if (message.type === 'signal') seat?.room.receive(message.signal);
  });
  follow();
  return {
    view,
    leave() {
      stopStates();
      stopMessages();
      seat?.leave();
      seat = null;
      view.set(EMPTY);
    },
  };
}

class Seat {
  readonly room: Room;
  readonly #link: Link;
  readonly #view: Store<SeatView>;
  readonly #signals: SignalOutbox;
  readonly #stop: () => void;
  /** Whose pairs are looked at, and how to look no more. */
  readonly #met = new Map<BoothCompanion['participant'], () => void>();
  #lang: Lang;
  #media: OwnMedia | null = null;
  #found: OwnDevices | null = null;
  #chosen: { camera: string; microphone: string };
  #state: BoothScreenState;
  #left = false;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** Of whom the devices are opened and told of; null while a clerk's picture stands alone. */
  #visit: string | null = null;

  constructor(link: Link, place: Place, state: BoothScreenState, view: Store<SeatView>) {
    this.#link = link;
    this.#view = view;
    this.#state = state;
    this.#lang = state.language;
    this.#chosen = { camera: state.settings.camera, microphone: state.settings.microphone };
    this.#signals = new SignalOutbox((signal) => link.say({ type: 'signal', signal }));
    this.room = new Room({
      roomId: place.room_id,
      me: 'booth-screen',
      others: ['clerk'],
      iceServers: place.ice_servers,
      relayOnly: place.relay_only,
      prover: agentProver(link),
      checker: agentChecker(link),
      send: (signal) => {
        // Who leaves says nothing: the agent has left the room already.
        if (!this.#left) this.#signals.send(signal);
      },
      elapsedS: () => 0,
    });
    const pair = this.room.pair('clerk');
    const lookAgain = () => void this.#lookAgain();
    const stops = [
      pair.view.subscribe((seen) => this.#show(seen)),
      audioReady.subscribe(lookAgain),
      listenTo(navigator.mediaDevices, 'devicechange', lookAgain),
      onPermission(lookAgain),
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
    this.#show(pair.view.get());
    this.room.start();
    this.#lookForFrames();
  }

  follow(state: BoothScreenState): void {
    this.#state = state;
    this.#prepare(state.visit);
    this.#meet(state.visit?.companions ?? []);
    const { camera, microphone } = state.settings;
    if (camera !== this.#chosen.camera || microphone !== this.#chosen.microphone) {
      this.#chosen = { camera, microphone };
      if (this.#found) void this.#openMedia();
    }
    this.#send();
  }

  /** The agent may have started anew and forgotten what it was told. */
  agentIsBack(): void {
    this.#signals.flush();
    this.#report();
  }

  leave(): void {
    this.#left = true;
    clearInterval(this.#looking);
    this.#stop();
    this.#meet([]);
    this.room.setTracks({ audio: null, video: null });
    this.room.close();
    this.#media?.close();
    this.#media = null;
  }

  // Only whom the agent names has a way in: it alone knows by whose key.
  #meet(wanted: readonly BoothCompanion[]): void {
    for (const [participant, forget] of this.#met) {
      if (wanted.some((each) => each.participant === participant)) continue;
      forget();
      this.#met.delete(participant);
      this.room.dismiss(participant);
    }
    for (const { participant } of wanted) {
      if (this.#met.has(participant)) continue;
      const { view } = this.room.admit(participant);
      this.#met.set(
        participant,
        view.subscribe(() => this.#showCompanions()),
      );
    }
    this.#showCompanions();
  }

  #showCompanions(): void {
    const named = this.#left ? [] : (this.#state.visit?.companions ?? []);
    const companions = named
      .filter(({ participant }) => this.#met.has(participant))
      .map((each) => {
        const { phase, audio, video } = this.room.pair(each.participant).view.get();
        return { ...each, phase, picture: video, sound: audio };
      });
    this.#view.update((view) =>
      companions.length + view.companions.length > 0 ? { ...view, companions } : view,
    );
  }

  // The clerk's picture comes while our own devices are tested: neither waits for the other.
  #prepare(visit: BoothVisit | null): void {
    if (!visit || this.#visit === visit.id) return;
    this.#visit = visit.id;
    // What stood here before counts only if it still does.
    const there = this.room.pair('clerk').view.get().phase === 'connected';
    this.#view.update((view) =>
      view.clerk?.seen && !there ? { ...view, clerk: { ...view.clerk, seen: false } } : view,
    );
    this.#lookForFrames();
    void this.#openMedia();
  }

  #lookForFrames(): void {
    clearInterval(this.#looking);
    this.#looking = setInterval(() => void this.#lookForClerk(), LOOK_FOR_FRAMES_MS);
  }

  /** Something was plugged in or out, or the sound was switched on: look again. */
  async #lookAgain(): Promise<void> {
    const media = this.#media;
    if (!media || this.#left) return;
    const gone = [media.camera, media.microphone].some(
      ({ track, standIn }) => standIn || track.readyState === 'ended',
    );
    if (gone) await this.#openMedia();
    else await this.#test(media);
  }

  async #openMedia(): Promise<void> {
    const media = await openOwn(this.#lang, this.#chosen);
    if (this.#left) {
      media.close();
      return;
    }
    this.#media?.close();
    this.#media = media;
    this.#view.update((view) => ({
      ...view,
      mirror: media.camera.track,
      drawn: media.camera.standIn,
    }));
    this.#send();
    for (const { track } of [media.camera, media.microphone]) {
      track.addEventListener('ended', () => void this.#lookAgain());
    }
    await this.#test(media);
  }

  async #test(media: OwnMedia): Promise<void> {
    const found = await testOwn(media);
    // Opened anew meanwhile: that test has the word.
    if (this.#left || media !== this.#media) return;
    this.#found = found;
    this.#report();
  }

  #send(): void {
    const media = this.#media;
    const sending = media !== null && maySend(this.#state, this.room.id);
    this.room.setTracks(
      sending
        ? { audio: media.microphone.track, video: media.camera.track }
        : { audio: null, video: null },
    );
    this.#view.update((view) => (view.sending === sending ? view : { ...view, sending }));
  }

  #report(): void {
    if (!this.#found) return;
    const clerk_seen = this.#view.get().clerk?.seen ?? false;
    const report = reportOf({ ...this.#found, visit: this.#visit, clerk_seen });
    this.#link.say({ type: 'report', report });
  }

  #show({ phase, unstable, audio, video }: PairView): void {
    this.#view.update((view) => ({
      ...view,
      picture: video,
      sound: audio,
      clerk: { phase, unstable, seen: view.clerk?.seen ?? false },
    }));
  }

  // By the decoder's own count: a hidden page draws no frames, but decodes them.
  async #lookForClerk(): Promise<void> {
    const pair = this.room.pair('clerk');
    const stats = await pair.connection?.getStats();
    if (!stats || this.#left || pair.view.get().phase !== 'connected') return;
    const decoded = [...stats.values()].some(
      (report) =>
        report.type === 'inbound-rtp' && report.kind === 'video' && report.framesDecoded > 0,
    );
    if (!decoded) return;
    clearInterval(this.#looking);
    this.#view.update((view) =>
      view.clerk ? { ...view, clerk: { ...view.clerk, seen: true } } : view,
    );
    this.#report();
  }
}

function listenTo(target: EventTarget | undefined, event: string, heard: () => void): () => void {
  target?.addEventListener(event, heard);
  return () => target?.removeEventListener(event, heard);
}
