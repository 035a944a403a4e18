// What does the booth's screen say, in every language?
import type { Lang } from '@etapiste/web/i18n';
import type { ActivityCode } from '../state/wire.ts';

export interface BoothMessages {
  page: string;
  wait_for_call: string;
  wait_for_call_more: string;
  out_of_use: string;
  out_of_use_more: string;
  starting: string;
  elsewhere: string;
  elsewhere_more: string;
  use_here: string;
  start: string;
  start_more: string;
  denied: string;
  prepare: string;
  testing: string;
  clerk_ready: (number: number) => string;
  not_seen_yet: string;
  /** Under a clerk's picture in a booth to which nobody was called. */
  link_alone: string;
  clerk: string;
  clerk_of: (name: string, agency: string) => string;
  /** Who was asked in and is about to be seen and heard. */
  joins: (who: string) => string;
  companion: (who: string) => string;
  you: string;
  visitor: string;
  drawn: string;
  waiting_for_picture: string;
  encrypted: string;
  seen_and_heard: string;
  seen_and_heard_by_all: string;
  reconnecting: string;
  not_proven: string;
  need_help: string;
  help_called: string;
  finish: string;
  finish_sure: string;
  finish_more: string;
  /** Nobody serves them yet, or no longer: what they give up by leaving. */
  finish_waiting: string;
  finish_wait_on: string;
  finish_yes: string;
  finish_no: string;
  finish_told: string;
  activity: Record<ActivityCode, (pages: number) => string>;
  note_question: string;
  note_yours: string;
  note_text: string;
  note_about: string;
  note_yours_about: string;
  note_yes: string;
  note_no: string;
  note_close: string;
  note_show: string;
  note_approved: string;
  note_unheard: string;
  listen: string;
  listen_stop: string;
  note_by: (agency: string) => string;
  take_along: string;
  take_papers: string;
  take_identity: string;
  rate_question: string;
  rate_more: string;
  smileys: readonly [string, string, string, string, string];
  closes_in: (seconds: number) => string;
  more_time: string;
  stay: string;
  stay_more: string;
  leave: string;
  leave_more: string;
  leave_take: string;
  your_number: (number: number) => string;
  thanks: string;
  thanks_more: string;
  wiping: string;
}

const fi: BoothMessages = {
  page: 'Asiointitila',
  wait_for_call: 'Odota kutsua',
  wait_for_call_more: 'Tule tähän tilaan, kun numerosi kutsutaan.',
  out_of_use: 'Tämä asiointitila ei ole nyt käytössä',
  out_of_use_more: 'Odota kutsua toiseen tilaan tai paina Tarvitsen apua.',
  starting: 'Näyttö käynnistyy',
  elsewhere: 'Asiointitilan näyttö on auki toisessa ikkunassa',
  elsewhere_more: 'Asiakas palvellaan siinä ikkunassa. Tässä ei näy asiointia.',
  use_here: 'Käytä tätä ikkunaa',
  start: 'Aloita',
  start_more: 'Paina Aloita, niin näyttö saa soittaa ääntä ja käyttää kameraa ja mikrofonia.',
  denied: 'Näyttö on avattu väärällä osoitteella. Ota yhteyttä tekniseen tukeen.',
  prepare: 'Valmistelemme asiointia',
  testing: 'Testaamme kameran, mikrofonin ja kaiuttimen. Kuvaa tai ääntä ei lähetetä.',
  clerk_ready: (number) => `Tervetuloa, numero ${number}`,
  not_seen_yet: 'Virkailija ei vielä näe eikä kuule sinua.',
  link_alone: 'Kukaan ei näe eikä kuule sinua. Tule tähän tilaan, kun numerosi kutsutaan.',
  clerk: 'Virkailija',
  clerk_of: (name, agency) => `${name}, ${agency}`,
  joins: (who) => `${who} tulee mukaan keskusteluun`,
  companion: (who) => `${who}, kuva`,
  you: 'Sinä',
  visitor: 'Asiakas',
  drawn: 'Piirretty kuva, tässä laitteessa ei ole kameraa',
  waiting_for_picture: 'Virkailijan kuva tulee pian',
  encrypted: 'Yhteys on salattu',
  seen_and_heard: 'Virkailija näkee ja kuulee sinut.',
  seen_and_heard_by_all: 'Kaikki mukana olevat näkevät ja kuulevat sinut.',
  reconnecting: 'Yhteys katkesi, palautamme sen. Paikkasi säilyy.',
  not_proven: 'Yhteyttä ei voitu varmistaa turvalliseksi. Kokeilemme uudelleen.',
  need_help: 'Tarvitsen apua',
  help_called: 'Apua on kutsuttu',
  finish: 'Lopeta asiointi',
  finish_sure: 'Haluatko lopettaa asioinnin?',
  finish_more: 'Puhelu virkailijan kanssa päättyy.',
  finish_waiting: 'Numeroasi ei enää kutsuta, ja menetät paikkasi jonossa.',
  finish_wait_on: 'Ei, odotan vielä',
  finish_yes: 'Kyllä, lopeta',
  finish_no: 'Ei, jatka asiointia',
  finish_told: 'Kerroimme virkailijalle, että haluat lopettaa. Odota hetki.',
  activity: {
    printing: (pages) =>
      pages > 0
        ? `Virkailija tulostaa sinulle: ${pages} ${pages === 1 ? 'sivu' : 'sivua'}`
        : 'Virkailija tulostaa sinulle paperin',
    print_done: () => 'Paperi on valmis. Ota se tulostimesta.',
    print_doubtful: () => 'Katso, tuliko paperi tulostimesta, ja kerro virkailijalle.',
    print_failed: () => 'Tulostus ei onnistunut. Virkailija tietää siitä.',
    paper_out: () => 'Tulostimesta on paperi loppu. Virkailija tietää siitä.',
    still: () => 'Laita paperi kameran alle ja pidä se paikallaan. Virkailija ottaa kuvan.',
    hold: () => 'Tauko. Virkailija ei näe eikä kuule sinua. Hän palaa pian.',
    note_declined: () => 'Viestiä ei välitetä. Se on poistettu.',
    note_withdrawn: () => 'Virkailija perui viestin. Se on poistettu.',
    note_passed_on: () => 'Virkailija sai viestin, jonka annoit välittää.',
  },
  note_question: 'Saako tämän viestin välittää seuraavalle virkailijalle?',
  note_yours: 'Viesti, jonka annoit välittää',
  note_text: 'Viestin teksti',
  note_about:
    'Viestin näkee vain se virkailija, joka palvelee sinua seuraavaksi tällä numerolla. Jos et vastaa, viestiä ei välitetä.',
  note_yours_about: 'Voit vielä perua luvan. Silloin viesti poistetaan heti.',
  note_yes: 'Saa välittää',
  note_no: 'Ei välitetä',
  note_close: 'Takaisin asiointiin',
  note_show: 'Näytä viesti',
  note_approved: 'Annoit luvan välittää viestin seuraavalle virkailijalle.',
  note_unheard: 'Vastauksesi ei mennyt perille. Paina hetken päästä uudelleen.',
  listen: 'Kuuntele',
  listen_stop: 'Lopeta kuuntelu',
  note_by: (agency) => `Viestin kirjoitti: ${agency}`,
  take_along: 'Ota mukaan',
  take_papers: 'Kaikki paperit',
  take_identity: 'Henkilöllisyystodistus',
  rate_question: 'Miten asiointi sujui?',
  rate_more: 'Valitse yksi. Vastausta ei yhdistetä sinuun.',
  smileys: ['Erittäin huonosti', 'Huonosti', 'Kohtalaisesti', 'Hyvin', 'Erittäin hyvin'],
  closes_in: (seconds) => `Näyttö sulkeutuu ${seconds} sekunnin kuluttua.`,
  more_time: 'Tarvitsen lisää aikaa',
  stay: 'Toinen virkailija jatkaa asiaasi',
  stay_more: 'Voit odottaa tässä. Virkailija ei nyt näe eikä kuule sinua.',
  leave: 'Odota odotustilassa',
  leave_more: 'Numerosi kutsutaan uudelleen. Paikkasi jonossa säilyy.',
  leave_take: 'Ota mukaan paperit ja henkilöllisyystodistus.',
  your_number: (number) => `Numerosi on ${number}`,
  thanks: 'Kiitos käynnistä',
  thanks_more: 'Hyvää päivänjatkoa!',
  wiping: 'Poistamme asioinnin tiedot tästä tilasta',
};

const sv: BoothMessages = {
  page: 'Kundservicerum',
  wait_for_call: 'Vänta på kallelse',
  wait_for_call_more: 'Kom in i rummet när ditt nummer kallas.',
  out_of_use: 'Det här kundservicerummet används inte nu',
  out_of_use_more: 'Vänta på kallelse till ett annat rum eller tryck på Jag behöver hjälp.',
  starting: 'Skärmen startar',
  elsewhere: 'Rummets skärm är öppen i ett annat fönster',
  elsewhere_more: 'Kunden betjänas i det fönstret. Här visas inget besök.',
  use_here: 'Använd det här fönstret',
  start: 'Börja',
  start_more: 'Tryck på Börja, så får skärmen spela upp ljud och använda kamera och mikrofon.',
  denied: 'Skärmen har öppnats med fel adress. Kontakta den tekniska supporten.',
  prepare: 'Vi förbereder ärendet',
  testing: 'Vi testar kameran, mikrofonen och högtalaren. Ingen bild och inget ljud sänds.',
  clerk_ready: (number) => `Välkommen, nummer ${number}`,
  not_seen_yet: 'Tjänstemannen ser och hör dig inte ännu.',
  link_alone: 'Ingen ser eller hör dig. Kom in i rummet när ditt nummer kallas.',
  clerk: 'Tjänsteman',
  clerk_of: (name, agency) => `${name}, ${agency}`,
  joins: (who) => `${who} kommer med i samtalet`,
  companion: (who) => `${who}, bild`,
  you: 'Du',
  visitor: 'Kund',
  drawn: 'Ritad bild, enheten har ingen kamera',
  waiting_for_picture: 'Tjänstemannens bild kommer snart',
  encrypted: 'Förbindelsen är krypterad',
  seen_and_heard: 'Tjänstemannen ser och hör dig.',
  seen_and_heard_by_all: 'Alla som är med ser och hör dig.',
  reconnecting: 'Förbindelsen bröts, vi återställer den. Du behåller din plats.',
  not_proven: 'Förbindelsen kunde inte bekräftas som säker. Vi försöker igen.',
  need_help: 'Jag behöver hjälp',
  help_called: 'Hjälp är tillkallad',
  finish: 'Avsluta ärendet',
  finish_sure: 'Vill du avsluta ärendet?',
  finish_more: 'Samtalet med tjänstemannen slutar.',
  finish_waiting: 'Ditt nummer kallas inte längre, och du förlorar din plats i kön.',
  finish_wait_on: 'Nej, jag väntar',
  finish_yes: 'Ja, avsluta',
  finish_no: 'Nej, fortsätt',
  finish_told: 'Vi har berättat för tjänstemannen att du vill sluta. Vänta en stund.',
  activity: {
    printing: (pages) =>
      pages > 0
        ? `Tjänstemannen skriver ut åt dig: ${pages} ${pages === 1 ? 'sida' : 'sidor'}`
        : 'Tjänstemannen skriver ut ett papper åt dig',
    print_done: () => 'Papperet är klart. Ta det ur skrivaren.',
    print_doubtful: () => 'Titta om papperet kom ur skrivaren och berätta för tjänstemannen.',
    print_failed: () => 'Utskriften lyckades inte. Tjänstemannen vet om det.',
    paper_out: () => 'Papperet är slut i skrivaren. Tjänstemannen vet om det.',
    still: () => 'Lägg papperet under kameran och håll det stilla. Tjänstemannen tar en bild.',
    hold: () => 'Paus. Tjänstemannen ser och hör dig inte. Hen är snart tillbaka.',
    note_declined: () => 'Meddelandet förs inte vidare. Det är raderat.',
    note_withdrawn: () => 'Tjänstemannen tog tillbaka meddelandet. Det är raderat.',
    note_passed_on: () => 'Tjänstemannen fick meddelandet som du lät föra vidare.',
  },
  note_question: 'Får det här meddelandet föras vidare till nästa tjänsteman?',
  note_yours: 'Meddelandet som du lät föra vidare',
  note_text: 'Meddelandets text',
  note_about:
    'Bara den tjänsteman som betjänar dig härnäst med det här numret ser meddelandet. Om du inte svarar förs det inte vidare.',
  note_yours_about: 'Du kan ännu ändra dig. Då raderas meddelandet genast.',
  note_yes: 'Får föras vidare',
  note_no: 'Förs inte vidare',
  note_close: 'Tillbaka till ärendet',
  note_show: 'Visa meddelandet',
  note_approved: 'Du gav lov att föra meddelandet vidare till nästa tjänsteman.',
  note_unheard: 'Ditt svar kom inte fram. Tryck igen om en stund.',
  listen: 'Lyssna',
  listen_stop: 'Sluta lyssna',
  note_by: (agency) => `Skrivet av: ${agency}`,
  take_along: 'Ta med dig',
  take_papers: 'Alla papper',
  take_identity: 'Identitetshandling',
  rate_question: 'Hur gick det?',
  rate_more: 'Välj ett alternativ. Svaret kopplas inte till dig.',
  smileys: ['Mycket dåligt', 'Dåligt', 'Någorlunda', 'Bra', 'Mycket bra'],
  closes_in: (seconds) => `Skärmen stängs om ${seconds} sekunder.`,
  more_time: 'Jag behöver mer tid',
  stay: 'En annan tjänsteman fortsätter med ditt ärende',
  stay_more: 'Du kan vänta här. Ingen tjänsteman ser eller hör dig nu.',
  leave: 'Vänta i väntrummet',
  leave_more: 'Ditt nummer kallas igen. Du behåller din plats i kön.',
  leave_take: 'Ta med dina papper och din identitetshandling.',
  your_number: (number) => `Ditt nummer är ${number}`,
  thanks: 'Tack för besöket',
  thanks_more: 'Ha en bra dag!',
  wiping: 'Vi raderar ärendets uppgifter från rummet',
};

const en: BoothMessages = {
  page: 'Booth',
  wait_for_call: 'Please wait for your call',
  wait_for_call_more: 'Come into this booth when your number is called.',
  out_of_use: 'This booth is not in use now',
  out_of_use_more: 'Wait for a call to another booth, or press I need help.',
  starting: 'The screen is starting',
  elsewhere: 'The booth screen is open in another window',
  elsewhere_more: 'The visitor is served in that window. No visit is shown here.',
  use_here: 'Use this window',
  start: 'Start',
  start_more: 'Press Start to let the screen play sound and use the camera and microphone.',
  denied: 'The screen was opened with a wrong address. Please contact technical support.',
  prepare: 'We are getting ready',
  testing: 'We are testing the camera, microphone and loudspeaker. No picture or sound is sent.',
  clerk_ready: (number) => `Welcome, number ${number}`,
  not_seen_yet: 'The clerk does not see or hear you yet.',
  link_alone: 'Nobody sees or hears you. Come into this booth when your number is called.',
  clerk: 'Clerk',
  clerk_of: (name, agency) => `${name}, ${agency}`,
  joins: (who) => `${who} joins the conversation`,
  companion: (who) => `${who}, picture`,
  you: 'You',
  visitor: 'Visitor',
  drawn: 'Drawn picture, this device has no camera',
  waiting_for_picture: 'The clerk’s picture will come soon',
  encrypted: 'The connection is encrypted',
  seen_and_heard: 'The clerk sees and hears you.',
  seen_and_heard_by_all: 'Everybody here sees and hears you.',
  reconnecting: 'The connection was lost, we are restoring it. Your place is kept.',
  not_proven: 'The connection could not be confirmed as safe. We are trying again.',
  need_help: 'I need help',
  help_called: 'Help has been called',
  finish: 'End the visit',
  finish_sure: 'Do you want to end the visit?',
  finish_more: 'The call with the clerk will end.',
  finish_waiting: 'Your number will not be called any more, and you lose your place in the queue.',
  finish_wait_on: 'No, I will wait',
  finish_yes: 'Yes, end it',
  finish_no: 'No, continue',
  finish_told: 'We told the clerk that you want to end. Please wait a moment.',
  activity: {
    printing: (pages) =>
      pages > 0
        ? `The clerk is printing for you: ${pages} ${pages === 1 ? 'page' : 'pages'}`
        : 'The clerk is printing a paper for you',
    print_done: () => 'The paper is ready. Take it from the printer.',
    print_doubtful: () => 'Look if the paper came out of the printer, and tell the clerk.',
    print_failed: () => 'Printing did not work. The clerk knows about it.',
    paper_out: () => 'The printer has run out of paper. The clerk knows about it.',
    still: () => 'Put the paper under the camera and keep it still. The clerk takes a picture.',
    hold: () => 'A short break. The clerk does not see or hear you. The clerk will be back soon.',
    note_declined: () => 'The note is not passed on. It has been erased.',
    note_withdrawn: () => 'The clerk took the note back. It has been erased.',
    note_passed_on: () => 'The clerk has got the note that you let us pass on.',
  },
  note_question: 'May this note be passed on to the next clerk?',
  note_yours: 'The note that you let us pass on',
  note_text: 'Text of the note',
  note_about:
    'Only the clerk who serves you next with this number will see the note. If you do not answer, it is not passed on.',
  note_yours_about: 'You can still change your mind. The note is then erased at once.',
  note_yes: 'Pass it on',
  note_no: 'Do not pass it on',
  note_close: 'Back to the visit',
  note_show: 'Show the note',
  note_approved: 'You let us pass the note on to the next clerk.',
  note_unheard: 'Your answer did not arrive. Please press again in a moment.',
  listen: 'Listen',
  listen_stop: 'Stop listening',
  note_by: (agency) => `Written by: ${agency}`,
  take_along: 'Take with you',
  take_papers: 'All your papers',
  take_identity: 'Your identity document',
  rate_question: 'How did it go?',
  rate_more: 'Choose one. The answer is not connected to you.',
  smileys: ['Very badly', 'Badly', 'Fairly well', 'Well', 'Very well'],
  closes_in: (seconds) => `The screen closes in ${seconds} seconds.`,
  more_time: 'I need more time',
  stay: 'Another clerk will go on with your matter',
  stay_more: 'You can wait here. No clerk sees or hears you now.',
  leave: 'Please wait in the waiting area',
  leave_more: 'Your number will be called again. You keep your place in the queue.',
  leave_take: 'Take your papers and your identity document with you.',
  your_number: (number) => `Your number is ${number}`,
  thanks: 'Thank you for your visit',
  thanks_more: 'Have a good day!',
  wiping: 'We are erasing your visit from this booth',
};

export const boothMessages: Record<Lang, BoothMessages> = { fi, sv, en };
