// Over which days does a report look?

export const PERIODS = [1, 7, 30, 90] as const;

/** The first of so many days, today included, as the wall of this place counts them. */
export function firstDay(now: Date, days: number): string {
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1));
  const two = (part: number) => String(part).padStart(2, '0');
  return `${first.getFullYear()}-${two(first.getMonth() + 1)}-${two(first.getDate())}`;
}
