// When can a number be had next, in words?
import { type Lang, longDate, sameDay, timeOfDay } from '@etapiste/web/i18n';

interface OpeningMessages {
  today: (time: string) => string;
  /** `time`: none on a day that is open from its beginning. */
  day: (day: string, time: string | null) => string;
  queue_day: (day: string, time: string | null) => string;
}

export const openingMessages: Record<Lang, OpeningMessages> = {
  fi: {
    today: (time) => `Avataan tänään klo ${time}.`,
    day: (day, time) => `Avataan seuraavan kerran: ${day}${time ? ` klo ${time}` : ''}.`,
    queue_day: (day, time) => `Seuraava jonopäivä: ${day}${time ? ` klo ${time}` : ''}.`,
  },
  sv: {
    today: (time) => `Öppnar i dag kl. ${time}.`,
    day: (day, time) => `Öppnar nästa gång: ${day}${time ? ` kl. ${time}` : ''}.`,
    queue_day: (day, time) => `Nästa ködag: ${day}${time ? ` kl. ${time}` : ''}.`,
  },
  en: {
    today: (time) => `Opens today at ${time}.`,
    day: (day, time) => `Opens next: ${day}${time ? ` at ${time}` : ''}.`,
    queue_day: (day, time) => `Next queue day: ${day}${time ? ` at ${time}` : ''}.`,
  },
};

export interface Opening {
  opens_at: string | null | undefined;
  /** Is it because only bookings are served today? */
  booking: boolean;
  /** By the agent's clock, and on the wall of the point. */
  clock: string;
  timezone: string;
}

const MIDNIGHT = /^0?0[.:]00$/;

/** A sentence, or nothing where nobody knows. */
export function opensWords(lang: Lang, { opens_at, booking, clock, timezone }: Opening): string {
  if (!opens_at) return '';
  const words = openingMessages[lang];
  const time = timeOfDay(opens_at, lang, timezone);
  if (sameDay(clock, opens_at, timezone)) return words.today(time);
  const day = longDate(opens_at, lang, timezone);
  return words[booking ? 'queue_day' : 'day'](day, MIDNIGHT.test(time) ? null : time);
}
