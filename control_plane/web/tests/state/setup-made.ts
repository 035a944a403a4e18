// What an owner sees of a small setup.
import type { SetupView } from '../../src/state/types.ts';

export const text = (fi: string) => ({ fi, sv: fi, en: fi });

export function view(): SetupView {
  const agency = { about: text('x'), valid_from: '2026-01-01' };
  return {
    may: { everything: true, agency: null },
    agencies: [
      { code: 'kela', known: 'a1', content: { ...agency, name: text('Kela') } },
      { code: 'koulu', known: 'a2', content: { ...agency, name: text('Koulu'), training: true } },
    ],
    services: [],
    points: [
      { code: 'salla', known: 'b1', content: { name: text('Salla') } },
      { code: 'posio', known: 'b2', content: { name: text('Posio') } },
      { code: 'harjoitus', known: 'b3', content: { name: text('Harjoitus'), training: true } },
    ],
    booths: [],
    devices: [],
    switches: [
      { agency: 'kela', point: 'salla', known: 'c1', content: { queue: true }, waiting: 3 },
    ],
  };
}
