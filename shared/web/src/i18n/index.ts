// In which language does a page speak, and where do its words come from?

import { useMemo } from 'preact/hooks';
import { Store, useStore } from '../state.ts';

export const LANGUAGES = ['fi', 'sv', 'en'] as const;
export type Lang = (typeof LANGUAGES)[number];

/** A text of the data (an agency's name), as `shared.languages.Text`. */
export type Text = Record<Lang, string>;

/** One language's words by key; `{name}` marks a place for a value. */
export type Messages = Record<string, string>;
export type Catalogue<K extends string> = Record<Lang, Record<K, string>>;

export const LANGUAGE_NAMES: Record<Lang, string> = {
  fi: 'Suomi',
  sv: 'Svenska',
  en: 'English',
};

export type Values = Record<string, string | number>;
export type Translate<K extends string> = (key: K, values?: Values) => string;

export function isLang(tag: string): tag is Lang {
  return (LANGUAGES as readonly string[]).includes(tag);
}

/** The first language that both sides know; Finnish when there is none. */
export function chooseLanguage(wished: readonly (string | null | undefined)[]): Lang {
  for (const tag of wished) {
    const language = tag?.toLowerCase().split('-')[0] ?? '';
    if (isLang(language)) return language;
  }
  return 'fi';
}

export function fill(template: string, values: Values = {}): string {
  return template.replaceAll(/\{(\w+)\}/g, (mark, name: string) => {
    const value = values[name];
    return value === undefined ? mark : String(value);
  });
}

export function translator<K extends string>(
  catalogue: Catalogue<K>,
  language: Lang,
): Translate<K> {
  return (key, values) => fill(catalogue[language][key], values);
}

export const language = new Store<Lang>('fi');

/** Changes the language of the whole page, without losing anything that is on it. */
export function setLanguage(next: Lang): void {
  language.set(next);
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}

export function useLanguage(): Lang {
  return useStore(language);
}

export function useWords<K extends string>(catalogue: Catalogue<K>): Translate<K> {
  const lang = useLanguage();
  return useMemo(() => translator(catalogue, lang), [catalogue, lang]);
}

/** What is wrong with a catalogue: missing keys, empty texts, places that differ. For tests. */
export function faultsOf<K extends string>(catalogue: Catalogue<K>): string[] {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
  const keys = new Set(LANGUAGES.flatMap((lang) => Object.keys(catalogue[lang]) as K[]));
  const faults: string[] = [];
  for (const key of keys) {
    for (const lang of LANGUAGES) {
      const text = catalogue[lang][key];
      if (!text) faults.push(`${lang}: ${key} is missing`);
      else if (places(text) !== places(catalogue.fi[key] ?? '')) {
        faults.push(`${lang}: ${key} has other places than fi`);
      }
    }
  }
  return faults;
}

export * from './format.ts';
