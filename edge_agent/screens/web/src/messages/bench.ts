// What does the bench page say to a trainer, in every language?
import type { Lang } from '@etapiste/web/i18n';
import type { Condition } from '../state/wire.ts';

export interface BenchMessages {
  page: string;
  lead: string;
  languages: string;
  starting: string;
  denied: string;
  booth: string;
  presence: string;
  presence_off_more: string;
  presence_on_more: string;
  press_title: string;
  press_more: string;
  button: Record<'waiting_area' | 'booth', string>;
  lamp_on: string;
  lamp_off: string;
  ticket_printer: string;
  document_printer: string;
  camera: string;
  no_slips: string;
  no_sheets: string;
  slip: (place: number) => string;
  sheet: (place: number) => string;
  paper_left: (sheets: number) => string;
  condition: Record<Condition, string>;
  paper_out: string;
  cover_open: string;
  unplug: string;
  under_camera: string;
  nothing_under: string;
  take_away: string;
  sample: Record<string, string>;
  own_sheet: string;
  upload: string;
  upload_more: string;
  upload_failed: string;
  upload_too_large: string;
  clear: string;
  clear_more: string;
  enlarge: string;
  close: string;
  journal: string;
  journal_empty: string;
  phrase: Record<string, string>;
}

const fi: BenchMessages = {
  page: 'Koepenkki',
  lead: 'Näillä toimit asiakkaan ja laitteiden puolesta. Laitteet ovat jäljitelmiä.',
  languages: 'Kieli',
  starting: 'Koepenkki käynnistyy',
  denied: 'Sivu on avattu väärällä osoitteella.',
  booth: 'Asiointitila',
  presence: 'Asiakas on tilassa',
  presence_off_more: 'Kytke, kun kutsuttu asiakas tulee sisään.',
  presence_on_more: 'Lähtee itsestään, kun tila on tyhjennetty.',
  press_title: 'Kutsunapit',
  press_more: 'Pidä pohjassa hetki.',
  button: { waiting_area: 'Odotustilan nappi', booth: 'Asiointitilan nappi' },
  lamp_on: 'Merkkivalo palaa: apua on pyydetty',
  lamp_off: 'Merkkivalo ei pala',
  ticket_printer: 'Vuoronumerotulostin',
  document_printer: 'A4-tulostin',
  camera: 'Dokumenttikamera',
  no_slips: 'Ei vielä numeroita',
  no_sheets: 'Ei vielä papereita',
  slip: (place) => `Vuoronumero ${place}`,
  sheet: (place) => `Sivu ${place}`,
  paper_left: (sheets) => `paperia ${sheets} arkkia`,
  condition: {
    ready: 'Valmis',
    busy: 'Tulostaa',
    paper_low: 'Paperi vähissä',
    paper_out: 'Paperi loppu',
    cover_open: 'Kansi auki',
    jammed: 'Paperitukos',
    supplies_low: 'Väri vähissä',
    unplugged: 'Irti',
    failed: 'Vika',
    unknown: 'Tila ei tiedossa',
  },
  paper_out: 'Paperi loppu',
  cover_open: 'Kansi auki',
  unplug: 'Johto irti',
  under_camera: 'Kameran alla',
  nothing_under: 'Ei mitään kameran alla',
  take_away: 'Ota paperi pois',
  sample: { letter: 'Kirje', 'id-card': 'Henkilökortti (malli)' },
  own_sheet: 'Oma kuva',
  upload: 'Tuo oma kuva',
  upload_more: 'JPEG, PNG tai WebP, enintään 10 Mt',
  upload_failed: 'Kuvaa ei voitu ottaa. Valitse JPEG-, PNG- tai WebP-kuva.',
  upload_too_large: 'Kuva on liian suuri. Enintään 10 Mt.',
  clear: 'Tyhjennä penkki',
  clear_more: 'Poistaa tulosteet ja omat kuvat',
  enlarge: 'Suurenna',
  close: 'Sulje',
  journal: 'Mitä penkissä tehtiin',
  journal_empty: 'Ei vielä mitään',
  phrase: {
    press: 'Kutsunappia painettiin',
    presence: 'Oven tunnistin vaihtui',
    sheet: 'Kameran alla oleva paperi vaihtui',
    sheet_added: 'Oma kuva tuotiin',
    clear: 'Penkki tyhjennettiin',
    visitor_left: 'Asiakas lähti papereineen',
    paper_out: 'Paperi loppui',
    paper_in: 'Paperia lisättiin',
    cover_open: 'Kansi avattiin',
    cover_close: 'Kansi suljettiin',
    unplug: 'Johto irrotettiin',
    plug: 'Johto kytkettiin',
  },
};

const sv: BenchMessages = {
  page: 'Provbänk',
  lead: 'Här agerar du för kunden och utrustningen. Utrustningen är simulerad.',
  languages: 'Språk',
  starting: 'Provbänken startar',
  denied: 'Sidan har öppnats med fel adress.',
  booth: 'Kundservicerum',
  presence: 'Kunden är i rummet',
  presence_off_more: 'Slå på när den kallade kunden kommer in.',
  presence_on_more: 'Går av sig själv när rummet har tömts.',
  press_title: 'Anropsknappar',
  press_more: 'Håll intryckt en stund.',
  button: { waiting_area: 'Väntrummets knapp', booth: 'Kundservicerummets knapp' },
  lamp_on: 'Signallampan lyser: hjälp har begärts',
  lamp_off: 'Signallampan är släckt',
  ticket_printer: 'Könummerskrivare',
  document_printer: 'A4-skrivare',
  camera: 'Dokumentkamera',
  no_slips: 'Inga nummer ännu',
  no_sheets: 'Inga papper ännu',
  slip: (place) => `Könummer ${place}`,
  sheet: (place) => `Sida ${place}`,
  paper_left: (sheets) => `papper ${sheets} ark`,
  condition: {
    ready: 'Klar',
    busy: 'Skriver ut',
    paper_low: 'Lite papper kvar',
    paper_out: 'Papperet slut',
    cover_open: 'Luckan öppen',
    jammed: 'Papperstrassel',
    supplies_low: 'Lite färg kvar',
    unplugged: 'Urkopplad',
    failed: 'Fel',
    unknown: 'Läget är okänt',
  },
  paper_out: 'Papperet slut',
  cover_open: 'Luckan öppen',
  unplug: 'Sladden ute',
  under_camera: 'Under kameran',
  nothing_under: 'Inget under kameran',
  take_away: 'Ta bort papperet',
  sample: { letter: 'Brev', 'id-card': 'Identitetskort (modell)' },
  own_sheet: 'Egen bild',
  upload: 'Hämta egen bild',
  upload_more: 'JPEG, PNG eller WebP, högst 10 MB',
  upload_failed: 'Bilden kunde inte tas emot. Välj en JPEG-, PNG- eller WebP-bild.',
  upload_too_large: 'Bilden är för stor. Högst 10 MB.',
  clear: 'Töm bänken',
  clear_more: 'Tar bort utskrifter och egna bilder',
  enlarge: 'Förstora',
  close: 'Stäng',
  journal: 'Vad som gjorts på bänken',
  journal_empty: 'Inget ännu',
  phrase: {
    press: 'Anropsknappen trycktes',
    presence: 'Dörrgivaren ändrades',
    sheet: 'Papperet under kameran byttes',
    sheet_added: 'En egen bild hämtades',
    clear: 'Bänken tömdes',
    visitor_left: 'Kunden gick med sina papper',
    paper_out: 'Papperet tog slut',
    paper_in: 'Papper fylldes på',
    cover_open: 'Luckan öppnades',
    cover_close: 'Luckan stängdes',
    unplug: 'Sladden drogs ut',
    plug: 'Sladden kopplades in',
  },
};

const en: BenchMessages = {
  page: 'Bench',
  lead: 'Here you act for the visitor and the equipment. The equipment is simulated.',
  languages: 'Language',
  starting: 'The bench is starting',
  denied: 'The page was opened with a wrong address.',
  booth: 'Booth',
  presence: 'The visitor is in the booth',
  presence_off_more: 'Switch on when the called visitor comes in.',
  presence_on_more: 'Leaves when the booth has been wiped.',
  press_title: 'Call buttons',
  press_more: 'Press and hold for a moment.',
  button: { waiting_area: 'Button in the waiting area', booth: 'Button in the booth' },
  lamp_on: 'The lamp is on: somebody asked for help',
  lamp_off: 'The lamp is off',
  ticket_printer: 'Ticket printer',
  document_printer: 'A4 printer',
  camera: 'Document camera',
  no_slips: 'No numbers yet',
  no_sheets: 'No papers yet',
  slip: (place) => `Queue number ${place}`,
  sheet: (place) => `Page ${place}`,
  paper_left: (sheets) => `${sheets} sheets of paper`,
  condition: {
    ready: 'Ready',
    busy: 'Printing',
    paper_low: 'Paper is low',
    paper_out: 'Out of paper',
    cover_open: 'Cover is open',
    jammed: 'Paper jam',
    supplies_low: 'Toner is low',
    unplugged: 'Unplugged',
    failed: 'Fault',
    unknown: 'State not known',
  },
  paper_out: 'Out of paper',
  cover_open: 'Cover open',
  unplug: 'Unplugged',
  under_camera: 'Under the camera',
  nothing_under: 'Nothing under the camera',
  take_away: 'Take the paper away',
  sample: { letter: 'Letter', 'id-card': 'Identity card (specimen)' },
  own_sheet: 'Own picture',
  upload: 'Bring your own picture',
  upload_more: 'JPEG, PNG or WebP, at most 10 MB',
  upload_failed: 'The picture could not be taken. Choose a JPEG, PNG or WebP picture.',
  upload_too_large: 'The picture is too large. At most 10 MB.',
  clear: 'Clear the bench',
  clear_more: 'Removes printouts and own pictures',
  enlarge: 'Enlarge',
  close: 'Close',
  journal: 'What was done on the bench',
  journal_empty: 'Nothing yet',
  phrase: {
    press: 'A call button was pressed',
    presence: 'The door sensor changed',
    sheet: 'The paper under the camera changed',
    sheet_added: 'An own picture was brought',
    clear: 'The bench was cleared',
    visitor_left: 'The visitor left with the papers',
    paper_out: 'The paper ran out',
    paper_in: 'Paper was added',
    cover_open: 'The cover was opened',
    cover_close: 'The cover was closed',
    unplug: 'It was unplugged',
    plug: 'It was plugged in',
  },
};

export const benchMessages: Record<Lang, BenchMessages> = { fi, sv, en };
