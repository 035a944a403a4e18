// When does the note for the next clerk stand on the booth's screen, and what is read aloud?
import { describe, expect, test } from 'vitest';
import { boothMessages } from '../../src/messages/booth.ts';
import { noteView, spokenNote } from '../../src/state/booth_note.ts';

const note = { id: 'n1', text: 'Hakemus puuttuu', agency_name: 'Kela', approved: false };

describe('the note', () => {
  test('a question stands there until it is answered', () => {
    expect(noteView(null, null)).toBe('none');
    expect(noteView(note, null)).toBe('asked');
  });

  test('an approved one is put away, and can be looked at again', () => {
    const approved = { ...note, approved: true };
    expect(noteView(approved, null)).toBe('approved');
    expect(noteView(approved, 'n1')).toBe('open');
  });

  test('a changed text is a new question, whatever was open', () => {
    expect(noteView({ ...note, id: 'n2' }, 'n1')).toBe('asked');
    expect(noteView({ ...note, id: 'n2', approved: true }, 'n1')).toBe('approved');
  });
});

test('aloud as on the screen: the question, who wrote it, the text', () => {
  expect(spokenNote(note, boothMessages.fi)).toBe(
    'Saako tämän viestin välittää seuraavalle virkailijalle? Viestin kirjoitti: Kela. Hakemus puuttuu.',
  );
});

test('the longest note is spoken whole: the agent takes a thousand characters', () => {
  const long = { ...note, text: 'x'.repeat(600), agency_name: 'x'.repeat(120) };
  for (const words of Object.values(boothMessages)) {
    expect(spokenNote(long, words).length).toBeLessThanOrEqual(1_000);
    expect(spokenNote({ ...long, approved: true }, words).length).toBeLessThanOrEqual(1_000);
  }
});
