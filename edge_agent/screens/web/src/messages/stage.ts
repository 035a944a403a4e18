// What does the stage say: the whole service point in one window?
import type { Lang } from '@etapiste/web/i18n';
import type { Framed } from '../state/stage_layout.ts';

export interface StageMessages {
  page: string;
  lead: string;
  languages: string;
  starting: string;
  denied: string;
  start: string;
  start_more: string;
  frame: Record<Framed, { title: string; text: string }>;
  guide: string;
  steps: readonly string[];
  enlarge: (title: string) => string;
  shrink: (title: string) => string;
}

const fi: StageMessages = {
  page: 'Etäpalvelupiste yhdessä ikkunassa',
  lead: 'Sinä olet asiakas. Ota numero, odota kutsua, tule tilaan.',
  languages: 'Kieli',
  starting: 'Etäpalvelupiste käynnistyy',
  denied: 'Sivu on avattu väärällä osoitteella.',
  start: 'Aloita',
  start_more:
    'Paina Aloita, niin kutsut kuuluvat ja asiointitila saa käyttää kameraa ja mikrofonia.',
  frame: {
    'waiting-area': { title: 'Odotustilan näyttö', text: 'Ota vuoronumero' },
    booth: { title: 'Asiointitilan näyttö', text: 'Virkailija on tässä' },
    bench: { title: 'Koepenkki', text: 'Tule tilaan, näytä paperi, katso tulosteet' },
  },
  guide: 'Näin asiakas toimii',
  steps: [
    'Ota vuoronumero odotustilan näytöltä.',
    'Virkailija kutsuu numerosi toisessa ikkunassa. Odota kutsua.',
    'Kytke koepenkissä ”Asiakas on tilassa”, kun numeroasi on kutsuttu.',
    'Keskustele virkailijan kanssa. Laita koepenkissä paperi kameran alle.',
    'Tulosteet tulevat koepenkkiin. Valitse lopuksi hymynaama.',
    'Lopuksi tila tyhjenee itsestään, ja voit aloittaa alusta.',
  ],
  enlarge: (title) => `Suurenna: ${title}`,
  shrink: (title) => `Pienennä: ${title}`,
};

const sv: StageMessages = {
  page: 'Distansservicepunkten i ett fönster',
  lead: 'Du är kunden. Ta ett nummer, vänta på kallelse, kom in i rummet.',
  languages: 'Språk',
  starting: 'Distansservicepunkten startar',
  denied: 'Sidan har öppnats med fel adress.',
  start: 'Börja',
  start_more: 'Tryck på Börja, så hörs kallelserna och rummet får använda kamera och mikrofon.',
  frame: {
    'waiting-area': { title: 'Väntrummets skärm', text: 'Ta ett könummer' },
    booth: { title: 'Kundservicerummets skärm', text: 'Här är tjänstemannen' },
    bench: { title: 'Provbänk', text: 'Kom in, visa ett papper, se utskrifterna' },
  },
  guide: 'Så gör kunden',
  steps: [
    'Ta ett könummer på väntrummets skärm.',
    'Tjänstemannen kallar ditt nummer i det andra fönstret. Vänta på kallelse.',
    'Slå på ”Kunden är i rummet” på provbänken när ditt nummer har kallats.',
    'Tala med tjänstemannen. Lägg ett papper under kameran på provbänken.',
    'Utskrifterna kommer till provbänken. Välj till sist en smiley.',
    'Till slut töms rummet av sig självt, och du kan börja om.',
  ],
  enlarge: (title) => `Förstora: ${title}`,
  shrink: (title) => `Förminska: ${title}`,
};

const en: StageMessages = {
  page: 'The service point in one window',
  lead: 'You are the visitor. Take a number, wait for the call, come into the booth.',
  languages: 'Language',
  starting: 'The service point is starting',
  denied: 'The page was opened with a wrong address.',
  start: 'Start',
  start_more: 'Press Start to hear the calls and to let the booth use the camera and microphone.',
  frame: {
    'waiting-area': { title: 'Waiting-area screen', text: 'Take a queue number' },
    booth: { title: 'Booth screen', text: 'The clerk is here' },
    bench: { title: 'Bench', text: 'Come in, show a paper, see the printouts' },
  },
  guide: 'What the visitor does',
  steps: [
    'Take a queue number on the waiting-area screen.',
    'The clerk calls your number in the other window. Wait for the call.',
    'Switch on “The visitor is in the booth” on the bench when your number was called.',
    'Talk with the clerk. Lay a paper under the camera on the bench.',
    'Printouts come to the bench. Choose a smiley at the end.',
    'The booth is then wiped by itself, and you can start again.',
  ],
  enlarge: (title) => `Enlarge: ${title}`,
  shrink: (title) => `Make small: ${title}`,
};

export const stageMessages: Record<Lang, StageMessages> = { fi, sv, en };
