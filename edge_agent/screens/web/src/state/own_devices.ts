// What did the booth's screen find when it tested its own camera, microphone and speaker?
import type { ScreenReport } from './wire.ts';

/** Why a real device could not be opened. */
export type Trouble = 'none' | 'not_allowed' | 'in_use' | 'failed';

export interface Tested {
  /** Does it give pictures or sound? */
  works: boolean;
  /** A stand-in of ours, drawn or made. */
  standIn: boolean;
  trouble: Trouble | null;
}

export interface DeviceList {
  cameras: readonly { id: string; label: string }[];
  microphones: readonly { id: string; label: string }[];
}

/** A place without a device plays with a stand-in; a device that is there but broken is a fault. */
export function usable(tested: Tested): boolean {
  return tested.works && tested.trouble !== 'in_use' && tested.trouble !== 'failed';
}

export function reportOf(found: {
  visit: string | null;
  camera: Tested;
  microphone: Tested;
  speaker: boolean;
  clerk_seen: boolean;
  devices: DeviceList;
}): ScreenReport {
  const { visit, camera, microphone, speaker, clerk_seen, devices } = found;
  return {
    visit,
    camera: usable(camera),
    microphone: usable(microphone),
    speaker,
    clerk_seen,
    drawn: camera.standIn || microphone.standIn,
    cameras: devices.cameras.map(({ id, label }) => [id, label] as const),
    microphones: devices.microphones.map(({ id, label }) => [id, label] as const),
  };
}
