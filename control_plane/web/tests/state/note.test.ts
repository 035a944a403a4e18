import type { ControlMessage } from '@etapiste/web/room';
import { beforeEach, describe, expect, test } from 'vitest';
import { BoothDesk } from '../../src/state/booth.ts';
import {
  advanceNote,
  flawOf,
  lengthOf,
  NoteDesk,
  type OwnNote,
  plain,
  stands,
} from '../../src/state/note.ts';

let connected: boolean;
let said: ControlMessage[];
let note: NoteDesk;

beforeEach(() => {
  connected = true;
  said = [];
  note = new NoteDesk((message) => {
    if (connected) said.push(message);
    return connected;
  });
});

const own = (state: OwnNote['state'], id = 'n1'): OwnNote => ({ id, text: 'a', state, reason: '' });
const progress = (
  state: 'asked' | 'approved' | 'declined' | 'withdrawn',
  id = note.own.get()?.id,
) => note.hear({ kind: 'note.progress', state, note_id: id ?? null });

function write(text: string): string {
  note.draft.set(text);
  note.offer();
  return note.own.get()?.id ?? '';
}

describe('the text', () => {
  test('is sent without what a pasted text may hold unseen', () => {
    expect(plain(' Hei\u00ad \u202eoi\u202c\tja\r\nrivi\u2028kolme\u0000 ')).toBe(
      'Hei oi ja\nrivi\nkolme',
    );
    expect(plain('<b>ei</b> & 👩\u200d👧')).toBe('<b>ei</b> & 👩\u200d👧');
  });

  test('is counted in characters and bounded as in the booth', () => {
    expect(lengthOf('👩'.repeat(600))).toBe(600);
    expect(flawOf('👩'.repeat(600))).toBeNull();
    expect(flawOf('x'.repeat(601))).toBe('too_long');
    expect(flawOf(`${'x\n'.repeat(12)}x`)).toBe('too_many_lines');
    expect(flawOf(' \n\u200b ')).toBe('empty');
  });

  test('with a flaw is not sent', () => {
    write('x'.repeat(601));
    expect([said, note.own.get()]).toEqual([[], null]);
  });
});

describe('the own note', () => {
  test('goes to the booth, and its answer is seen at once', () => {
    const id = write('Hakemus puuttuu');
    expect(said).toEqual([{ kind: 'note.offer', note_id: id, text: 'Hakemus puuttuu' }]);
    for (const state of ['asked', 'approved', 'declined'] as const) {
      progress(state);
      expect(note.own.get()?.state).toBe(state);
    }
    expect(note.draft.get()).toBe('Hakemus puuttuu');
  });

  test('changed is another note, and an answer to the former text is not taken for it', () => {
    const first = write('yksi');
    progress('asked');
    const second = write('kaksi');
    expect(second).not.toBe(first);
    progress('approved', first);
    expect(note.own.get()).toMatchObject({ id: second, state: 'sending' });
  });

  test('that did not get through is said again on the next connection', () => {
    connected = false;
    const id = write('Hakemus puuttuu');
    note.hear({ kind: 'note.progress', state: 'none' });
    connected = true;
    note.resume();
    expect(said).toEqual([{ kind: 'note.offer', note_id: id, text: 'Hakemus puuttuu' }]);
    progress('asked');
    note.resume();
    expect(said).toHaveLength(1);
  });

  test('is taken back for sure, also over a lost connection', () => {
    const id = write('Hakemus puuttuu');
    progress('approved');
    connected = false;
    note.withdraw();
    progress('approved');
    expect(note.own.get()?.state).toBe('withdrawing');
    connected = true;
    note.resume();
    expect(said.at(-1)).toEqual({ kind: 'note.withdraw', note_id: id });
    progress('withdrawn');
    expect(note.own.get()?.state).toBe('withdrawn');
    expect(note.draft.get()).toBe('Hakemus puuttuu');
  });

  test('that a restarted device forgot is lost, and the text is still there to be sent', () => {
    write('Hakemus puuttuu');
    progress('asked');
    note.hear({ kind: 'note.progress', state: 'none' });
    expect(note.own.get()?.state).toBe('lost');
    expect(note.draft.get()).toBe('Hakemus puuttuu');
  });

  test('is learnt from the booth by a page that was loaded again', () => {
    note.hear({ kind: 'note.progress', note_id: 'n1', state: 'approved', text: 'Hakemus' });
    expect(note.own.get()).toEqual({ id: 'n1', text: 'Hakemus', state: 'approved', reason: '' });
    expect(note.draft.get()).toBe('Hakemus');
  });

  test('that was refused says why', () => {
    const id = write('Hakemus');
    note.hear({ kind: 'note.progress', note_id: id, state: 'refused', reason: 'no_visit' });
    expect(note.own.get()).toMatchObject({ state: 'refused', reason: 'no_visit' });
  });

  test('is put away only when nothing of it stands in the booth', () => {
    write('Hakemus');
    progress('asked');
    note.putAway();
    expect(note.own.get()?.state).toBe('asked');
    progress('declined');
    note.putAway();
    expect(note.own.get()).toBeNull();
  });

  test('stands while it can be taken back', () => {
    const standing = (['sending', 'asked', 'approved'] as const).map((state) => stands(own(state)));
    const gone = (['declined', 'withdrawn', 'withdrawing', 'refused', 'lost'] as const).map(
      (state) => stands(own(state)),
    );
    expect([standing, gone]).toEqual([
      [true, true, true],
      [false, false, false, false, false],
    ]);
    expect(stands(null)).toBe(false);
  });

  test('of which an older word comes late is not changed by it', () => {
    const late = { kind: 'note.progress', note_id: 'n0', state: 'declined' } as const;
    expect(advanceNote(own('asked'), late)).toEqual(own('asked'));
    expect(advanceNote(null, late)).toBeNull();
  });
});

describe('the note that was passed on', () => {
  const here = {
    kind: 'note.here',
    note_id: 'n7',
    text: 'Liite <b>B</b>',
    agency_name: 'Kela',
    approved_at: '2026-11-27T10:05:00Z',
  } as const;

  test('is shown as it is and told to the booth', () => {
    note.hear(here);
    expect(note.passed.get()).toEqual({
      id: 'n7',
      text: 'Liite <b>B</b>',
      agencyName: 'Kela',
      approvedAt: '2026-11-27T10:05:00Z',
    });
    expect(said).toEqual([{ kind: 'note.read', note_id: 'n7' }]);
  });

  test('goes with the visit, like everything of the visitor', () => {
    const booth = new BoothDesk(() => true);
    booth.hear(here);
    booth.note.draft.set('kesken');
    booth.note.offer();
    booth.forget();
    expect([booth.note.passed.get(), booth.note.own.get(), booth.note.draft.get()]).toEqual([
      null,
      null,
      '',
    ]);
  });
});
