// May this page sound, and does the machine really put it out?
import { audioContext } from '@etapiste/web/media';

/** Is sound on? Tries to switch it on; browsers may ask for a touch first. */
export async function soundIsOn(patience_ms = 400): Promise<boolean> {
  const output = audioContext();
  if (output.state !== 'running') {
    // Chromium leaves this promise open until a touch: the wait is ours.
    await Promise.race([output.resume(), pause(patience_ms)]);
  }
  return output.state === 'running';
}

const STAGE_WAS_TOUCHED = 'etapiste:stage-was-touched';

/** A touch on the stage counts for the screens in its frames, which it allows to sound. */
export function tellFrames(frames: Iterable<HTMLIFrameElement>): void {
  for (const frame of frames) frame.contentWindow?.postMessage(STAGE_WAS_TOUCHED, location.origin);
}

/** The first touch or key switches the sound on; `touched` hears of it too. */
export function soundOnWithFirstTouch(touched: () => void = () => undefined): void {
  const wake = () => {
    void soundIsOn();
    touched();
  };
  addEventListener('message', ({ origin, data }) => {
    if (origin === location.origin && data === STAGE_WAS_TOUCHED) wake();
  });
  addEventListener('pointerdown', wake, { capture: true });
  addEventListener('keydown', wake, { capture: true });
}

/** Does the machine really put sound out? The output's own clock runs only when it does. */
export async function speakerWorks(): Promise<boolean> {
  if (!(await soundIsOn())) return false;
  const output = audioContext();
  if (output.destination.maxChannelCount < 1) return false;
  const before = output.currentTime;
  await pause(250);
  return output.currentTime > before;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
