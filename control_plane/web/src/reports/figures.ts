// How are figures written: a time, a share, a mean, and what is not told?

import { type Lang, localeOf } from '@etapiste/web/i18n';
import type { T } from '../messages/index.ts';
import type { ReportRow } from '../state/types.ts';

/** Seconds as minutes and seconds; nothing is told of fewer than five. */
export function lasted(t: T, spread: { count: number; median: number | null }): string {
  return spread.count === 0 ? t('reports.none') : seconds(t, spread.median);
}

export function seconds(t: T, value: number | null): string {
  if (value === null) return t('reports.untold');
  return t('reports.minutes', { minutes: Math.floor(value / 60), seconds: value % 60 });
}

export function whole(t: T, value: number | null | undefined): string {
  return value === null || value === undefined ? t('reports.untold') : String(value);
}

/** `of`: how many there are of which it is a share; of none there is no share. */
export function share(t: T, percent: number | null | undefined, of: number): string {
  if (of === 0) return t('reports.none');
  return percent === null || percent === undefined
    ? t('reports.untold')
    : t('reports.percent', { count: percent });
}

export function day(lang: Lang, date: string, long = false): string {
  return new Date(`${date}T12:00:00`).toLocaleDateString(
    localeOf(lang),
    long
      ? { weekday: 'short', day: 'numeric', month: 'numeric', year: 'numeric' }
      : { weekday: 'short', day: 'numeric', month: 'numeric' },
  );
}

/** The mean of the smileys, or the bounds between which it lies. */
export function mean(t: T, lang: Lang, row: ReportRow): string {
  const answers = row.answers;
  if (!answers || answers.smileys === null) return t('reports.untold');
  if (answers.rated === 0) return t('reports.none');
  const { mean_low: low, mean_high: high } = answers;
  if (low === null || high === null) return t('reports.untold');
  const said = (value: number) =>
    value.toLocaleString(localeOf(lang), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return low === high ? said(low) : t('reports.between', { low: said(low), high: said(high) });
}
