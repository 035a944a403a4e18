// How large is a picture shown, and which way up?

export type Turn = 0 | 90 | 180 | 270;

export interface Size {
  width: number;
  height: number;
}

export function turned({ width, height }: Size, turn: Turn): Size {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Whole in the frame, and never larger than it is. */
export function fitScale(picture: Size, frame: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(1, frame.width / picture.width, frame.height / picture.height);
}

const STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];

/** The next step of zoom, up or down. */
export function zoomed(scale: number, way: 1 | -1): number {
  if (way === 1) return STEPS.find((step) => step > scale + 0.001) ?? 4;
  return STEPS.findLast((step) => step < scale - 0.001) ?? 0.1;
}
