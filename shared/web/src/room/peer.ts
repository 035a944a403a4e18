// One RTCPeerConnection of one pair and one attempt: negotiated once, proven, then used.

import type { IceServer, Participant, Signal } from '../wire.ts';
import { NotProven, P256 } from './jws.ts';
import { planFor } from './participants.ts';
import { beginsSharp, fingerprintOf, fingerprintOfCertificate, onlySha256 } from './sdp.ts';
import type { Checker, Prover } from './trust.ts';

/**
 * What an offer or answer waits for before it goes; the rest of the candidates follow singly.
 * A browser begins with the first one, while those of the relays still come (some 100 ms later).
 * aiortc has no trickle of its own, so it gets them all at once where that is possible.
 */
const GATHER_FIRST = {
  browser: { all: false, patienceMs: 200 },
  agent: { all: true, patienceMs: 1_500 },
};

const FIRST_SCALE = 2;
const SMALL_MS = 1_000;

export type Connect = (configuration: RTCConfiguration) => RTCPeerConnection;

export interface PeerOptions {
  roomId: string;
  me: Participant;
  other: Participant;
  attempt: number;
  iceServers: readonly IceServer[];
  relayOnly: boolean;
  prover: Prover;
  checker: Checker;
  send: (signal: Signal) => void;
  connect?: Connect | undefined;
  certify?: (() => Promise<RTCCertificate>) | undefined;
}

export interface PeerEvents {
  /** Connected, and the certificate in use is the proven one. */
  connected(): void;
  unstable(unstable: boolean): void;
  failed(): void;
  /** A proof did not hold; nothing was sent. */
  refused(reason: string): void;
  track(track: MediaStreamTrack): void;
  channel(channel: RTCDataChannel): void;
}

export type TrackKind = 'audio' | 'video';
export type LocalTracks = Record<TrackKind, MediaStreamTrack | null>;

export class Peer {
  readonly #options: PeerOptions;
  readonly #events: PeerEvents;
  readonly #early: RTCIceCandidateInit[] = [];
  #pc: RTCPeerConnection | null = null;
  #proven = '';
  #verified = false;
  #described = false;
  #closed = false;
  #local: LocalTracks = { audio: null, video: null };
  #work: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions, events: PeerEvents) {
    this.#options = options;
    this.#events = events;
  }

  get connection(): RTCPeerConnection | null {
    return this.#pc;
  }

  /** Gathers at once, so that no time is lost when the other side is there; goes when `wanted`. */
  offer(wanted: Promise<void>): void {
    this.#do(async () => {
      const pc = await this.#open();
      const plan = planFor(this.#options.other);
      if (plan.audio) pc.addTransceiver('audio', { direction: 'sendrecv' });
      const video = pc.addTransceiver('video', { direction: plan.video });
      if (this.#options.other === 'booth-agent') preferVp8(video);
      for (const label of plan.channels) {
        this.#events.channel(pc.createDataChannel(label, { ordered: true }));
      }
      const offer = await pc.createOffer();
      await pc.setLocalDescription({ type: 'offer', sdp: onlySha256(offer.sdp ?? '') });
      await this.#sendDescription('offer', wanted);
    });
  }

  /** An offer, an answer or a candidate of this attempt. */
  receive(signal: Signal): void {
    this.#do(async () => {
      if (signal.type === 'offer') await this.#answer(signal);
      else if (signal.type === 'answer') await this.#takeAnswer(signal);
      else if (signal.type === 'candidate') await this.#takeCandidate(signal);
    });
  }

  /** What we send; nothing leaves before the other side's certificate was found to be proven. */
  setTracks(tracks: LocalTracks): void {
    this.#local = tracks;
    if (this.#verified) this.#do(() => this.#attach());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pc?.close();
  }

  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#closed) return;
      try {
        await step();
      } catch (error) {
        if (this.#closed) return;
        this.close();
        if (error instanceof NotProven) this.#events.refused(error.reason);
        else this.#events.failed();
      }
    });
  }

  async #open(): Promise<RTCPeerConnection> {
    const { connect, certify, iceServers, relayOnly } = this.#options;
    const certificate = await (certify ?? (() => RTCPeerConnection.generateCertificate(P256)))();
    const make = connect ?? ((configuration) => new RTCPeerConnection(configuration));
    const pc = make({
      // Explicit, even when empty: a library's default would be somebody else's server.
      iceServers: iceServers.map(({ urls, username = '', credential = '' }) => ({
        urls: [...urls],
        username,
        credential,
      })),
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
      // One way for all tracks and channels: to look for one each costs candidates and time.
      // aiortc goes wrong with it, and gathers for its few in one go anyway.
      bundlePolicy: this.#options.other === 'booth-agent' ? 'balanced' : 'max-bundle',
      certificates: [certificate],
    });
    this.#pc = pc;
    if (this.#closed) pc.close();
    pc.addEventListener('connectionstatechange', () => this.#changed(pc));
    pc.addEventListener('track', ({ track }) => this.#events.track(track));
    pc.addEventListener('datachannel', ({ channel }) => this.#events.channel(channel));
    return pc;
  }

  #changed(pc: RTCPeerConnection): void {
    if (this.#closed) return;
    if (pc.connectionState === 'connected') {
      this.#events.unstable(false);
      if (!this.#verified) this.#do(() => this.#verify(pc));
    } else if (pc.connectionState === 'disconnected') {
      this.#events.unstable(true);
    } else if (pc.connectionState === 'failed') {
      this.close();
      this.#events.failed();
    }
  }

  async #answer(signal: Signal): Promise<void> {
    const sdp = await this.#check(signal);
    const pc = await this.#open();
    await pc.setRemoteDescription({ type: 'offer', sdp: beginsSharp(sdp) });
    for (const transceiver of pc.getTransceivers()) transceiver.direction = 'sendrecv';
    await this.#takeEarly(pc);
    const answer = await pc.createAnswer();
    await pc.setLocalDescription({ type: 'answer', sdp: onlySha256(answer.sdp ?? '') });
    await this.#sendDescription('answer');
  }

  async #takeAnswer(signal: Signal): Promise<void> {
    const pc = this.#pc;
    if (pc?.signalingState !== 'have-local-offer') return;
    const sdp = await this.#check(signal);
    await pc.setRemoteDescription({ type: 'answer', sdp: beginsSharp(sdp) });
    await this.#takeEarly(pc);
  }

  async #check(signal: Signal): Promise<string> {
    const sdp = onlySha256(signal.sdp ?? '');
    const fingerprint = fingerprintOf(sdp);
    await this.#options.checker.check(signal, fingerprint);
    this.#proven = fingerprint;
    return sdp;
  }

  async #takeCandidate(signal: Signal): Promise<void> {
    const candidate = { candidate: signal.candidate ?? '', sdpMid: signal.sdp_mid ?? '' };
    if (this.#described && this.#pc) await addCandidate(this.#pc, candidate);
    else this.#early.push(candidate);
  }

  async #takeEarly(pc: RTCPeerConnection): Promise<void> {
    this.#described = true;
    for (const candidate of this.#early.splice(0)) await addCandidate(pc, candidate);
  }

  async #sendDescription(type: 'offer' | 'answer', wanted?: Promise<void>): Promise<void> {
    const pc = this.#pc;
    if (!pc) return;
    const { roomId, other, attempt, prover } = this.#options;
    await gathered(pc, other === 'booth-agent' ? GATHER_FIRST.agent : GATHER_FIRST.browser);
    await wanted;
    const sdp = onlySha256(pc.localDescription?.sdp ?? '');
    const late: RTCIceCandidate[] = [];
    let described = false;
    const tell = ({ candidate, sdpMid }: RTCIceCandidate) =>
      this.#signal('candidate', { candidate, sdp_mid: sdpMid ?? '' });
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate && described) tell(candidate);
      else if (candidate?.candidate) late.push(candidate);
    });
    const fingerprint = fingerprintOf(sdp);
    const vouched = await prover.prove({ room: roomId, towards: other, attempt, fingerprint });
    this.#signal(type, { sdp, ...vouched });
    described = true;
    late.forEach(tell);
  }

  #signal(type: Signal['type'], content: Partial<Signal>): void {
    if (this.#closed) return;
    const { roomId, me, other, attempt, send } = this.#options;
    send({ room_id: roomId, sender: me, receiver: other, attempt, type, ...content });
  }

  async #verify(pc: RTCPeerConnection): Promise<void> {
    const used = await usedFingerprint(pc);
    // A browser that cannot tell has still checked DTLS against the one fingerprint we gave it.
    if (used !== null && used !== this.#proven) throw new NotProven('another_certificate');
    this.#verified = true;
    await this.#attach();
    this.#events.connected();
  }

  async #attach(): Promise<void> {
    for (const { sender, receiver, direction } of this.#pc?.getTransceivers() ?? []) {
      if (direction === 'recvonly' || direction === 'stopped') continue;
      const track = this.#local[receiver.track.kind as TrackKind];
      if (sender.track === track) continue;
      if (track?.kind === 'video') await this.#beginSmall(sender);
      await sender.replaceTrack(track);
    }
  }

  // The first picture at half its width and height is encoded, sent and shown a tenth of a second
  // sooner; when it stands, the sharp one follows.
  async #beginSmall(sender: RTCRtpSender): Promise<void> {
    await scaleDown(sender, FIRST_SCALE);
    setTimeout(() => {
      if (!this.#closed) void scaleDown(sender, 1);
    }, SMALL_MS);
  }
}

async function scaleDown(sender: RTCRtpSender, by: number): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = by;
  try {
    await sender.setParameters(parameters);
  } catch {
    // A browser that does not scale sends what it has.
  }
}

async function addCandidate(pc: RTCPeerConnection, candidate: RTCIceCandidateInit): Promise<void> {
  try {
    await pc.addIceCandidate(candidate);
  } catch {
    // One path that cannot be used is no reason to give up the others.
  }
}

function gathered(
  pc: RTCPeerConnection,
  { all, patienceMs }: { all: boolean; patienceMs: number },
): Promise<void> {
  const enough = () =>
    pc.iceGatheringState === 'complete' ||
    (!all && (pc.localDescription?.sdp ?? '').includes('\na=candidate:'));
  return new Promise((resolve) => {
    if (enough()) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, patienceMs);
    const look = () => {
      if (!enough()) return;
      clearTimeout(timer);
      resolve();
    };
    pc.addEventListener('icegatheringstatechange', look);
    pc.addEventListener('icecandidate', look);
  });
}

/** The SHA-256 of the certificate that DTLS really used; null when the browser cannot tell. */
async function usedFingerprint(pc: RTCPeerConnection): Promise<string | null> {
  const transport =
    pc.sctp?.transport ??
    pc.getTransceivers().find(({ receiver }) => receiver.transport)?.receiver.transport;
  const [certificate] = transport?.getRemoteCertificates?.() ?? [];
  if (certificate) return fingerprintOfCertificate(certificate);
  const stats = await pc.getStats();
  for (const report of stats.values()) {
    if (report.type !== 'transport' || !report.remoteCertificateId) continue;
    const found = stats.get(report.remoteCertificateId);
    if (found?.fingerprintAlgorithm === 'sha-256') return String(found.fingerprint).toUpperCase();
  }
  return null;
}

// The booth's agent speaks VP8 best; the order can only be set on this side (`frontend.md` §1.1).
function preferVp8(transceiver: RTCRtpTransceiver): void {
  const known = globalThis.RTCRtpReceiver?.getCapabilities('video')?.codecs ?? [];
  const rank = ({ mimeType }: { mimeType: string }) => (mimeType === 'video/VP8' ? 0 : 1);
  if (known.length > 0 && 'setCodecPreferences' in transceiver) {
    transceiver.setCodecPreferences([...known].sort((one, other) => rank(one) - rank(other)));
  }
}
