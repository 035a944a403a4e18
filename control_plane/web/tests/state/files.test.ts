import { expect, test } from 'vitest';
import { choose, typeOf } from '../../src/state/files.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const file = (content: BlobPart, name: string) => new File([content], name);

test('a file is known by what stands in it', () => {
  expect(typeOf(bytes('%PDF-1.7\n'))).toBe('application/pdf');
  expect(typeOf(bytes('junk before\n%PDF-1.4'))).toBe('application/pdf');
  expect(typeOf(bytes('\u00ff\u00d8\u00ff\u00e0'))).toBe('image/jpeg');
  expect(typeOf(bytes('\u0089PNG\r\n\u001a\n'))).toBe('image/png');
  expect(typeOf(bytes('hello'))).toBeNull();
});

test('a text file named .pdf is refused by what it is', async () => {
  expect(await choose(file('hello', 'paatos.PDF'))).toBe('not_a_pdf');
  expect(await choose(file('hello', 'kuva.jpg'))).toBe('not_a_picture');
  expect(await choose(file('hello', 'kirje.docx'))).toBe('not_supported');
});

test('a file of two gigabytes is refused without being read', async () => {
  const read = () => {
    throw new Error('it was read');
  };
  const huge = { size: 2 ** 31, name: 'a.pdf', slice: read, arrayBuffer: read };
  expect(await choose(huge as unknown as File)).toBe('too_large');
});

test('an empty file is told to be empty', async () => {
  expect(await choose(file('', 'a.pdf'))).toBe('empty');
});

test('a PDF with a strange name is taken', async () => {
  expect(await choose(file('%PDF-1.7 …', 'a.bin'))).toMatchObject({ type: 'application/pdf' });
});
