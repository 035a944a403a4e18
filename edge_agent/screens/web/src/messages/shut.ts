// What does a screen say where no number can be had: why, and what to do instead?
import type { Lang } from '@etapiste/web/i18n';
import type { InsteadWay, Readiness, RefusalCode } from '../state/wire.ts';

export type Unready = Exclude<Readiness, 'open'>;

interface Explained {
  title: string;
  text: string;
}

export interface ShutMessages {
  /** Beside the name of an agency or a service. */
  now: Record<Unready, string>;
  told: Record<Unready, (agency: string) => Explained>;
  instead: Record<InsteadWay, string>;
  take: (service: string) => string;
  /** To those who wait already. */
  waiting: (agency: string) => string;
  refusals: Record<Extract<RefusalCode, Unready>, Explained>;
}

const fi: ShutMessages = {
  now: {
    no_clerk: 'Ei virkailijaa nyt',
    closed: 'Suljettu nyt',
    booking_day: 'Tänään vain ajanvarauksella',
    queue_closed: 'Ei uusia numeroita nyt',
    closing_soon: 'Tänään ei enää uusia numeroita',
    full_today: 'Tämän päivän numerot on jaettu',
    emergency: 'Palvelu on keskeytynyt',
  },
  told: {
    no_clerk: (agency) => ({
      title: `${agency}: nyt ei ole virkailijaa paikalla`,
      text: 'Vuoronumeroa ei voi ottaa juuri nyt. Kokeile myöhemmin uudelleen tai pyydä apua.',
    }),
    closed: (agency) => ({
      title: `${agency} ei palvele täällä nyt`,
      text: 'Vuoronumeroa ei voi ottaa juuri nyt. Pyydä apua, niin palveluneuvoja kertoo aukioloajat.',
    }),
    booking_day: (agency) => ({
      title: `${agency} palvelee tänään vain ajanvarauksella`,
      text: 'Vuoronumeroita ei jaeta tänään. Jos sinulla on varattu aika tai haluat varata ajan, pyydä apua.',
    }),
    queue_closed: (agency) => ({
      title: `${agency} ei ota uusia asiakkaita nyt`,
      text: 'Jono on suljettu. Ne, joilla on jo numero, palvellaan.',
    }),
    closing_soon: (agency) => ({
      title: `${agency}: uusia numeroita ei enää jaeta tänään`,
      text: 'Kaikki jonossa olevat ehditään palvella ennen sulkemista, mutta uusia ei enää.',
    }),
    full_today: (agency) => ({
      title: `${agency}: tämän päivän numerot on jaettu`,
      text: 'Ne, joilla on jo numero, palvellaan tänään.',
    }),
    emergency: (agency) => ({
      title: `${agency}: palvelu on keskeytynyt tältä päivältä`,
      text: 'Vuoronumeroa ei voi ottaa, eikä jonossa olevia kutsuta enää tänään.',
    }),
  },
  instead: {
    ask: 'Pyydä apua, niin palveluneuvoja auttaa eteenpäin.',
    book: 'Voit varata ajan. Pyydä apua, niin palveluneuvoja auttaa.',
    another_day: 'Tule toisena päivänä.',
    call: 'Soita viraston palvelunumeroon. Saat numeron palveluneuvojalta.',
    service: 'Voit ottaa numeron toiseen palveluun.',
  },
  take: (service) => `Ota numero: ${service}`,
  waiting: (agency) =>
    `${agency}: palvelu on keskeytynyt. Jos odotat sen vuoroa, sinua ei kutsuta enää tänään.`,
  refusals: {
    closed: {
      title: 'Palvelu on suljettu',
      text: 'Numeroa ei annettu. Tule uudelleen aukioloaikana.',
    },
    booking_day: {
      title: 'Tänään palvellaan vain ajanvarauksella',
      text: 'Numeroa ei annettu. Pyydä apua, jos haluat varata ajan.',
    },
    queue_closed: { title: 'Jono suljettiin juuri', text: 'Numeroa ei annettu.' },
    closing_soon: { title: 'Tänään ei enää ehditä palvella', text: 'Numeroa ei annettu.' },
    full_today: { title: 'Tämän päivän numerot on jaettu', text: 'Numeroa ei annettu.' },
    emergency: { title: 'Palvelu on keskeytynyt', text: 'Numeroa ei annettu.' },
  },
};

const sv: ShutMessages = {
  now: {
    no_clerk: 'Ingen tjänsteman nu',
    closed: 'Stängt nu',
    booking_day: 'I dag endast med tidsbokning',
    queue_closed: 'Inga nya nummer nu',
    closing_soon: 'Inga fler nummer i dag',
    full_today: 'Dagens nummer är slut',
    emergency: 'Servicen är avbruten',
  },
  told: {
    no_clerk: (agency) => ({
      title: `${agency}: ingen tjänsteman är på plats nu`,
      text: 'Du kan inte ta ett könummer just nu. Försök igen senare eller be om hjälp.',
    }),
    closed: (agency) => ({
      title: `${agency} betjänar inte här nu`,
      text: 'Du kan inte ta ett könummer just nu. Be om hjälp, så berättar en servicerådgivare om öppettiderna.',
    }),
    booking_day: (agency) => ({
      title: `${agency} betjänar i dag endast med tidsbokning`,
      text: 'I dag delas inga könummer ut. Om du har en bokad tid eller vill boka en tid, be om hjälp.',
    }),
    queue_closed: (agency) => ({
      title: `${agency} tar inte emot nya kunder nu`,
      text: 'Kön är stängd. De som redan har ett nummer blir betjänade.',
    }),
    closing_soon: (agency) => ({
      title: `${agency}: inga fler nummer delas ut i dag`,
      text: 'Alla som redan köar hinner bli betjänade före stängning, men inga nya.',
    }),
    full_today: (agency) => ({
      title: `${agency}: dagens nummer är slut`,
      text: 'De som redan har ett nummer blir betjänade i dag.',
    }),
    emergency: (agency) => ({
      title: `${agency}: servicen är avbruten för i dag`,
      text: 'Du kan inte ta ett könummer, och de som köar kallas inte längre i dag.',
    }),
  },
  instead: {
    ask: 'Be om hjälp, så hjälper en servicerådgivare dig vidare.',
    book: 'Du kan boka en tid. Be om hjälp, så hjälper en servicerådgivare dig.',
    another_day: 'Kom en annan dag.',
    call: 'Ring myndighetens servicenummer. Du får numret av servicerådgivaren.',
    service: 'Du kan ta ett nummer till en annan tjänst.',
  },
  take: (service) => `Ta ett nummer: ${service}`,
  waiting: (agency) =>
    `${agency}: servicen är avbruten. Om du väntar på din tur där kallas du inte längre i dag.`,
  refusals: {
    closed: {
      title: 'Tjänsten är stängd',
      text: 'Du fick inget nummer. Kom tillbaka under öppettiderna.',
    },
    booking_day: {
      title: 'I dag betjänas endast den som bokat tid',
      text: 'Du fick inget nummer. Be om hjälp om du vill boka en tid.',
    },
    queue_closed: { title: 'Kön stängdes just', text: 'Inget nummer gavs.' },
    closing_soon: { title: 'Vi hinner inte betjäna fler i dag', text: 'Inget nummer gavs.' },
    full_today: { title: 'Dagens nummer är slut', text: 'Inget nummer gavs.' },
    emergency: { title: 'Servicen är avbruten', text: 'Inget nummer gavs.' },
  },
};

const en: ShutMessages = {
  now: {
    no_clerk: 'No clerk now',
    closed: 'Closed now',
    booking_day: 'By appointment only today',
    queue_closed: 'No new numbers now',
    closing_soon: 'No more numbers today',
    full_today: 'Today’s numbers are all given',
    emergency: 'The service has stopped',
  },
  told: {
    no_clerk: (agency) => ({
      title: `${agency}: no clerk is on duty now`,
      text: 'You cannot take a queue number just now. Try again later or ask for help.',
    }),
    closed: (agency) => ({
      title: `${agency} does not serve here now`,
      text: 'You cannot take a queue number just now. Ask for help: a service adviser tells you the opening hours.',
    }),
    booking_day: (agency) => ({
      title: `${agency} serves by appointment only today`,
      text: 'No queue numbers are given today. If you have an appointment or want to book one, ask for help.',
    }),
    queue_closed: (agency) => ({
      title: `${agency} takes no new customers now`,
      text: 'The queue is closed. Those who already have a number will be served.',
    }),
    closing_soon: (agency) => ({
      title: `${agency}: no more numbers are given today`,
      text: 'Everybody in the queue will be served before closing time, but nobody more.',
    }),
    full_today: (agency) => ({
      title: `${agency}: today’s numbers are all given`,
      text: 'Those who already have a number will be served today.',
    }),
    emergency: (agency) => ({
      title: `${agency}: the service has stopped for today`,
      text: 'You cannot take a queue number, and those in the queue will not be called any more today.',
    }),
  },
  instead: {
    ask: 'Ask for help: a service adviser helps you on.',
    book: 'You can book a time. Ask for help: a service adviser helps you.',
    another_day: 'Please come another day.',
    call: 'Call the agency’s service number. The service adviser gives you the number.',
    service: 'You can take a number for another service.',
  },
  take: (service) => `Take a number: ${service}`,
  waiting: (agency) =>
    `${agency}: the service has stopped. If you are waiting for it, you will not be called any more today.`,
  refusals: {
    closed: {
      title: 'The service is closed',
      text: 'No number was given. Come back during opening hours.',
    },
    booking_day: {
      title: 'Only appointments are served today',
      text: 'No number was given. Ask for help if you want to book a time.',
    },
    queue_closed: { title: 'The queue has just been closed', text: 'No number was given.' },
    closing_soon: { title: 'There is no time to serve more today', text: 'No number was given.' },
    full_today: { title: 'Today’s numbers are all given', text: 'No number was given.' },
    emergency: { title: 'The service has stopped', text: 'No number was given.' },
  },
};

export const shutMessages: Record<Lang, ShutMessages> = { fi, sv, en };
