// A row of black and white blocks in a drawn picture, by which a far side can tell what it sees.
//
// The bottom sixteenth of the picture, in 24 blocks from left to right: white, black, 4 bits
// who drew it, 14 bits the number of the frame, 4 bits a check sum (all highest bit first).
// A block is white for 1. It survives scaling and strong compression; a test reads it back.

export const CELLS = 24;
export const ROW = 1 / 16;
const SOURCE_BITS = 4;
const COUNT_BITS = 14;
const CHECK_BITS = 4;

export const SOURCES = { clerk: 1, booth: 2 } as const;
export type Source = keyof typeof SOURCES;

export interface Pattern {
  source: number;
  /** Rises with each frame, and begins again after 16383. */
  count: number;
}

function checkOf(source: number, count: number): number {
  return (source ^ count ^ (count >> 4) ^ (count >> 8) ^ (count >> 12) ^ 0b1010) & 0b1111;
}

function bitsOf(value: number, width: number): boolean[] {
  return Array.from({ length: width }, (_, at) => ((value >> (width - 1 - at)) & 1) === 1);
}

function numberOf(bits: readonly boolean[]): number {
  return bits.reduce((value, bit) => value * 2 + Number(bit), 0);
}

export function cellsOf({ source, count }: Pattern): boolean[] {
  return [
    true,
    false,
    ...bitsOf(source, SOURCE_BITS),
    ...bitsOf(count, COUNT_BITS),
    ...bitsOf(checkOf(source, count), CHECK_BITS),
  ];
}

type Canvas2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export function drawPattern(context: Canvas2d, width: number, height: number, what: Pattern): void {
  const cell = width / CELLS;
  const row = Math.round(height * ROW);
  cellsOf(what).forEach((white, at) => {
    context.fillStyle = white ? '#fff' : '#000';
    context.fillRect(Math.floor(at * cell), height - row, Math.ceil(cell), row);
  });
}

/** What the pixels (RGBA) of a picture of any size say; null when there is no such row. */
export function readPattern(pixels: {
  data: Uint8ClampedArray | Uint8Array;
  width: number;
  height: number;
}): Pattern | null {
  const { data, width, height } = pixels;
  const y = Math.floor(height * (1 - ROW / 2));
  const cells: boolean[] = [];
  for (let at = 0; at < CELLS; at++) {
    const x = Math.floor(((at + 0.5) * width) / CELLS);
    const pixel = 4 * (y * width + x);
    const light = (data[pixel] ?? 0) + (data[pixel + 1] ?? 0) + (data[pixel + 2] ?? 0);
    // Nothing grey: a face or a page must not be taken for the row.
    if (light > 240 && light < 525) return null;
    cells.push(light >= 525);
  }
  if (!cells[0] || cells[1]) return null;
  const source = numberOf(cells.slice(2, 2 + SOURCE_BITS));
  const count = numberOf(cells.slice(2 + SOURCE_BITS, 2 + SOURCE_BITS + COUNT_BITS));
  const check = numberOf(cells.slice(-CHECK_BITS));
  return check === checkOf(source, count) ? { source, count } : null;
}
