// What does the booth's screen do with the clerk's note for the next clerk?
import type { BoothMessages } from '../messages/booth.ts';
import type { BoothNote } from './wire.ts';

/** A text that just came must not be answered by a touch that was meant for something else. */
export const SETTLE_MS = 1_500;

export type NoteView =
  | 'none'
  /** The question: may this be passed on? */
  | 'asked'
  /** A yes was given; the strip says so, and the text can be looked at again. */
  | 'approved'
  /** The approved text is open again. */
  | 'open';

export function noteView(note: BoothNote | null, opened: string | null): NoteView {
  if (!note) return 'none';
  if (!note.approved) return 'asked';
  return opened === note.id ? 'open' : 'approved';
}

/** The same as the screen shows, in the order in which it stands there. */
export function spokenNote(note: BoothNote, words: BoothMessages): string {
  const title = note.approved ? words.note_yours : words.note_question;
  return [title, words.note_by(note.agency_name), note.text]
    .map((text) => (/[.!?:]$/.test(text.trim()) ? text : `${text}.`))
    .join(' ');
}
