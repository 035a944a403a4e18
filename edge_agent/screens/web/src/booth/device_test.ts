// Do this machine's camera, microphone and speaker work? Tested here, sent to nobody.

import type { Lang } from '@etapiste/web/i18n';
import { drawPicture, listDevices, makeTone, type Opened, openMedia } from '@etapiste/web/media';
import { boothMessages } from '../messages/booth.ts';
import { speakerWorks } from '../sound/output.ts';
import type { DeviceList, Tested } from '../state/own_devices.ts';

// A question of the browser that nobody answers must not hold up the visit.
const OPEN_MS = 6_000;
const FIRST_FRAME_MS = 4_000;

export interface OwnMedia {
  camera: Opened;
  microphone: Opened;
  close(): void;
}

export interface OwnDevices {
  camera: Tested;
  microphone: Tested;
  speaker: boolean;
  devices: DeviceList;
}

/** Opens camera and microphone, or labelled stand-ins where there are none. */
export async function openOwn(
  lang: Lang,
  ids: { camera: string; microphone: string },
): Promise<OwnMedia> {
  const [camera, microphone] = await Promise.all([
    openOne('video', lang, ids.camera),
    openOne('audio', lang, ids.microphone),
  ]);
  return {
    camera,
    microphone,
    close() {
      camera.stop();
      microphone.stop();
    },
  };
}

export async function testOwn({ camera, microphone }: OwnMedia): Promise<OwnDevices> {
  const [frames, speaker, devices] = await Promise.all([
    framesCome(camera.track),
    speakerWorks(),
    listDevices(),
  ]);
  const { track } = microphone;
  return {
    camera: { works: frames, standIn: camera.standIn, trouble: camera.trouble },
    microphone: {
      works: track.readyState === 'live' && !track.muted,
      standIn: microphone.standIn,
      trouble: microphone.trouble,
    },
    speaker,
    devices,
  };
}

async function openOne(kind: 'audio' | 'video', lang: Lang, id: string): Promise<Opened> {
  const words = { label: boothMessages[lang].drawn, who: boothMessages[lang].visitor };
  const opening = openMedia(kind, 'booth', words, id);
  let late = false;
  const unanswered = new Promise<null>((resolve) => {
    setTimeout(() => {
      late = true;
      resolve(null);
    }, OPEN_MS);
  });
  void opening.then((opened) => {
    if (late) opened.stop();
  });
  return (await Promise.race([opening, unanswered])) ?? standIn(kind, words);
}

function standIn(kind: 'audio' | 'video', words: { label: string; who: string }): Opened {
  const made =
    kind === 'video' ? drawPicture('booth', words) : { ...makeTone(330), setWords: () => {} };
  return { ...made, standIn: true, trouble: 'not_allowed' };
}

// Chromium's; the DOM library does not know it.
declare global {
  var MediaStreamTrackProcessor:
    | { new (init: { track: MediaStreamTrack }): { readable: ReadableStream<VideoFrame> } }
    | undefined;
}

/** Does a picture come within some seconds? Read from the track: a hidden page shows no frames. */
async function framesCome(track: MediaStreamTrack): Promise<boolean> {
  if (track.readyState !== 'live') return false;
  const Processor = globalThis.MediaStreamTrackProcessor;
  if (!Processor) return !track.muted;
  // A clone, so that ending the test cannot end what the visit uses.
  const clone = track.clone();
  const reader = new Processor({ track: clone }).readable.getReader();
  const nothing = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), FIRST_FRAME_MS);
  });
  try {
    const read = await Promise.race([reader.read(), nothing]);
    read?.value?.close();
    return read !== null && !read.done;
  } finally {
    void reader.cancel();
    clone.stop();
  }
}
