// Which camera and microphone does this place have, and what is used when there are none?

import { type DrawnPicture, drawPicture } from './drawn.ts';
import type { Source } from './pattern.ts';
import type { PictureWords } from './picture.ts';
import { makeTone } from './sound.ts';

export type MediaKind = 'audio' | 'video';

/** Why a device could not be opened, in our words. */
export type Trouble = 'none' | 'not_allowed' | 'in_use' | 'failed';

export interface Opened {
  track: MediaStreamTrack;
  /** Drawn or made by us: to be labelled as such. */
  standIn: boolean;
  /** Why it is a stand-in. */
  trouble: Trouble | null;
  setWords(words: PictureWords): void;
  stop(): void;
}

export interface Devices {
  cameras: { id: string; label: string }[];
  microphones: { id: string; label: string }[];
}

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

const TONES: Record<Source, number> = { clerk: 440, booth: 330 };

/** Opens the device, or gives a stand-in and says why. `id` is a device's, or empty. */
export async function openMedia(
  kind: MediaKind,
  source: Source,
  words: PictureWords,
  id = '',
): Promise<Opened> {
  try {
    return ofDevice(await openDevice(kind, id));
  } catch (error) {
    return standIn(kind, source, words, troubleOf(error));
  }
}

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { cameras: of('videoinput'), microphones: of('audioinput') };
}

async function openDevice(kind: MediaKind, id: string): Promise<MediaStreamTrack> {
  // Without HTTPS (and off localhost) the browser has no mediaDevices at all.
  if (!navigator.mediaDevices) throw new DOMException('', 'NotAllowedError');
  const wish = {
    ...(kind === 'video' ? VIDEO : AUDIO),
    ...(id ? { deviceId: { exact: id } } : {}),
  };
  const stream = await navigator.mediaDevices.getUserMedia({ [kind]: wish });
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('', 'NotFoundError');
  if (kind === 'audio') track.contentHint = 'speech';
  return track;
}

function ofDevice(track: MediaStreamTrack): Opened {
  return {
    track,
    standIn: false,
    trouble: null,
    setWords: () => undefined,
    stop: () => track.stop(),
  };
}

function standIn(kind: MediaKind, source: Source, words: PictureWords, trouble: Trouble): Opened {
  if (kind === 'video') {
    const picture: DrawnPicture = drawPicture(source, words);
    return { ...picture, standIn: true, trouble };
  }
  const tone = makeTone(TONES[source]);
  return { ...tone, standIn: true, trouble, setWords: () => undefined };
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'not_allowed';
  return name === 'NotReadableError' || name === 'AbortError' ? 'in_use' : 'failed';
}
