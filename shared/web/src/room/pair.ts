// Two parties of a room over all their attempts: when does a new connection replace the old?

import { Store } from '../state.ts';
import type { Participant, Signal } from '../wire.ts';
import { ControlChannel, type ControlMessage } from './control.ts';
import { ahead, CONTROL, DOCUMENTS, offers } from './participants.ts';
import { type LocalTracks, Peer, type PeerOptions } from './peer.ts';

export type PairPhase = 'waiting' | 'connecting' | 'connected' | 'lost' | 'refused' | 'closed';

export interface PairView {
  phase: PairPhase;
  attempt: number;
  /** Packets have stopped coming, but the connection is not given up yet. */
  unstable: boolean;
  /** Why a proof did not hold. */
  reason: string;
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

export interface PairOptions extends Omit<PeerOptions, 'attempt'> {
  /**
   * Seconds since the room began, by the server's time. Attempts are numbered by it, so that a
   * page that was loaded again goes on above its old number without having kept it anywhere.
   */
  elapsedS: () => number;
  hear?: ((message: ControlMessage) => void) | undefined;
  /** The documents channel of the present attempt is open. */
  documents?: ((channel: RTCDataChannel) => void) | undefined;
  controlOpen?: (() => void) | undefined;
}

/** The offerer does not wait for ever for the other side's word that it is there. */
const OFFER_UNASKED_MS = 4_000;
/** An attempt that is not connected by now is given up; the offerer does so first. */
const CONNECT_MS = { offerer: 12_000, answerer: 15_000 };
const JOIN_AGAIN_MS = 3_000;
/** After a refusal or a failure, before the next attempt. */
const RETRY_MS = 1_000;

const NOTHING: Pick<PairView, 'audio' | 'video'> = { audio: null, video: null };

export class Pair {
  readonly view = new Store<PairView>({
    phase: 'waiting',
    attempt: 0,
    unstable: false,
    reason: '',
    ...NOTHING,
  });

  readonly other: Participant;
  readonly #offerer: boolean;
  #options: PairOptions;
  #peer: Peer | null = null;
  #control: ControlChannel | null = null;
  #local: LocalTracks = { audio: null, video: null };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Sends the offer that was made ahead; null when there is none. */
  #release: (() => void) | null = null;

  constructor(options: PairOptions) {
    this.#options = options;
    this.other = options.other;
    this.#offerer = offers(options.me, options.other);
  }

  /**
   * Begins: the lower rank says that it is there; the higher waits to hear it, with a face's
   * offer made ahead.
   */
  start({ offerNow = false } = {}): void {
    if (!this.#offerer) this.#join();
    else if (offerNow) this.#offer();
    else if (ahead(this.other)) this.#offerWhenAsked();
    else this.#later(OFFER_UNASKED_MS, () => this.#asked());
  }

  /** New TURN credentials: for the next attempt. */
  configure(change: Partial<Pick<PairOptions, 'iceServers' | 'relayOnly'>>): void {
    this.#options = { ...this.#options, ...change };
  }

  setTracks(tracks: LocalTracks): void {
    this.#local = tracks;
    this.#peer?.setTracks(tracks);
  }

  send(message: ControlMessage): boolean {
    return this.#control?.send(message) ?? false;
  }

  /** Bytes came on the documents channel: the other side lives. */
  heard(): void {
    this.#control?.heard();
  }

  get connection(): RTCPeerConnection | null {
    return this.#peer?.connection ?? null;
  }

  receive(signal: Signal): void {
    const { phase, attempt } = this.view.get();
    if (phase === 'closed') return;
    switch (signal.type) {
      case 'join':
        if (this.#offerer) this.#asked();
        break;
      case 'offer':
        if (!this.#offerer && signal.attempt > attempt) this.#take(signal);
        break;
      case 'answer':
      case 'candidate':
        if (signal.attempt === attempt) this.#peer?.receive(signal);
        break;
      case 'bye':
        if (signal.attempt === attempt || signal.attempt === 0) this.#left();
        break;
    }
  }

  /** Gives the connection up and begins a new one; for a button «connect again». */
  again(): void {
    if (this.view.get().phase !== 'closed') this.#lost(0);
  }

  close(): void {
    if (this.view.get().phase === 'closed') return;
    const { attempt } = this.view.get();
    if (attempt > 0) this.#signal('bye', attempt);
    this.#drop();
    this.#show({ phase: 'closed', unstable: false, ...NOTHING });
  }

  #offer(): void {
    this.#begin(this.#nextAttempt(), 'connecting').offer(Promise.resolve());
    this.#connecting();
  }

  #offerWhenAsked(): void {
    const peer = this.#begin(this.#nextAttempt(), 'waiting');
    peer.offer(new Promise((release) => (this.#release = release)));
    this.#later(OFFER_UNASKED_MS, () => this.#asked());
  }

  #asked(): void {
    const release = this.#release;
    if (!release) {
      this.#offer();
      return;
    }
    this.#release = null;
    this.#show({ phase: 'connecting' });
    this.#connecting();
    release();
  }

  #nextAttempt(): number {
    return Math.max(this.view.get().attempt, Math.floor(this.#options.elapsedS())) + 1;
  }

  #take(signal: Signal): void {
    this.#begin(signal.attempt, 'connecting').receive(signal);
    this.#connecting();
  }

  #connecting(): void {
    this.#later(this.#offerer ? CONNECT_MS.offerer : CONNECT_MS.answerer, () => this.#lost(0));
  }

  #begin(attempt: number, phase: 'waiting' | 'connecting'): Peer {
    this.#drop();
    this.#show({ phase, attempt, unstable: false, reason: '' });
    const peer = new Peer(
      { ...this.#options, attempt },
      {
        connected: () => {
          clearTimeout(this.#timer);
          this.#show({ phase: 'connected', unstable: false });
        },
        unstable: (unstable) => this.#show({ unstable }),
        failed: () => this.#lost(RETRY_MS),
        refused: (reason) => this.#refused(reason),
        track: (track) => this.#show({ [track.kind]: track }),
        channel: (channel) => this.#channel(channel),
      },
    );
    this.#peer = peer;
    peer.setTracks(this.#local);
    return peer;
  }

  #channel(channel: RTCDataChannel): void {
    if (channel.label === CONTROL) {
      this.#control = new ControlChannel(channel, (message) => this.#options.hear?.(message), {
        open: () => this.#options.controlOpen?.(),
        silent: () => this.#lost(0),
      });
    } else if (channel.label === DOCUMENTS) {
      channel.binaryType = 'arraybuffer';
      const open = () => this.#options.documents?.(channel);
      if (channel.readyState === 'open') open();
      else channel.addEventListener('open', open);
    }
  }

  #join(): void {
    this.#signal('join', 0);
    this.#later(JOIN_AGAIN_MS, () => this.#join());
  }

  #lost(pauseMs: number): void {
    this.#drop();
    this.#show({ phase: 'lost', unstable: false, ...NOTHING });
    this.#later(pauseMs, () => (this.#offerer ? this.#offer() : this.#join()));
  }

  // Not tried again by itself: either a fault that somebody must see, or an attack.
  #refused(reason: string): void {
    // Else the offerer would wait, try again and never say why.
    if (!this.#offerer) this.#signal('bye', this.view.get().attempt);
    this.#drop();
    this.#show({ phase: 'refused', reason, unstable: false, ...NOTHING });
  }

  #left(): void {
    // Good-bye instead of an answer: our proof did not hold there.
    if (this.#offerer && this.view.get().phase === 'connecting') {
      this.#refused('by_other_side');
      return;
    }
    this.#drop();
    this.#show({ phase: 'waiting', unstable: false, ...NOTHING });
    if (!this.#offerer) this.#later(JOIN_AGAIN_MS, () => this.#join());
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#release = null;
    this.#control?.close();
    this.#control = null;
    this.#peer?.close();
    this.#peer = null;
  }

  #later(ms: number, what: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, ms);
  }

  #signal(type: Signal['type'], attempt: number): void {
    const { roomId, me, other, send } = this.#options;
    send({ room_id: roomId, sender: me, receiver: other, attempt, type });
  }

  #show(change: Partial<PairView>): void {
    this.view.update((view) => ({ ...view, ...change }));
  }
}
