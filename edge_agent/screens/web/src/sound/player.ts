// What is being said aloud now? One thing at a time; a newer one takes its place.
import { Store } from '@etapiste/web/state';
import { chime } from './chime.ts';
import { soundIsOn } from './output.ts';

export interface Player {
  /** Is something being said? */
  speaking: Store<boolean>;
  /** Says these files in order, after the chime if asked; whatever was said before stops. */
  say(urls: readonly string[], options?: { chime?: boolean; volume?: number }): Promise<void>;
  stop(): void;
}

// A file that neither ends nor fails must not hold up the next.
const LONGEST_MS = 60_000;

export function player(): Player {
  const speaking = new Store(false);
  let turn = 0;
  let sounding: HTMLAudioElement | null = null;

  function stop() {
    turn += 1;
    sounding?.pause();
    sounding = null;
    speaking.set(false);
  }

  async function say(
    urls: readonly string[],
    { chime: withChime = false, volume = 1 }: { chime?: boolean; volume?: number } = {},
  ) {
    stop();
    if (!withChime && urls.length === 0) return;
    const mine = turn;
    speaking.set(true);
    await soundIsOn();
    if (withChime && mine === turn) await chime(volume);
    for (const url of urls) {
      if (mine !== turn) return;
      sounding = new Audio(url);
      sounding.volume = volume;
      await ended(sounding);
    }
    if (mine === turn) stop();
  }

  return { speaking, say, stop };
}

function ended(audio: HTMLAudioElement): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, LONGEST_MS);
    const finish = () => {
      clearTimeout(limit);
      resolve();
    };
    audio.addEventListener('ended', finish);
    audio.addEventListener('error', finish);
    audio.addEventListener('pause', finish);
    audio.play().catch(finish);
  });
}
