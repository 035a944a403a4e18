// The note for the next clerk, and the one that came from an earlier clerk: how do they stand?

import type { ControlMessage } from '@etapiste/web/room';
import { Store } from '@etapiste/web/state';
import {
  MAX_NOTE,
  MAX_NOTE_LINES,
  type NoteHere,
  type NoteProgress,
  type NoteState,
  newId,
} from '@etapiste/web/wire';

export interface OwnNote {
  id: string;
  text: string;
  /** `lost`: the booth's device knows of it no more, as after a restart. */
  state: Exclude<NoteState, 'none'> | 'sending' | 'withdrawing' | 'lost';
  reason: string;
}

export interface PassedNote {
  id: string;
  text: string;
  agencyName: string;
  approvedAt: string;
}

export type Flaw = 'empty' | 'too_long' | 'too_many_lines';

const JOINERS = '\u200c\u200d';
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text as the booth takes it: what a pasted text may hold unseen is left out. */
export function plain(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(UNSEEN, (letter) => (letter === '\n' || JOINERS.includes(letter) ? letter : ''))
    .trim();
}

/** In characters as people and the booth count them, not in UTF-16. */
export function lengthOf(text: string): number {
  return [...plain(text)].length;
}

export function flawOf(text: string): Flaw | null {
  const sent = plain(text);
  if (sent === '') return 'empty';
  if (lengthOf(sent) > MAX_NOTE) return 'too_long';
  return sent.split('\n').length > MAX_NOTE_LINES ? 'too_many_lines' : null;
}

/** May it still be taken back? */
export function stands(own: OwnNote | null): boolean {
  return own !== null && ['sending', 'asked', 'approved'].includes(own.state);
}

/** The booth's word about a note; what is still on its way there is not undone by an older one. */
export function advanceNote(own: OwnNote | null, progress: NoteProgress): OwnNote | null {
  const { note_id, state, reason = '', text = '' } = progress;
  if (state === 'none' || !note_id) {
    if (own?.state === 'withdrawing') return { ...own, state: 'withdrawn' };
    return own && own.state !== 'sending' && stands(own) ? { ...own, state: 'lost' } : own;
  }
  if (own?.id === note_id) {
    const late = own.state === 'withdrawing' && (state === 'asked' || state === 'approved');
    return late ? own : { ...own, state, reason };
  }
  // A page that was loaded again learns its own text from the booth.
  if (own?.state === 'sending' || own?.state === 'withdrawing' || !text) return own;
  return { id: note_id, text, state, reason };
}

export class NoteDesk {
  readonly own = new Store<OwnNote | null>(null);
  readonly passed = new Store<PassedNote | null>(null);
  /** What is being written; never kept anywhere else. */
  readonly draft = new Store('');
  readonly #send: (message: ControlMessage) => boolean;

  constructor(send: (message: ControlMessage) => boolean) {
    this.#send = send;
  }

  /** Ask the visitor about the draft; a changed text is another note. */
  offer(): void {
    const text = plain(this.draft.get());
    if (flawOf(text)) return;
    this.own.set({ id: newId(), text, state: 'sending', reason: '' });
    this.#say();
  }

  withdraw(): void {
    const own = this.own.get();
    if (!own || !stands(own)) return;
    this.own.set({ ...own, state: 'withdrawing' });
    this.#say();
  }

  /** What became of it was read; the draft stays. */
  putAway(): void {
    if (!stands(this.own.get())) this.own.set(null);
  }

  /** A new connection: what the booth has not answered is said again. */
  resume(): void {
    this.#say();
  }

  hear(message: NoteProgress | NoteHere): void {
    if (message.kind === 'note.here') {
      const { note_id, text, agency_name, approved_at } = message;
      this.passed.set({ id: note_id, text, agencyName: agency_name, approvedAt: approved_at });
      this.#send({ kind: 'note.read', note_id });
      return;
    }
    this.own.update((own) => advanceNote(own, message));
    const own = this.own.get();
    if (own && this.draft.get() === '') this.draft.set(own.text);
  }

  forget(): void {
    this.own.set(null);
    this.passed.set(null);
    this.draft.set('');
  }

  #say(): void {
    const own = this.own.get();
    if (own?.state === 'sending') {
      this.#send({ kind: 'note.offer', note_id: own.id, text: own.text });
    }
    if (own?.state === 'withdrawing') this.#send({ kind: 'note.withdraw', note_id: own.id });
  }
}
