// How many people wait at the point, and how long? The same words on every screen that tells it.
import type { Lang } from '@etapiste/web/i18n';
import type { WaitRange } from '@etapiste/web/wire';

function counted(none: string, one: string, many: (count: number) => string) {
  return (count: number): string => {
    if (count === 0) return none;
    return count === 1 ? one : many(count);
  };
}

export const waiting: Record<Lang, (count: number) => string> = {
  fi: counted('Kukaan ei odota juuri nyt', '1 asiakas odottaa', (n) => `${n} asiakasta odottaa`),
  sv: counted('Ingen väntar just nu', '1 kund väntar', (n) => `${n} kunder väntar`),
  en: counted(
    'Nobody is waiting just now',
    '1 customer is waiting',
    (n) => `${n} customers are waiting`,
  ),
};

/** For somebody who comes now, whatever for: it tells no agency. */
export const generalWait: Record<Lang, (wait: WaitRange) => string> = {
  fi: ({ low_min, high_min }) => `Odotusaika nyt ${low_min}–${high_min} min`,
  sv: ({ low_min, high_min }) => `Väntetid nu ${low_min}–${high_min} min`,
  en: ({ low_min, high_min }) => `Waiting time now ${low_min}–${high_min} min`,
};

type Grew = 'clerk_left' | 'booth_out' | 'came_before' | 'more_came' | 'visits_last';

const grew: Record<Lang, Record<Grew, string>> = {
  fi: {
    clerk_left: 'Aika piteni: virkailijoita on vähemmän',
    booth_out: 'Aika piteni: asiointitila on pois käytöstä',
    came_before: 'Aika piteni: joku palasi paikalleen jonossa',
    more_came: 'Aika piteni: asiakkaita tuli lisää',
    visits_last: 'Aika piteni: asioinnit kestävät pidempään',
  },
  sv: {
    clerk_left: 'Tiden blev längre: färre tjänstemän',
    booth_out: 'Tiden blev längre: ett kundservicerum är ur bruk',
    came_before: 'Tiden blev längre: någon återtog sin plats i kön',
    more_came: 'Tiden blev längre: fler kunder kom',
    visits_last: 'Tiden blev längre: besöken tar längre',
  },
  en: {
    clerk_left: 'The time grew: fewer clerks',
    booth_out: 'The time grew: a booth is out of use',
    came_before: 'The time grew: somebody took their place in the queue again',
    more_came: 'The time grew: more customers came',
    visits_last: 'The time grew: visits take longer',
  },
};

/** Why the wait has grown; nothing for a word that this page does not know. */
export function whyGrew(lang: Lang, because: string): string | null {
  return because in grew[lang] ? grew[lang][because as Grew] : null;
}
