// How does the board write a wait, a share and a place?

import { amount, type Lang, longDate, minutes, sameDay, timeOfDay } from '@etapiste/web/i18n';
import type { T } from '../messages/index.ts';
import type { Closing, QueueHours, Supervision } from '../state/types.ts';

/** Minutes from one on, seconds below; a dash where there is none. */
export function span(seconds: number | null, lang: Lang, t: T): string {
  if (seconds === null) return t('board.none');
  return seconds < 60 ? t('board.seconds', { count: Math.round(seconds) }) : minutes(seconds, lang);
}

export function share(percent: number | null, lang: Lang, t: T): string {
  return percent === null ? t('board.none') : `${amount(percent, lang)} %`;
}

/** «Eläke, Salla», or that it is everything. */
export function placeOf(
  closing: Pick<Closing, 'agency' | 'point' | 'service'>,
  board: Supervision,
  lang: Lang,
  t: T,
): string {
  const named = (found: { name: Record<Lang, string> } | undefined) => found?.name[lang];
  const service = named(board.services.find(({ code }) => code === closing.service));
  const point = named(board.points.find(({ code }) => code === closing.point));
  const agency =
    board.agencies.length > 1
      ? named(board.agencies.find(({ code }) => code === closing.agency))
      : undefined;
  const where =
    closing.service === null && closing.point === null
      ? t('board.everything')
      : [
          service ?? closing.service ?? t('board.every_service'),
          point ?? closing.point ?? t('board.everywhere'),
        ].join(', ');
  return agency ? `${agency}: ${where}` : where;
}

export function closingWords({ kind, given, most }: Closing, t: T): string {
  return t(`board.kind.${kind}`, { given, most: most ?? '' });
}

/** «Jonopäivä, auki klo 16.00 asti»: what today is at a point, and when that changes. */
export function hoursOf(hours: QueueHours, now: number, lang: Lang, t: T): string {
  const { kind, is_open, closes_at, opens_at, timezone } = hours;
  const time = (at: string) => timeOfDay(at, lang, timezone);
  const day = t(`hours.${kind}`);
  if (is_open) {
    const open = closes_at ? t('hours.open_until', { time: time(closes_at) }) : t('hours.open');
    return `${day}, ${open}`;
  }
  if (opens_at && sameDay(now, opens_at, timezone)) {
    return `${day}, ${t('hours.opens_today', { time: time(opens_at) })}`;
  }
  const over = kind === 'queue' ? [day, t('hours.over')] : [day];
  const next = opens_at
    ? [t('hours.opens_next', { day: longDate(opens_at, lang, timezone), time: time(opens_at) })]
    : [];
  return [...over, ...next].join(', ');
}
