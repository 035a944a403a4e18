// Does the whole point fit into one window, with nothing over anything else?
import { describe, expect, test } from 'vitest';
import { CAPTION, type Place, stageLayout } from '../../src/state/stage_layout.ts';

const ROOMS = [
  { width: 1896, height: 1000 },
  { width: 1342, height: 700 },
  { width: 1342, height: 580 },
];

function apart(one: Place, other: Place): boolean {
  return (
    one.left + one.width <= other.left ||
    other.left + other.width <= one.left ||
    one.top + one.height + CAPTION <= other.top ||
    other.top + other.height + CAPTION <= one.top
  );
}

describe.each(ROOMS)('a window of $width × $height', (room) => {
  const { frames } = stageLayout(room, null);
  const places = [...frames.values()];

  test('every frame lies within it', () => {
    for (const place of places) {
      expect(place.left + place.width).toBeLessThanOrEqual(room.width + 0.5);
      expect(place.top + place.height + CAPTION).toBeLessThanOrEqual(room.height + 0.5);
    }
  });

  test('no frame lies over another', () => {
    places.forEach((one, at) => {
      for (const other of places.slice(at + 1)) expect(apart(one, other)).toBe(true);
    });
  });

  test('screens keep their shape, and the bench can be worked', () => {
    const waiting = frames.get('waiting-area');
    const booth = frames.get('booth');
    expect((waiting?.width ?? 0) / (waiting?.height ?? 1)).toBeCloseTo(1080 / 1920);
    expect((booth?.width ?? 0) / (booth?.height ?? 1)).toBeCloseTo(16 / 9);
    expect(frames.get('bench')?.height).toBeGreaterThanOrEqual(190);
    expect(frames.get('bench')?.scale).toBeGreaterThan(0.7);
  });
});

test('an enlarged frame is alone', () => {
  const { frames, guide } = stageLayout({ width: 1896, height: 1000 }, 'booth');
  expect([...frames.keys()]).toEqual(['booth']);
  expect(guide).toBeNull();
});
