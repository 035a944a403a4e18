// One party of a room, driven from outside: `tests/shared/web/test_room_in_chromium.py`.

import { drawPicture, readPattern } from '../../src/media/index.ts';
import {
  IssuerChecker,
  makeSessionKey,
  publicJwk,
  Room,
  type SessionKey,
  SessionKeyProver,
} from '../../src/room/index.ts';
import type { Participant, Signal } from '../../src/wire.ts';

interface Joining {
  me: Participant;
  other: Participant;
  roomId: string;
  statement: string;
  issuers: JsonWebKey[];
  iceServers?: { urls: string[]; username?: string; credential?: string }[];
  relayOnly?: boolean;
}

const air = new BroadcastChannel('signals');
const video = document.querySelector('video') as HTMLVideoElement;
const said: Signal[] = [];
let key: SessionKey;
let room: Room;
let other: Participant;
let tamper: (signal: Signal) => Signal = (signal) => signal;

const driven = {
  async makeKey(): Promise<JsonWebKey> {
    key = await makeSessionKey('party');
    return publicJwk(key);
  },

  join(how: Joining): void {
    const began = Date.now();
    other = how.other;
    room = new Room({
      roomId: how.roomId,
      me: how.me,
      others: [how.other],
      iceServers: how.iceServers ?? [],
      relayOnly: how.relayOnly ?? false,
      prover: new SessionKeyProver(how.me, key.pair.privateKey, how.statement, Date.now),
      checker: new IssuerChecker(how.issuers, Date.now),
      send: (signal) => {
        said.push(signal);
        air.postMessage(tamper(signal));
      },
      elapsedS: () => (Date.now() - began) / 1000,
    });
    air.onmessage = ({ data }) => room.receive(data as Signal);
    const show = (track: MediaStreamTrack | null) => {
      const before = video.srcObject as MediaStream | null;
      if (track && before?.getVideoTracks()[0] !== track)
        video.srcObject = new MediaStream([track]);
    };
    room.pair(how.other).view.subscribe((view) => show(view.video));
    room.start();
  },

  sendPicture(source: 'clerk' | 'booth'): void {
    const picture = drawPicture(source, { label: 'drawn', who: source });
    room.setTracks({ audio: null, video: picture.track });
  },

  forgeFingerprint(): void {
    tamper = (signal) => ({
      ...signal,
      sdp: (signal.sdp ?? '').replaceAll(
        /(a=fingerprint:sha-256 )\S+/g,
        (_, head) => head + Array.from({ length: 32 }, () => 'AB').join(':'),
      ),
    });
  },

  /** Another's whole offer under this one's proof, as a broker in the middle could send it. */
  replayProofOf(signal: Signal): void {
    tamper = (own) =>
      own.type === 'offer'
        ? { ...own, proof: signal.proof ?? '', statement: signal.statement ?? '' }
        : own;
  },

  view: () => {
    const { phase, attempt, reason } = room.pair(other).view.get();
    return { phase, attempt, reason };
  },

  said: () => said,

  seen() {
    if (!video.videoWidth) return null;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height);
    return pixels ? readPattern(pixels) : null;
  },

  bytesSent: async () => {
    let sent = 0;
    for (const report of (await room.pair(other).connection?.getStats())?.values() ?? []) {
      if (report.type === 'outbound-rtp') sent += report.bytesSent;
    }
    return sent;
  },

  cut: () => room.pair(other).connection?.close(),

  leave: () => room.close(),
};

declare global {
  interface Window {
    driven: typeof driven;
  }
}
window.driven = driven;
