// How are refusals, things and values of the setup said?

import type { Lang } from '@etapiste/web/i18n';
import { refusalWords, type T, wordsFor } from '../messages/index.ts';
import type { Refusal } from '../state/api.ts';
import { hoursText } from '../state/setup.ts';
import type { SetupView } from '../state/types.ts';
import { nameOf } from './context.ts';

/** With how many wait, or what still needs it, where the refusal says so. */
export function refusedWords(t: T, refusal: Refusal): string {
  const { numbers, uses } = refusal.detail;
  if (refusal.code === 'numbers_wait' && typeof numbers === 'number') {
    return numbers === 1
      ? t('setup.numbers_wait_one')
      : t('setup.numbers_wait', { count: numbers });
  }
  if (refusal.code === 'in_use' && uses && typeof uses === 'object') {
    const told = Object.entries(uses as Record<string, number>).map(([what, count]) =>
      wordsFor(t, 'setup.uses', what, 'setup.uses.unknown', { count }),
    );
    return t('setup.in_use', { uses: told.join(', ') });
  }
  return refusalWords(t, refusal);
}

/** «Kela, Salla»: the names behind a key. */
export function thingName(
  kind: string,
  key: readonly string[],
  view: SetupView,
  lang: Lang,
): string {
  const [first = '', second = ''] = key;
  switch (kind) {
    case 'agency':
      return nameOf(view.agencies, first, lang);
    case 'service':
      return nameOf(view.services, first, lang);
    case 'point':
      return nameOf(view.points, first, lang);
    case 'booth': {
      const here = view.booths.filter((each) => each.point === first);
      return `${nameOf(view.points, first, lang)}, ${nameOf(here, second, lang)}`;
    }
    case 'switches':
      return `${nameOf(view.agencies, first, lang)}, ${nameOf(view.points, second, lang)}`;
    default:
      return first;
  }
}

/** One field's value as a person reads it. */
export function valueWords(value: unknown, t: T, lang: Lang): string {
  if (value === null || value === undefined || value === '') return t('setup.no_choice');
  if (typeof value === 'boolean') return t(value ? 'setup.on' : 'setup.off');
  if (Array.isArray(value)) {
    if (value.length === 0) return t('setup.no_choice');
    if (typeof value[0] === 'object') {
      const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => hoursText(value, day));
      return days.map((day) => `${weekday(day, lang)} ${hoursText(value, day)}`).join('; ');
    }
    return value.join(', ');
  }
  if (typeof value === 'object') return (value as Record<Lang, string>)[lang];
  return String(value);
}

/** «ma»: Monday is 0. */
export function weekday(day: number, lang: Lang, style: 'short' | 'long' = 'short'): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(lang, { weekday: style, timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, 1 + day),
  );
}
