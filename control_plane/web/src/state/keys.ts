// One key for each of the things that a clerk does most.

import { Store } from '@etapiste/web/state';

export type Action = 'next' | 'mute' | 'still' | 'transfer' | 'park' | 'end';

export const KEYS: Record<Action, string> = {
  next: 'Enter',
  mute: 'M',
  still: 'S',
  transfer: 'T',
  park: 'P',
  end: 'E',
};

/** WCAG 2.2, 2.1.4: keys of one letter can be turned off. */
export const keysOn = new Store(true);

export interface Press {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
}

/** What a press means; null when it belongs to somebody else. */
export function actionOf(
  press: Press,
  focus: { typing: boolean; onControl: boolean; dialog: boolean },
): Action | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat) return null;
  if (focus.typing || focus.dialog) return null;
  // Enter on a button or link presses that button.
  if (press.key === 'Enter') return focus.onControl ? null : 'next';
  if (!keysOn.get()) return null;
  const found = Object.entries(KEYS).find(([, key]) => key === press.key.toUpperCase());
  return found && found[0] !== 'next' ? (found[0] as Action) : null;
}

/** Where the focus is, as far as keys care. */
export function focusOf(document: Document): Parameters<typeof actionOf>[1] {
  const active = document.activeElement;
  const tag = active?.tagName.toLowerCase() ?? '';
  const range = active instanceof HTMLInputElement && active.type === 'range';
  return {
    typing:
      ['textarea', 'select'].includes(tag) ||
      (tag === 'input' && !range) ||
      (active instanceof HTMLElement && active.isContentEditable),
    onControl: ['button', 'a', 'summary', 'input'].includes(tag),
    dialog: document.querySelector('dialog[open]') !== null,
  };
}
