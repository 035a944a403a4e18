// What does the waiting-area screen say about several matters under one number?
import type { Lang } from '@etapiste/web/i18n';

export interface Explained {
  title: string;
  text: string;
}

type PlanRefusal = 'plan_too_long' | 'plan_twice' | 'plan_unknown' | 'plan_loop';

export interface ErrandMessages {
  title: string;
  lead: (count: number) => string;
  chosen: string;
  remove: (service: string) => string;
  remove_it: string;
  first: string;
  first_named: (service: string) => string;
  first_about: (service: string) => string;
  any_order: string;
  lasts: (minutes: number) => string;
  total: (low: number, high: number) => string;
  add: string;
  add_about: string;
  full: string;
  take: string;
  choose: string;
  what_else: string;
  same_number: (count: number) => string;
  refusals: Record<PlanRefusal, Explained>;
}

export const errandMessages: Record<Lang, ErrandMessages> = {
  fi: {
    title: 'Asiasi tällä käynnillä',
    lead: (count) =>
      count === 1
        ? 'Ota numero, tai lisää toinen asia samalle käynnille.'
        : 'Saat yhden numeron, ja odotat kaikissa jonoissa yhtä aikaa.',
    chosen: 'Valitut asiat',
    remove: (service) => `Poista: ${service}`,
    remove_it: 'Poista',
    first: 'Tämä ensin',
    first_named: (service) => `Tämä ensin: ${service}`,
    first_about: (service) => `Ensin hoidetaan ${service}, muut sen jälkeen.`,
    any_order: 'Ensin hoidetaan se asia, johon pääset ensin.',
    lasts: (minutes) => `Asiat kestävät yhteensä noin ${minutes} minuuttia, ja lisäksi odotat.`,
    total: (low, high) => `Kaikki on hoidettu noin ${low}–${high} minuutin kuluttua.`,
    add: 'Lisää toinen asia',
    add_about: 'Se voi olla myös toisen viraston asia.',
    full: 'Yhdellä käynnillä voi hoitaa neljä asiaa.',
    take: 'Ota vuoronumero',
    choose: 'Valitse',
    what_else: 'Mikä on toinen asiasi?',
    same_number: (count) =>
      `Tällä numerolla hoidetaan ${count} asiaa, yksi kerrallaan. Pidä numero, kunnes kaikki on hoidettu.`,
    refusals: {
      plan_too_long: {
        title: 'Liian monta asiaa',
        text: 'Yhdellä numerolla voi hoitaa neljä asiaa. Valitse uudelleen tai pyydä apua.',
      },
      plan_twice: {
        title: 'Sama asia on valittu kahdesti',
        text: 'Valitse jokainen asia vain kerran.',
      },
      plan_unknown: {
        title: 'Asioiden järjestys ei onnistu',
        text: 'Asia odottaa toista asiaa, jota ei ole valittu. Valitse uudelleen tai pyydä apua.',
      },
      plan_loop: {
        title: 'Asioiden järjestys ei onnistu',
        text: 'Asiat odottavat toisiaan. Numeroa ei annettu. Valitse uudelleen tai pyydä apua.',
      },
    },
  },
  sv: {
    title: 'Dina ärenden vid det här besöket',
    lead: (count) =>
      count === 1
        ? 'Ta ett nummer, eller lägg till ett ärende till vid samma besök.'
        : 'Du får ett nummer och väntar i alla köer samtidigt.',
    chosen: 'Valda ärenden',
    remove: (service) => `Ta bort: ${service}`,
    remove_it: 'Ta bort',
    first: 'Det här först',
    first_named: (service) => `Det här först: ${service}`,
    first_about: (service) => `Först kommer ${service}, de andra efter det.`,
    any_order: 'Först kommer det ärende som det blir din tur i först.',
    lasts: (minutes) => `Ärendena tar tillsammans cirka ${minutes} minuter, och därtill väntar du.`,
    total: (low, high) => `Allt är klart om cirka ${low}–${high} minuter.`,
    add: 'Lägg till ett ärende',
    add_about: 'Det kan också gälla en annan myndighet.',
    full: 'Du kan uträtta fyra ärenden vid ett besök.',
    take: 'Ta könummer',
    choose: 'Välj',
    what_else: 'Vilket är ditt andra ärende?',
    same_number: (count) =>
      `Med det här numret uträttar du ${count} ärenden, ett i taget. Behåll numret tills allt är klart.`,
    refusals: {
      plan_too_long: {
        title: 'För många ärenden',
        text: 'Med ett nummer kan du uträtta fyra ärenden. Välj på nytt eller be om hjälp.',
      },
      plan_twice: {
        title: 'Samma ärende är valt två gånger',
        text: 'Välj varje ärende bara en gång.',
      },
      plan_unknown: {
        title: 'Ordningen går inte',
        text: 'Ett ärende väntar på ett annat som inte är valt. Välj på nytt eller be om hjälp.',
      },
      plan_loop: {
        title: 'Ordningen går inte',
        text: 'Ärendena väntar på varandra. Du fick inget nummer. Välj på nytt eller be om hjälp.',
      },
    },
  },
  en: {
    title: 'Your matters on this visit',
    lead: (count) =>
      count === 1
        ? 'Take a number, or add another matter to the same visit.'
        : 'You get one number and wait in all queues at the same time.',
    chosen: 'Chosen matters',
    remove: (service) => `Remove: ${service}`,
    remove_it: 'Remove',
    first: 'This one first',
    first_named: (service) => `This one first: ${service}`,
    first_about: (service) => `First comes ${service}, the others after it.`,
    any_order: 'First comes the matter in which it is your turn first.',
    lasts: (minutes) => `Together the matters take about ${minutes} minutes, and you wait as well.`,
    total: (low, high) => `Everything is done in about ${low}–${high} minutes.`,
    add: 'Add another matter',
    add_about: 'It may also be a matter of another agency.',
    full: 'Four matters can be done on one visit.',
    take: 'Take a queue number',
    choose: 'Choose',
    what_else: 'What is your other matter?',
    same_number: (count) =>
      `This number is for ${count} matters, one at a time. Keep it until all are done.`,
    refusals: {
      plan_too_long: {
        title: 'Too many matters',
        text: 'One number is good for four matters. Choose again or ask for help.',
      },
      plan_twice: {
        title: 'The same matter is chosen twice',
        text: 'Choose each matter once only.',
      },
      plan_unknown: {
        title: 'This order is not possible',
        text: 'A matter waits for another one that is not chosen. Choose again or ask for help.',
      },
      plan_loop: {
        title: 'This order is not possible',
        text: 'The matters wait for each other. No number was given. Choose again or ask for help.',
      },
    },
  },
};
