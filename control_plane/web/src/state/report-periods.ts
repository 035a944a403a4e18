// Which period comes before or after another one? Days of the calendar, without any clock.

import type { ReportUnit } from './types.ts';

export const UNITS = ['day', 'week', 'month'] as const satisfies readonly ReportUnit[];

/** Today, as the wall of this place counts it, as `2026-11-24`. */
export function today(now: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A day in the period that lies so many periods of this length after that of `day`. */
export function beside(unit: ReportUnit, day: string, by: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const moved =
    unit === 'month'
      ? Date.UTC(year, month - 1 + by, 1)
      : Date.UTC(year, month - 1, date + by * (unit === 'week' ? 7 : 1));
  return new Date(moved).toISOString().slice(0, 10);
}
