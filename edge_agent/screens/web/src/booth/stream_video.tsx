// A track as a moving picture, or as sound.
import { playing } from '@etapiste/web/media';
import { useEffect, useRef } from 'preact/hooks';

interface StreamVideoProps {
  track: MediaStreamTrack | null;
  label: string;
  class?: string;
  mirrored?: boolean;
}

export function StreamVideo({ track, label, class: extra, mirrored }: StreamVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => show(element.current, track), [track]);
  return (
    <video
      ref={element}
      class={extra}
      data-mirrored={mirrored || undefined}
      aria-label={label}
      autoplay
      playsInline
      muted
    />
  );
}

interface StreamSoundProps {
  track: MediaStreamTrack | null;
  /** From 0 to 100. */
  volume: number;
}

export function StreamSound({ track, volume }: StreamSoundProps) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => show(element.current, track), [track]);
  useEffect(() => {
    if (element.current) element.current.volume = Math.min(100, Math.max(0, volume)) / 100;
  }, [volume]);
  // biome-ignore lint/a11y/useMediaCaption: a live voice has no caption file
  return <audio ref={element} autoplay />;
}

function show(element: HTMLMediaElement | null, track: MediaStreamTrack | null): () => void {
  if (!element || !track) return () => undefined;
  element.srcObject = new MediaStream([track]);
  void playing(element);
  // A browser that forbade sound lets it begin with the first touch anywhere.
  const retry = () => void playing(element);
  addEventListener('pointerdown', retry);
  return () => {
    removeEventListener('pointerdown', retry);
    element.srcObject = null;
  };
}
