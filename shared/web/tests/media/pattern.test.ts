import { expect, test } from 'vitest';
import { CELLS, cellsOf, readPattern } from '../../src/media/pattern.ts';

function picture(cells: boolean[], width = 480, height = 270, white = 255, black = 0) {
  const data = new Uint8ClampedArray(4 * width * height).fill(128);
  for (let y = Math.floor(height * (15 / 16)); y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = cells[Math.floor((x * CELLS) / width)] ? white : black;
      data.fill(light, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { data, width, height };
}

test('what is drawn is read back, at any size and through compression', () => {
  const what = { source: 2, count: 12_345 };
  expect(readPattern(picture(cellsOf(what)))).toEqual(what);
  expect(readPattern(picture(cellsOf(what), 320, 180, 215, 40))).toEqual(what);
});

test('a picture without the row is not taken for one', () => {
  expect(readPattern(picture(Array.from({ length: CELLS }, () => true)))).toBeNull();
  expect(readPattern(picture(cellsOf({ source: 1, count: 1 }), 480, 270, 140, 120))).toBeNull();
});

test('one wrong block is noticed', () => {
  const cells = cellsOf({ source: 1, count: 77 });
  cells[10] = !cells[10];
  expect(readPattern(picture(cells))).toBeNull();
});
