// Sound needs a person's touch before it may begin; where there is no microphone, a soft tone.

import { Store } from '../state.ts';

let context: AudioContext | null = null;

/** Is the page allowed to make sound? Shown, with a button, when it is not. */
export const audioReady = new Store(false);

export function audioContext(): AudioContext {
  if (!context) {
    context = new AudioContext();
    context.addEventListener('statechange', () => audioReady.set(context?.state === 'running'));
    audioReady.set(context.state === 'running');
  }
  return context;
}

/** To be called from a touch, a click or a key. */
export async function startAudio(): Promise<void> {
  const audio = audioContext();
  await audio.resume();
  audioReady.set(audio.state === 'running');
}

/** Plays an element's stream; when the browser forbids sound, `audioReady` says so. */
export async function playing(element: HTMLMediaElement): Promise<void> {
  try {
    await element.play();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') audioReady.set(false);
  }
}

export interface Tone {
  track: MediaStreamTrack;
  stop(): void;
}

/** A quiet tone that comes and goes, as a stand-in for a voice. */
export function makeTone(hertz: number): Tone {
  const audio = audioContext();
  const tone = new OscillatorNode(audio, { frequency: hertz });
  const swell = new OscillatorNode(audio, { frequency: 0.5 });
  const depth = new GainNode(audio, { gain: 0.02 });
  const level = new GainNode(audio, { gain: 0.02 });
  const out = new MediaStreamAudioDestinationNode(audio);
  swell.connect(depth).connect(level.gain);
  tone.connect(level).connect(out);
  tone.start();
  swell.start();
  const [track] = out.stream.getAudioTracks();
  if (!track) throw new Error('an audio destination gave no track');
  return {
    track,
    stop: () => {
      tone.stop();
      swell.stop();
      track.stop();
    },
  };
}
