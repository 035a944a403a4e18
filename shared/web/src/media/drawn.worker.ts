// Draws in a worker by its own timer: a hidden window stalls the page's timers, not these.

import { drawFrame, FRAMES_PER_SECOND, HEIGHT, type PictureWords, WIDTH } from './picture.ts';

export type ToWorker =
  | { frames: WritableStream<VideoFrame>; source: number; words: PictureWords }
  // Without a track generator the page draws, and the worker only keeps the time.
  | { frames: null }
  | { words: PictureWords };

let words: PictureWords = { label: '', who: '' };

function run(frames: WritableStream<VideoFrame>, source: number): void {
  const writer = frames.getWriter();
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return;
  let count = 0;
  const timer = setInterval(() => {
    // A sink that does not take frames (nobody watches) must not pile them up.
    if ((writer.desiredSize ?? 0) < 0) return;
    count = (count + 1) % 2 ** 14;
    drawFrame(context, words, { source, count }, new Date());
    const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
    writer.write(frame).catch(() => clearInterval(timer));
  }, 1000 / FRAMES_PER_SECOND);
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('words' in data) words = data.words;
  if (!('frames' in data)) return;
  if (data.frames) run(data.frames, data.source);
  else setInterval(() => postMessage('tick'), 1000 / FRAMES_PER_SECOND);
});
