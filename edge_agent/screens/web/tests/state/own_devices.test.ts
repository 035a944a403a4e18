// Is what the booth's screen reports of its own devices true?
import { expect, test } from 'vitest';
import { reportOf, type Tested } from '../../src/state/own_devices.ts';

const REAL: Tested = { works: true, standIn: false, trouble: null };
const DRAWN: Tested = { works: true, standIn: true, trouble: 'none' };
const FOUND = {
  visit: 'v',
  camera: REAL,
  microphone: REAL,
  speaker: true,
  clerk_seen: false,
  devices: { cameras: [{ id: 'c', label: 'Camera' }], microphones: [] },
};

test('real devices that work', () => {
  expect(reportOf(FOUND)).toEqual({
    visit: 'v',
    camera: true,
    microphone: true,
    speaker: true,
    clerk_seen: false,
    drawn: false,
    cameras: [['c', 'Camera']],
    microphones: [],
  });
});

test('a place without devices plays with stand-ins and says so', () => {
  expect(reportOf({ ...FOUND, camera: DRAWN, microphone: DRAWN })).toMatchObject({
    camera: true,
    microphone: true,
    drawn: true,
  });
});

test('a device that is there but cannot be used is a fault, stand-in or not', () => {
  for (const trouble of ['in_use', 'failed'] as const) {
    const camera = { works: true, standIn: true, trouble };
    expect(reportOf({ ...FOUND, camera }).camera).toBe(false);
  }
});

test('a camera that gives no picture does not work', () => {
  expect(reportOf({ ...FOUND, camera: { ...REAL, works: false } }).camera).toBe(false);
});
