// A moving picture for a place without a camera, that says so, and moves in hidden windows too.

import type { ToWorker } from './drawn.worker.ts';
import { SOURCES, type Source } from './pattern.ts';
import { drawFrame, HEIGHT, type PictureWords, WIDTH } from './picture.ts';

export interface DrawnPicture {
  track: MediaStreamTrack;
  /** After a change of language. */
  setWords(words: PictureWords): void;
  stop(): void;
}

/** Chromium's; typed here since the DOM library does not know it. */
type TrackGenerator = MediaStreamTrack & { writable: WritableStream<VideoFrame> };
declare global {
  var MediaStreamTrackGenerator: { new (init: { kind: 'video' }): TrackGenerator } | undefined;
}

export function drawPicture(source: Source, words: PictureWords): DrawnPicture {
  const worker = new Worker(new URL('./drawn.worker.ts', import.meta.url), { type: 'module' });
  const post = (message: ToWorker, transfer: Transferable[] = []) =>
    worker.postMessage(message, transfer);
  if (globalThis.MediaStreamTrackGenerator) {
    const track = new globalThis.MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable;
    post({ frames, source: SOURCES[source], words }, [frames]);
    return {
      track,
      setWords: (next) => post({ words: next }),
      stop: () => {
        track.stop();
        worker.terminate();
      },
    };
  }
  return drawnByPage(worker, post, source, words);
}

function drawnByPage(
  worker: Worker,
  post: (message: ToWorker) => void,
  source: Source,
  first: PictureWords,
): DrawnPicture {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d', { alpha: false });
  let words = first;
  let count = 0;
  worker.addEventListener('message', () => {
    count = (count + 1) % 2 ** 14;
    if (context) drawFrame(context, words, { source: SOURCES[source], count }, new Date());
  });
  post({ frames: null });
  const [track] = canvas.captureStream().getVideoTracks();
  if (!track) throw new Error('a canvas gave no track');
  return {
    track,
    setWords: (next) => {
      words = next;
    },
    stop: () => {
      track.stop();
      worker.terminate();
    },
  };
}
