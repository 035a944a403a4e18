// The catalogues of the control plane's pages, and words for codes that the server sends.

import { type Catalogue, type Translate, useWords, type Values } from '@etapiste/web/i18n';
import type { Refusal } from '../state/api.ts';
import { type BoardKey, boardWords } from './board.ts';
import { type HoursKey, hoursWords } from './board-hours.ts';
import { en } from './en.ts';
import { factor } from './factor.ts';
import { fi } from './fi.ts';
import { link } from './link.ts';
import { office } from './office.ts';
import { people } from './people.ts';
import { type ReportsKey, reportsWords } from './reports.ts';
import { type SetupKey, setupWords } from './setup.ts';
import { type SetupFieldKey, setupFieldWords } from './setup-fields.ts';
import { type SetupOpeningKey, setupOpeningWords } from './setup-opening.ts';
import { sv } from './sv.ts';
import { told } from './told.ts';

export type Words = Record<keyof typeof fi, string>;
export type Key =
  | keyof typeof fi
  | keyof typeof told.fi
  | keyof typeof link.fi
  | keyof typeof office.fi
  | keyof typeof people.fi
  | keyof typeof factor.fi
  | BoardKey
  | HoursKey
  | SetupKey
  | SetupFieldKey
  | SetupOpeningKey
  | ReportsKey;
export type T = Translate<Key>;

export const catalogue: Catalogue<Key> = {
  fi: {
    ...fi,
    ...told.fi,
    ...link.fi,
    ...office.fi,
    ...people.fi,
    ...factor.fi,
    ...boardWords.fi,
    ...hoursWords.fi,
    ...setupWords.fi,
    ...setupFieldWords.fi,
    ...setupOpeningWords.fi,
    ...reportsWords.fi,
  },
  sv: {
    ...sv,
    ...told.sv,
    ...link.sv,
    ...office.sv,
    ...people.sv,
    ...factor.sv,
    ...boardWords.sv,
    ...hoursWords.sv,
    ...setupWords.sv,
    ...setupFieldWords.sv,
    ...setupOpeningWords.sv,
    ...reportsWords.sv,
  },
  en: {
    ...en,
    ...told.en,
    ...link.en,
    ...office.en,
    ...people.en,
    ...factor.en,
    ...boardWords.en,
    ...hoursWords.en,
    ...setupWords.en,
    ...setupFieldWords.en,
    ...setupOpeningWords.en,
    ...reportsWords.en,
  },
};

export const useT = (): T => useWords(catalogue);

function isKey(key: string): key is Key {
  return key in catalogue.fi;
}

/** Words for `code` in the family `group`, or the family's own words for the unknown. */
export function wordsFor(
  t: T,
  group: string,
  code: string,
  otherwise: Key,
  values: Values = {},
): string {
  const key = `${group}.${code}`;
  return isKey(key) ? t(key, values) : t(otherwise, { ...values, code });
}

/** `keptFor`: the time of the booking for which clerks are kept, where it is known. */
export function whyNot(t: T, codes: readonly string[], keptFor?: string): string {
  return codes
    .map((code) =>
      code === 'kept' && keptFor
        ? t('why.kept_for', { time: keptFor })
        : wordsFor(t, 'why', code, 'why.unknown'),
    )
    .join('; ');
}

export function refusalWords(t: T, refusal: Refusal, secondsLeft?: number): string {
  if (refusal.code === 'too_many_tries') {
    return secondsLeft
      ? t('refusal.too_many_tries', { seconds: secondsLeft })
      : t('refusal.too_many_tries_now');
  }
  return wordsFor(t, 'refusal', refusal.code, 'refusal.unknown');
}
