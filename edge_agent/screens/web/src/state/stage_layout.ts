// Where does each screen of the point lie in the one window, and how much smaller is it drawn?
import type { ScreenName } from './wire.ts';

export type Framed = 'waiting-area' | 'booth' | 'bench';

export interface Size {
  width: number;
  height: number;
}

export interface Place extends Size {
  left: number;
  top: number;
  /** How the frame is scaled; its own size is its place divided by this. */
  scale: number;
}

export interface Layout {
  frames: Map<Framed, Place>;
  /** What stays free beside the booth, for the guide; null when there is too little. */
  guide: Place | null;
}

const WAITING: Size = { width: 1080, height: 1920 };
const BOOTH: Size = { width: 1920, height: 1080 };
/** A bench reads well at this width; it is worked by hand, so it is hardly made smaller. */
const BENCH_WIDTH = 1250;
const SMALLEST_BENCH = 0.78;

const GAP = 12;
/** The strip above each frame that says what it is. */
export const CAPTION = 44;
const BENCH_SHARE = 0.4;
const LEAST_GUIDE = 190;

export function isFramed(screen: ScreenName): screen is Framed {
  return screen === 'waiting-area' || screen === 'booth' || screen === 'bench';
}

function fit(real: Size, room: Size): number {
  return Math.min(room.width / real.width, room.height / real.height);
}

/** The waiting area at the left in full height, the booth beside it, the bench below the booth. */
export function stageLayout(room: Size, large: Framed | null): Layout {
  if (large) return { frames: new Map([[large, alone(large, room)]]), guide: null };

  const waitingScale = fit(WAITING, { width: room.width * 0.34, height: room.height - CAPTION });
  const left = WAITING.width * waitingScale + GAP;
  const width = room.width - left;
  const benchHeight = Math.max(200, room.height * BENCH_SHARE);
  const boothScale = fit(BOOTH, { width, height: room.height - 2 * CAPTION - GAP - benchHeight });
  const boothWidth = BOOTH.width * boothScale;
  const boothHeight = BOOTH.height * boothScale;
  const benchTop = CAPTION + boothHeight + GAP;
  const guideLeft = left + boothWidth + 2 * GAP;
  const guideWidth = room.width - guideLeft;
  return {
    frames: new Map<Framed, Place>([
      ['waiting-area', placed(0, 0, WAITING, waitingScale)],
      ['booth', placed(left, 0, BOOTH, boothScale)],
      [
        'bench',
        {
          left,
          top: benchTop,
          width,
          height: room.height - benchTop - CAPTION,
          scale: Math.max(SMALLEST_BENCH, Math.min(1, width / BENCH_WIDTH)),
        },
      ],
    ]),
    guide:
      guideWidth < LEAST_GUIDE
        ? null
        : { left: guideLeft, top: 0, width: guideWidth, height: benchTop - GAP, scale: 1 },
  };
}

function placed(left: number, top: number, real: Size, scale: number): Place {
  return { left, top, width: real.width * scale, height: real.height * scale, scale };
}

function alone(screen: Framed, room: Size): Place {
  const height = room.height - CAPTION;
  if (screen === 'bench') return { left: 0, top: 0, width: room.width, height, scale: 1 };
  const real = screen === 'booth' ? BOOTH : WAITING;
  const scale = fit(real, { width: room.width, height });
  return placed((room.width - real.width * scale) / 2, 0, real, scale);
}
