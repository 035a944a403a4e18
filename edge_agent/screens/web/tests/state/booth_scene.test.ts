// What does a visitor in the booth see in each phase and trouble?
import { describe, expect, test } from 'vitest';
import { bondOf, type ClerkConnection, sceneOf } from '../../src/state/booth_scene.ts';
import type { BoothPhase, BoothScreenState } from '../../src/state/wire.ts';

function state(phase: BoothPhase): BoothScreenState {
  return {
    clock: '2026-11-24T10:00:00Z',
    online: true,
    in_charge: true,
    point: { name: { fi: '', sv: '', en: '' } },
    phase,
    way_out: null,
    language: 'fi',
    visit: null,
    link: null,
    number: null,
    activity: { code: null },
    note: null,
    settings: { volume: 70, camera: '', microphone: '' },
    help: 'idle',
  };
}

const CONNECTED: ClerkConnection = { phase: 'connected', unstable: false, seen: true };

describe('the scene', () => {
  test('the clerk’s face is up before the call, once it was really decoded', () => {
    expect(sceneOf(state('prepare'), { ...CONNECTED, seen: false })).toBe('testing');
    expect(sceneOf(state('prepare'), CONNECTED)).toBe('clerk');
    expect(sceneOf(state('called'), CONNECTED)).toBe('clerk');
  });

  test('a lost connection in the visit keeps the clerk’s place on the screen', () => {
    expect(sceneOf(state('visit'), null)).toBe('clerk');
  });

  test('a page that is not in charge says so, whatever it is told besides', () => {
    for (const phase of ['idle', 'visit', 'rate'] as const) {
      expect(sceneOf({ ...state(phase), in_charge: false }, CONNECTED)).toBe('elsewhere');
    }
  });

  test('the end comes in its order, whatever the connection does', () => {
    const scenes = (['ending', 'rate', 'thanks', 'wiping', 'idle'] as const).map((phase) =>
      sceneOf(state(phase), CONNECTED),
    );
    expect(scenes).toEqual(['take_along', 'rate', 'thanks', 'wiping', 'idle']);
  });
});

describe('a clerk’s picture in an idle booth', () => {
  const link = {
    room_id: '0192e4a0-0000-7000-8000-000000000009',
    clerk_name: 'Aino',
    agency_name: { fi: 'Kela', sv: 'FPA', en: 'Kela' },
    ice_servers: [],
    relay_only: false,
  };

  test('stands there while it moves, and never in place of anything else', () => {
    expect(sceneOf({ ...state('idle'), link }, CONNECTED)).toBe('link');
    expect(sceneOf({ ...state('wiping'), link }, CONNECTED)).toBe('wiping');
    expect(sceneOf({ ...state('idle'), link, in_charge: false }, CONNECTED)).toBe('elsewhere');
  });

  test('a picture that is not there leaves the booth as it is without', () => {
    expect(sceneOf({ ...state('idle'), link }, null)).toBe('idle');
    expect(sceneOf({ ...state('idle'), link }, { ...CONNECTED, seen: false })).toBe('idle');
    expect(sceneOf({ ...state('idle'), link }, { ...CONNECTED, phase: 'lost' })).toBe('idle');
  });
});

describe('the bond with the clerk', () => {
  test('«encrypted» is said of a proven, living connection only', () => {
    expect(bondOf(CONNECTED)).toBe('safe');
    expect(bondOf({ ...CONNECTED, unstable: true })).toBe('lost');
    expect(bondOf({ ...CONNECTED, phase: 'connecting' })).toBe('lost');
    expect(bondOf({ ...CONNECTED, phase: 'refused' })).toBe('not_proven');
  });

  test('before the first picture nothing is lost yet', () => {
    expect(bondOf(null)).toBe('coming');
    expect(bondOf({ phase: 'connecting', unstable: false, seen: false })).toBe('coming');
  });
});
