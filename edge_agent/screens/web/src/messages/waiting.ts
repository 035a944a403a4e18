// How many people wait at the point? The same words on every screen that tells it.
import type { Lang } from '@etapiste/web/i18n';

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
