// What a browser remembers of a person's wishes: language, contrast, keys. Nothing of visitors.

import { chooseLanguage, type Lang, language, setLanguage } from '@etapiste/web/i18n';
import { contrast, setContrast } from '@etapiste/web/ui';
import { keysOn } from './state/keys.ts';

const LANGUAGE = 'etapiste.language';
const CONTRAST = 'etapiste.contrast';
const KEYS = 'etapiste.keys';

/** Sets the page up as it was left, and remembers changes. */
export function beginPreferences(): Lang {
  const wished = chooseLanguage([read(LANGUAGE), ...navigator.languages]);
  setLanguage(wished);
  setContrast(read(CONTRAST) === 'high' ? 'high' : 'normal');
  keysOn.set(read(KEYS) !== 'off');
  language.subscribe((value) => write(LANGUAGE, value));
  contrast.subscribe((value) => write(CONTRAST, value));
  keysOn.subscribe((value) => write(KEYS, value ? 'on' : 'off'));
  return wished;
}

export function languageIsChosen(): boolean {
  return read(LANGUAGE) !== null;
}

// A browser may forbid storage; wishes are then good for one page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
