// A moving picture from a track, and whether it really moves.

import { audioReady, playing } from '@etapiste/web/media';
import { useStore } from '@etapiste/web/state';
import { useEffect, useRef, useState } from 'preact/hooks';

const STILL_AFTER_MS = 3_000;

interface PictureProps {
  video: MediaStreamTrack | null;
  audio?: MediaStreamTrack | null;
  /** What it shows, for those who do not see it. */
  label: string;
  mirrored?: boolean;
  /** Told when frames begin to come, and when they stop. */
  onMoving?: ((moving: boolean) => void) | undefined;
  id?: string;
}

export function Picture({ video, audio, label, mirrored, onMoving, id }: PictureProps) {
  const box = useRef<HTMLVideoElement>(null);
  const soundAllowed = useStore(audioReady);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const tracks = [video, audio ?? null].filter((track) => track !== null);
    element.srcObject = tracks.length > 0 ? new MediaStream(tracks) : null;
    if (tracks.length > 0) void playing(element);
  }, [video, audio]);
  useEffect(() => {
    // What the browser had forbidden may begin now.
    const element = box.current;
    if (soundAllowed && element?.srcObject && element.paused) void playing(element);
  }, [soundAllowed]);
  useMoving(box, onMoving);
  return (
    <video
      ref={box}
      id={id}
      class={mirrored ? 'picture picture-mirrored' : 'picture'}
      aria-label={label}
      muted={audio === undefined}
      autoplay
      playsInline
    />
  );
}

// A track of a sender that has nothing to send stays «live»; only frames tell the truth.
function useMoving(
  box: { readonly current: HTMLVideoElement | null },
  onMoving: ((moving: boolean) => void) | undefined,
): void {
  useEffect(() => {
    const element = box.current;
    if (!element || !onMoving) return;
    let last = Number.NEGATIVE_INFINITY;
    let watching = true;
    const seen = () => {
      last = performance.now();
      onMoving(true);
      if (watching) element.requestVideoFrameCallback?.(seen);
    };
    onMoving(false);
    element.requestVideoFrameCallback?.(seen);
    const timer = setInterval(() => {
      // A hidden page gets no frames to draw, and nobody looks at it.
      if (!document.hidden && performance.now() - last > STILL_AFTER_MS) onMoving(false);
    }, 1_000);
    return () => {
      watching = false;
      clearInterval(timer);
    };
  }, [box, onMoving]);
}

/** For the part that shows a picture: does it move? */
export function useMovingState(): [boolean, (moving: boolean) => void] {
  return useState(false);
}
