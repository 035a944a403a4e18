// May this file be sent to the booth's printer? Said before it is read, where that can be.

import { MAX_DOCUMENT } from '@etapiste/web/room';

export type PrintableType = 'application/pdf' | 'image/jpeg' | 'image/png';

export type FileRefusal =
  | 'too_large'
  | 'empty'
  | 'not_a_pdf'
  | 'not_a_picture'
  | 'not_supported'
  | 'unreadable'
  | 'encrypted'
  | 'damaged';

export interface Chosen {
  bytes: Uint8Array<ArrayBuffer>;
  type: PrintableType;
}

const HEAD = 1024;

/** By what stands in the file; a name and a declared type prove nothing. */
export function typeOf(head: Uint8Array): PrintableType | null {
  const starts = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte);
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  // ISO 32000 lets up to a kilobyte of other bytes stand before the header.
  return new TextDecoder('latin1').decode(head).includes('%PDF-') ? 'application/pdf' : null;
}

/** Reads a chosen file, or says why not. */
export async function choose(file: File): Promise<Chosen | FileRefusal> {
  if (file.size > MAX_DOCUMENT) return 'too_large';
  if (file.size === 0) return 'empty';
  try {
    const type = typeOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
    if (type) return { bytes: new Uint8Array(await file.arrayBuffer()), type };
  } catch {
    return 'unreadable';
  }
  const name = file.name.toLowerCase();
  if (name.endsWith('.pdf')) return 'not_a_pdf';
  return /\.(jpe?g|png)$/.test(name) ? 'not_a_picture' : 'not_supported';
}
