// Does the listener hear what the reader sees?
import { describe, expect, test } from 'vitest';
import { waitingAreaMessages } from '../../src/messages/waiting_area.ts';
import { freshPath, type Step } from '../../src/state/number_path.ts';
import { spokenStep, waitWords } from '../../src/state/spoken.ts';
import type { TicketIssued, WaitingAreaState } from '../../src/state/wire.ts';

const text = (word: string) => ({ fi: word, sv: word, en: word });
const STATE: WaitingAreaState = {
  clock: '2026-11-24T10:00:00Z',
  online: true,
  point: { name: text('Salla') },
  languages: ['fi', 'sv', 'en'],
  day_mode: 'queue',
  called: [],
  waiting: 0,
  wait: null,
  wait_because: '',
  agencies: [
    {
      agency: 'kela',
      name: text('Kela'),
      about: text('tuet'),
      readiness: 'no_clerk',
      services: [],
    },
  ],
  help: 'idle',
  printer: 'paper_out',
  can_print: true,
  missed: [],
};
const TICKET: TicketIssued = {
  ticket_id: 't',
  number: 104,
  day: '2026-11-24',
  service: 's',
  before: 4,
  wait: null,
  more: [],
};
const fi = waitingAreaMessages.fi;
const spoken = (step: Step, state = STATE) =>
  spokenStep({ ...freshPath('fi', 0), step }, state, fi);

describe('the wait in words', () => {
  test('a range when it is known, else that it is not', () => {
    expect(waitWords(TICKET, fi)).toEqual([
      'Odotusaika ei ole tiedossa.',
      'Edelläsi on 4 asiakasta.',
    ]);
    const known = { ...TICKET, before: 1, wait: { low_min: 10, high_min: 20 } };
    expect(waitWords(known, fi)).toEqual([
      'Odotusaika on 10–20 minuuttia.',
      'Edelläsi on 1 asiakas.',
    ]);
    expect(waitWords({ ...TICKET, before: 0 }, fi)[1]).toBe('Olet jonossa seuraavana.');
  });

  test('whoever goes straight in hears of no wait', () => {
    const wait = { low_min: 0, high_min: 5 };
    expect(waitWords({ ...TICKET, before: 0, wait, at_once: true }, fi)).toEqual([
      'Pääset asioimaan heti. Kutsumme sinut hetken kuluttua.',
      'Olet jonossa seuraavana.',
    ]);
  });
});

describe('what is read aloud', () => {
  test('the number, the wait and that no paper comes', () => {
    const said = spoken({ at: 'number', ticket: TICKET });
    expect(said).toContain('kutsumme sinut numerolla 104');
    expect(said).toContain('Muista tämä numero: 104');
  });

  test('several matters: until when all are done, if it is known', () => {
    const ticket = { ...TICKET, more: ['verokortti'] };
    expect(spoken({ at: 'number', ticket })).not.toContain('Kaikki on hoidettu');
    const total = { low_min: 30, high_min: 60 };
    expect(spoken({ at: 'number', ticket: { ...ticket, total } })).toContain(
      'Kaikki on hoidettu noin 30–60 minuutin kuluttua.',
    );
  });

  test('an agency without a clerk is said as such', () => {
    expect(spoken({ at: 'start' })).toContain('Kela: Ei virkailijaa nyt.');
  });

  test('a booking day is said with the next queue day, of one agency and of the whole point', () => {
    const opens_at = '2026-11-25T22:00:00Z';
    const next = 'Seuraava jonopäivä: torstai 26. marraskuuta.';
    const [kela] = STATE.agencies;
    const agencies = kela ? [{ ...kela, readiness: 'booking_day' as const, opens_at }] : [];
    expect(spoken({ at: 'start' }, { ...STATE, agencies })).toContain(
      'Kela: Tänään vain ajanvarauksella.',
    );
    expect(spoken({ at: 'agency', agency: 'kela' }, { ...STATE, agencies })).toContain(next);
    const whole = spoken({ at: 'start' }, { ...STATE, day_mode: 'booking', opens_at });
    expect(whole).toContain('Tänään palvelemme ajanvarauksella.');
    expect(whole).toContain(next);
    const back = { at: 'start' } as const;
    expect(spoken({ at: 'refused', code: 'booking_day', opens_at, back })).toContain(next);
  });

  test('a lost connection is said instead of agencies', () => {
    const said = spoken({ at: 'start' }, { ...STATE, online: false });
    expect(said).toContain('Yhteys on poikki');
    expect(said).not.toContain('Kela');
  });

  test('never more than the agent takes at once', () => {
    const agencies = Array.from({ length: 200 }, (_, at) => ({
      agency: `a${at}`,
      name: text('Digi- ja väestötietovirasto'),
      about: text(''),
      readiness: 'open' as const,
      services: [],
    }));
    expect(spoken({ at: 'start' }, { ...STATE, agencies }).length).toBeLessThanOrEqual(1_000);
  });
});
