// The sound before a call: two soft notes, falling, so that it does not alarm.
import { audioContext } from '@etapiste/web/media';

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 523.25, at: 0.42 },
] as const;
const LENGTH_S = 1.5;

/** Plays the chime, at a volume of 0 to 1, and resolves when it has faded. */
export function chime(volume = 1): Promise<void> {
  const output = audioContext();
  if (output.state !== 'running') return Promise.resolve();
  const start = output.currentTime + 0.05;
  for (const { hertz, at } of NOTES) {
    const tone = output.createOscillator();
    const level = output.createGain();
    tone.type = 'sine';
    tone.frequency.value = hertz;
    level.gain.setValueAtTime(0, start + at);
    level.gain.linearRampToValueAtTime(0.5 * volume, start + at + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, start + at + 1);
    tone.connect(level).connect(output.destination);
    tone.start(start + at);
    tone.stop(start + at + 1.05);
  }
  return new Promise((resolve) => setTimeout(resolve, LENGTH_S * 1000));
}
