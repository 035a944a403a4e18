// How are times, spans and amounts written in a language?

import type { Lang } from './index.ts';

const LOCALES: Record<Lang, string> = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' };

export function localeOf(lang: Lang): string {
  return LOCALES[lang];
}

/** «10.42», the local time of day at the page's own place. */
export function timeOfDay(at: Date | string | number, lang: Lang, timeZone?: string): string {
  return new Intl.DateTimeFormat(LOCALES[lang], {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** «torstai 26. marraskuuta»: a date that lies near. */
export function longDate(at: Date | string | number, lang: Lang, timeZone: string): string {
  return new Intl.DateTimeFormat(LOCALES[lang], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone,
  }).format(new Date(at));
}

/** Is it the same date on the wall of a place? */
export function sameDay(one: string | number, other: string | number, timeZone: string): boolean {
  const wall = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone });
  return wall.format(new Date(one)) === wall.format(new Date(other));
}

/** «12 min»: whole minutes, as people wait. */
export function minutes(seconds: number, lang: Lang): string {
  return new Intl.NumberFormat(LOCALES[lang], {
    style: 'unit',
    unit: 'minute',
    unitDisplay: 'short',
  }).format(Math.max(0, Math.floor(seconds / 60)));
}

/** «0:42»: a span that runs while it is looked at. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const mm = Math.floor((whole % 3600) / 60);
  const ss = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(mm).padStart(2, '0')}:${ss}` : `${mm}:${ss}`;
}

export function amount(value: number, lang: Lang): string {
  return new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: 1 }).format(value);
}

/** «2,4 Mt»: a file's size in the units that the language uses. */
export function fileSize(bytes: number, lang: Lang): string {
  const [unit, value] = bytes < 1_000_000 ? ['kilobyte', bytes / 1e3] : ['megabyte', bytes / 1e6];
  return new Intl.NumberFormat(LOCALES[lang], {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'short',
    maximumFractionDigits: unit === 'kilobyte' ? 0 : 1,
  }).format(value as number);
}
