// What does the waiting-area screen say, in every language?
import type { Lang } from '@etapiste/web/i18n';
import type { RefusalCode } from '../state/wire.ts';
import { type ErrandMessages, type Explained, errandMessages } from './errands.ts';
import { type ShutMessages, shutMessages } from './shut.ts';
import { waiting } from './waiting.ts';

export interface WaitingAreaMessages {
  page: string;
  welcome: string;
  languages: string;
  clock: string;
  take_number: string;
  what_about: string;
  no_idea: string;
  no_idea_more: string;
  choose_service: (agency: string) => string;
  minutes: (minutes: number) => string;
  no_print: string;
  no_print_instead: string;
  no_services: Explained;
  agency_gone: Explained;
  taking: string;
  wait_moment: string;
  your_number: string;
  wait_for: (number: number) => string;
  next_in_line: string;
  at_once: string;
  before_you: (count: number) => string;
  wait_range: (low: number, high: number) => string;
  wait_unknown: string;
  paper_below: string;
  no_paper: (number: number) => string;
  done: string;
  give_up: string;
  give_up_sure: (number: number) => string;
  give_up_yes: string;
  give_up_no: string;
  cancelling: string;
  cancelled: Explained;
  missed_open: string;
  pass_open: string;
  missed_title: string;
  missed_text: string;
  missed_none: string;
  my_number_is: (number: number) => string;
  returning: string;
  returned: (number: number) => Explained;
  pass_text: string;
  pass_with: (number: number) => string;
  passing: string;
  passed: (number: number) => Explained;
  back: string;
  to_start: string;
  need_help: string;
  help_called: Explained;
  help_banner: string;
  high_contrast: string;
  normal_contrast: string;
  listen: string;
  stop_listening: string;
  time_title: string;
  time_text: string;
  seconds: (seconds: number) => string;
  more_time: string;
  offline: (since: string | null) => Explained;
  closed: Explained;
  booking_day: Explained;
  agent_gone: Explained;
  denied: Explained;
  called_now: string;
  calling: string;
  call_attempt: (attempt: number, attempts: number) => string;
  in_line: (count: number) => string;
  shut: ShutMessages;
  errands: ErrandMessages;
  refusals: Record<RefusalCode, Explained>;
}

const fi: WaitingAreaMessages = {
  page: 'Vuoronumero',
  welcome: 'Tervetuloa',
  languages: 'Kieli',
  clock: 'Kello',
  take_number: 'Ota vuoronumero',
  what_about: 'Ota vuoronumero: mitä asiasi koskee?',
  no_idea: 'En tiedä, tarvitsen neuvontaa',
  no_idea_more: 'Kutsumme palveluneuvojan',
  choose_service: (agency) => `${agency}: mitä asia koskee?`,
  minutes: (minutes) => `noin ${minutes} min`,
  no_print: 'Täällä ei voi tulostaa tänään.',
  no_print_instead:
    'Voit silti asioida. Virkailija kertoo, miten saat paperit, esimerkiksi postissa.',
  no_services: {
    title: 'Täällä ei ole nyt tämän viraston palveluja',
    text: 'Pyydä apua, niin palveluneuvoja kertoo, missä voit asioida.',
  },
  agency_gone: {
    title: 'Tämä virasto ei enää palvele täällä',
    text: 'Palaa alkuun ja valitse toinen virasto tai pyydä apua.',
  },
  taking: 'Otamme sinulle numeron',
  wait_moment: 'Odota hetki.',
  your_number: 'Vuoronumerosi',
  wait_for: (number) => `Odota, kutsumme sinut numerolla ${number}.`,
  next_in_line: 'Olet jonossa seuraavana.',
  at_once: 'Pääset asioimaan heti. Kutsumme sinut hetken kuluttua.',
  before_you: (count) =>
    count === 1 ? 'Edelläsi on 1 asiakas.' : `Edelläsi on ${count} asiakasta.`,
  wait_range: (low, high) => `Odotusaika on ${low}–${high} minuuttia.`,
  wait_unknown: 'Odotusaika ei ole tiedossa.',
  paper_below: 'Numero tulee paperilla näytön alta',
  no_paper: (number) => `Numeroa ei saa nyt paperilla. Muista tämä numero: ${number}.`,
  done: 'Valmis',
  give_up: 'En tarvitse numeroa',
  give_up_sure: (number) => `Luovutko numerosta ${number}? Menetät paikkasi jonossa.`,
  give_up_yes: 'Kyllä, luovun numerosta',
  give_up_no: 'Ei, pidän numeron',
  cancelling: 'Perumme numeron',
  cancelled: { title: 'Numero on peruttu', text: 'Voit ottaa uuden numeron, kun haluat.' },
  missed_open: 'Menikö kutsusi ohi? Palaa jonoon',
  pass_open: 'Kutsuttiinko sinut liian aikaisin?',
  missed_title: 'Valitse oma numerosi',
  missed_text: 'Numero on paperissasi. Saat paikkasi jonossa takaisin.',
  missed_none: 'Yhtään kutsua ei ole mennyt ohi.',
  my_number_is: (number) => `Numeroni on ${number}`,
  returning: 'Palautamme paikkasi',
  returned: (number) => ({
    title: `Olet taas jonossa numerolla ${number}`,
    text: 'Odota tässä, kutsumme sinut uudelleen.',
  }),
  pass_text:
    'Oletko vielä kesken? Päästä muut edellesi. Kutsumme sinut uudelleen muutaman minuutin kuluttua.',
  pass_with: (number) => `Numero ${number} ei ole vielä valmis`,
  passing: 'Päästämme muut edellesi',
  passed: (number) => ({
    title: `Numero ${number} kutsutaan hetken kuluttua`,
    text: 'Paikkasi jonossa säilyy. Odota tässä uutta kutsua.',
  }),
  back: 'Takaisin',
  to_start: 'Alkuun',
  need_help: 'Tarvitsen apua',
  help_called: {
    title: 'Kutsuimme apua',
    text: 'Palveluneuvoja tulee luoksesi tai ottaa yhteyttä. Odota tässä hetki.',
  },
  help_banner: 'Apua on kutsuttu. Odota tässä hetki.',
  high_contrast: 'Suurempi kontrasti',
  normal_contrast: 'Tavallinen kontrasti',
  listen: 'Kuuntele',
  stop_listening: 'Lopeta kuuntelu',
  time_title: 'Oletko vielä siinä?',
  time_text: 'Näyttö palaa kohta alkuun. Numerosi säilyy jonossa.',
  seconds: (seconds) => (seconds === 1 ? '1 sekunti' : `${seconds} sekuntia`),
  more_time: 'Tarvitsen lisää aikaa',
  offline: (since) => ({
    title: 'Yhteys on poikki',
    text: `${since ? `Yhteys katkesi kello ${since}. ` : ''}Uusia numeroita ei voi ottaa juuri nyt. Jo otetut numerot säilyvät. Odota hetki tai pyydä apua.`,
  }),
  closed: {
    title: 'Etäpalvelupiste on nyt suljettu',
    text: 'Vuoronumeroita ei voi ottaa. Tule uudelleen aukioloaikana tai pyydä apua.',
  },
  booking_day: {
    title: 'Tänään palvelemme ajanvarauksella',
    text: 'Vuoronumeroita ei jaeta tänään. Jos sinulla on varattu aika tai haluat varata ajan, pyydä apua, niin palveluneuvoja auttaa.',
  },
  agent_gone: {
    title: 'Näyttö käynnistyy',
    text: 'Palautamme näytön pian. Jo otetut numerot säilyvät.',
  },
  denied: {
    title: 'Näyttö ei ole käytössä',
    text: 'Näyttö on avattu väärällä osoitteella. Ota yhteyttä tekniseen tukeen.',
  },
  called_now: 'Kutsuttu nyt',
  calling: 'Kutsumme nyt numeroa',
  call_attempt: (attempt, attempts) =>
    attempt === 1 ? '' : `${attempt}. kutsu, kutsumme ${attempts} kertaa`,
  in_line: waiting.fi,
  shut: shutMessages.fi,
  errands: errandMessages.fi,
  refusals: {
    ...errandMessages.fi.refusals,
    ...shutMessages.fi.refusals,
    no_clerk_on_duty: {
      title: 'Nyt ei ole virkailijaa paikalla',
      text: 'Numeroa ei annettu. Kokeile myöhemmin uudelleen tai pyydä apua.',
    },
    service_not_offered: {
      title: 'Tätä asiaa ei voi hoitaa täällä',
      text: 'Numeroa ei annettu. Valitse toinen asia tai pyydä apua.',
    },
    no_more_passes: {
      title: 'Olet jo päästänyt muita edellesi',
      text: 'Näin voi tehdä vain muutaman kerran. Tule kutsuttuun tilaan tai pyydä apua.',
    },
    too_late_to_return: {
      title: 'Kutsusta on kulunut liian kauan',
      text: 'Paikkaa jonossa ei saa enää takaisin. Ota uusi vuoronumero.',
    },
    not_found: {
      title: 'Numeroa ei löytynyt',
      text: 'Numero ei ole enää jonossa. Ota uusi vuoronumero tai pyydä apua.',
    },
    not_understood: {
      title: 'Nyt ei onnistunut',
      text: 'Vika on meidän. Yritä uudelleen tai pyydä apua.',
    },
    offline: {
      title: 'Yhteys on poikki',
      text: 'Numeroa ei voitu antaa. Yritä hetken kuluttua uudelleen tai pyydä apua.',
    },
  },
};

const sv: WaitingAreaMessages = {
  page: 'Könummer',
  welcome: 'Välkommen',
  languages: 'Språk',
  clock: 'Klockan',
  take_number: 'Ta ett könummer',
  what_about: 'Ta ett könummer: vad gäller ditt ärende?',
  no_idea: 'Jag vet inte, jag behöver råd',
  no_idea_more: 'Vi tillkallar en servicerådgivare',
  choose_service: (agency) => `${agency}: vad gäller ärendet?`,
  minutes: (minutes) => `cirka ${minutes} min`,
  no_print: 'Här går det inte att skriva ut i dag.',
  no_print_instead:
    'Du kan ändå uträtta ärendet. Tjänstemannen berättar hur du får papperen, till exempel med posten.',
  no_services: {
    title: 'Myndighetens tjänster finns inte här just nu',
    text: 'Be om hjälp, så berättar servicerådgivaren var du kan uträtta ärendet.',
  },
  agency_gone: {
    title: 'Myndigheten betjänar inte längre här',
    text: 'Gå till början och välj en annan myndighet eller be om hjälp.',
  },
  taking: 'Vi tar ett nummer åt dig',
  wait_moment: 'Vänta ett ögonblick.',
  your_number: 'Ditt könummer',
  wait_for: (number) => `Vänta, vi kallar på dig med nummer ${number}.`,
  next_in_line: 'Du är näst i kön.',
  at_once: 'Du kommer fram genast. Vi kallar dig om ett ögonblick.',
  before_you: (count) => (count === 1 ? '1 kund är före dig.' : `${count} kunder är före dig.`),
  wait_range: (low, high) => `Väntetiden är ${low}–${high} minuter.`,
  wait_unknown: 'Väntetiden är inte känd.',
  paper_below: 'Numret kommer på papper under skärmen',
  no_paper: (number) => `Du kan inte få numret på papper nu. Kom ihåg numret: ${number}.`,
  done: 'Klar',
  give_up: 'Jag behöver inte numret',
  give_up_sure: (number) => `Vill du avstå från nummer ${number}? Du förlorar din plats i kön.`,
  give_up_yes: 'Ja, jag avstår från numret',
  give_up_no: 'Nej, jag behåller numret',
  cancelling: 'Vi avbokar numret',
  cancelled: { title: 'Numret är avbokat', text: 'Du kan ta ett nytt nummer när du vill.' },
  missed_open: 'Missade du din kallelse? Tillbaka till kön',
  pass_open: 'Kallades du för tidigt?',
  missed_title: 'Välj ditt nummer',
  missed_text: 'Numret står på din lapp. Du får tillbaka din plats i kön.',
  missed_none: 'Ingen kallelse har missats.',
  my_number_is: (number) => `Mitt nummer är ${number}`,
  returning: 'Vi ger tillbaka din plats',
  returned: (number) => ({
    title: `Du är åter i kön med nummer ${number}`,
    text: 'Vänta här, vi kallar på dig igen.',
  }),
  pass_text: 'Är du inte klar än? Låt andra gå före. Vi kallar på dig igen om några minuter.',
  pass_with: (number) => `Nummer ${number} är inte klar än`,
  passing: 'Vi låter andra gå före',
  passed: (number) => ({
    title: `Nummer ${number} kallas om en stund`,
    text: 'Du behåller din plats i kön. Vänta här på en ny kallelse.',
  }),
  back: 'Tillbaka',
  to_start: 'Till början',
  need_help: 'Jag behöver hjälp',
  help_called: {
    title: 'Vi har tillkallat hjälp',
    text: 'Servicerådgivaren kommer till dig eller tar kontakt. Vänta här en stund.',
  },
  help_banner: 'Hjälp är tillkallad. Vänta här en stund.',
  high_contrast: 'Högre kontrast',
  normal_contrast: 'Vanlig kontrast',
  listen: 'Lyssna',
  stop_listening: 'Sluta lyssna',
  time_title: 'Är du kvar?',
  time_text: 'Skärmen går snart tillbaka till början. Ditt nummer finns kvar i kön.',
  seconds: (seconds) => (seconds === 1 ? '1 sekund' : `${seconds} sekunder`),
  more_time: 'Jag behöver mer tid',
  offline: (since) => ({
    title: 'Förbindelsen är bruten',
    text: `${since ? `Förbindelsen bröts klockan ${since}. ` : ''}Nya nummer kan inte tas just nu. Nummer som redan tagits finns kvar. Vänta en stund eller be om hjälp.`,
  }),
  closed: {
    title: 'Distansservicepunkten är stängd nu',
    text: 'Du kan inte ta ett könummer. Kom tillbaka under öppettiderna eller be om hjälp.',
  },
  booking_day: {
    title: 'I dag betjänar vi med tidsbokning',
    text: 'I dag delas inga könummer ut. Om du har en bokad tid eller vill boka en tid, be om hjälp så hjälper servicerådgivaren dig.',
  },
  agent_gone: {
    title: 'Skärmen startar',
    text: 'Skärmen är snart tillbaka. Nummer som redan tagits finns kvar.',
  },
  denied: {
    title: 'Skärmen är inte i bruk',
    text: 'Skärmen har öppnats med fel adress. Kontakta den tekniska supporten.',
  },
  called_now: 'Kallad nu',
  calling: 'Vi kallar nu nummer',
  call_attempt: (attempt, attempts) =>
    attempt === 1 ? '' : `Kallelse ${attempt}, vi kallar ${attempts} gånger`,
  in_line: waiting.sv,
  shut: shutMessages.sv,
  errands: errandMessages.sv,
  refusals: {
    ...errandMessages.sv.refusals,
    ...shutMessages.sv.refusals,
    no_clerk_on_duty: {
      title: 'Ingen tjänsteman är på plats nu',
      text: 'Du fick inget nummer. Försök igen senare eller be om hjälp.',
    },
    service_not_offered: {
      title: 'Ärendet kan inte uträttas här',
      text: 'Du fick inget nummer. Välj ett annat ärende eller be om hjälp.',
    },
    no_more_passes: {
      title: 'Du har redan låtit andra gå före',
      text: 'Det går bara några gånger. Kom till rummet eller be om hjälp.',
    },
    too_late_to_return: {
      title: 'Det har gått för lång tid sedan kallelsen',
      text: 'Du kan inte längre få tillbaka din plats i kön. Ta ett nytt könummer.',
    },
    not_found: {
      title: 'Numret hittades inte',
      text: 'Numret finns inte längre i kön. Ta ett nytt könummer eller be om hjälp.',
    },
    not_understood: {
      title: 'Det lyckades inte nu',
      text: 'Felet är vårt. Försök igen eller be om hjälp.',
    },
    offline: {
      title: 'Förbindelsen är bruten',
      text: 'Vi kunde inte ge något nummer. Försök igen om en stund eller be om hjälp.',
    },
  },
};

const en: WaitingAreaMessages = {
  page: 'Queue number',
  welcome: 'Welcome',
  languages: 'Lang',
  clock: 'Time',
  take_number: 'Take a queue number',
  what_about: 'Take a queue number: what is it about?',
  no_idea: 'I do not know, I need advice',
  no_idea_more: 'We will call a service adviser',
  choose_service: (agency) => `${agency}: what is it about?`,
  minutes: (minutes) => `about ${minutes} min`,
  no_print: 'Printing is not possible here today.',
  no_print_instead:
    'You can still do your business. The clerk tells you how you get the papers, for example by post.',
  no_services: {
    title: 'This agency has no services here now',
    text: 'Ask for help: a service adviser tells you where to go.',
  },
  agency_gone: {
    title: 'This agency no longer serves here',
    text: 'Go to the start and choose another agency, or ask for help.',
  },
  taking: 'Getting a number for you',
  wait_moment: 'Please wait a moment.',
  your_number: 'Your queue number',
  wait_for: (number) => `Please wait, we will call you with number ${number}.`,
  next_in_line: 'You are next in the queue.',
  at_once: 'You can go in at once. We will call you in a moment.',
  before_you: (count) =>
    count === 1 ? '1 customer is before you.' : `${count} customers are before you.`,
  wait_range: (low, high) => `The waiting time is ${low}–${high} minutes.`,
  wait_unknown: 'The waiting time is not known.',
  paper_below: 'Your number comes on paper below the screen',
  no_paper: (number) => `The number cannot be printed now. Remember this number: ${number}.`,
  done: 'Done',
  give_up: 'I do not need the number',
  give_up_sure: (number) => `Give up number ${number}? You will lose your place in the queue.`,
  give_up_yes: 'Yes, give it up',
  give_up_no: 'No, I keep the number',
  cancelling: 'Cancelling the number',
  cancelled: { title: 'The number is cancelled', text: 'You can take a new number at any time.' },
  missed_open: 'Did you miss your call? Return to the queue',
  pass_open: 'Called too early?',
  missed_title: 'Choose your own number',
  missed_text: 'The number is on your paper. You get your place in the queue back.',
  missed_none: 'No call has been missed.',
  my_number_is: (number) => `My number is ${number}`,
  returning: 'Giving your place back',
  returned: (number) => ({
    title: `You are in the queue again with number ${number}`,
    text: 'Please wait here, we will call you again.',
  }),
  pass_text: 'Not ready yet? Let others go first. We will call you again in a few minutes.',
  pass_with: (number) => `Number ${number} is not ready yet`,
  passing: 'Letting others go first',
  passed: (number) => ({
    title: `Number ${number} will be called in a while`,
    text: 'You keep your place in the queue. Please wait here for a new call.',
  }),
  back: 'Back',
  to_start: 'To the start',
  need_help: 'I need help',
  help_called: {
    title: 'We have called for help',
    text: 'A service adviser will come to you or contact you. Please wait here a moment.',
  },
  help_banner: 'Help has been called. Please wait here a moment.',
  high_contrast: 'Higher contrast',
  normal_contrast: 'Normal contrast',
  listen: 'Listen',
  stop_listening: 'Stop listening',
  time_title: 'Are you still there?',
  time_text: 'The screen will soon go back to the start. Your number stays in the queue.',
  seconds: (seconds) => (seconds === 1 ? '1 second' : `${seconds} seconds`),
  more_time: 'I need more time',
  offline: (since) => ({
    title: 'The connection is down',
    text: `${since ? `The connection was lost at ${since}. ` : ''}New numbers cannot be taken just now. Numbers already taken are kept. Please wait a moment or ask for help.`,
  }),
  closed: {
    title: 'The remote service point is closed now',
    text: 'You cannot take a queue number. Come back during opening hours or ask for help.',
  },
  booking_day: {
    title: 'Today we serve by appointment',
    text: 'No queue numbers are given today. If you have an appointment or want to book one, ask for help and a service adviser will assist you.',
  },
  agent_gone: {
    title: 'The screen is starting',
    text: 'It will be back soon. Numbers already taken are kept.',
  },
  denied: {
    title: 'This screen is not in use',
    text: 'The screen was opened with a wrong address. Please contact technical support.',
  },
  called_now: 'Called now',
  calling: 'Now calling number',
  call_attempt: (attempt, attempts) =>
    attempt === 1 ? '' : `Call ${attempt}, we call ${attempts} times`,
  in_line: waiting.en,
  shut: shutMessages.en,
  errands: errandMessages.en,
  refusals: {
    ...errandMessages.en.refusals,
    ...shutMessages.en.refusals,
    no_clerk_on_duty: {
      title: 'No clerk is on duty now',
      text: 'No number was given. Try again later or ask for help.',
    },
    service_not_offered: {
      title: 'This matter cannot be handled here',
      text: 'No number was given. Choose another matter or ask for help.',
    },
    no_more_passes: {
      title: 'You have let others go first already',
      text: 'This is possible a few times only. Come to the booth or ask for help.',
    },
    too_late_to_return: {
      title: 'Too much time has passed since the call',
      text: 'Your place in the queue cannot be given back. Please take a new queue number.',
    },
    not_found: {
      title: 'The number was not found',
      text: 'The number is no longer in the queue. Take a new queue number or ask for help.',
    },
    not_understood: {
      title: 'This did not work now',
      text: 'The fault is ours. Please try again or ask for help.',
    },
    offline: {
      title: 'The connection is down',
      text: 'We could not give a number. Try again in a moment or ask for help.',
    },
  },
};

export const waitingAreaMessages: Record<Lang, WaitingAreaMessages> = { fi, sv, en };
