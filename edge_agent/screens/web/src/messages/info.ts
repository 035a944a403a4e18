// What does the info screen say, in every language?
import type { Lang } from '@etapiste/web/i18n';
import { waiting } from './waiting.ts';

export interface InfoMessages {
  page: string;
  called_now: string;
  called_before: string;
  missed: string;
  none_called: string;
  none_before: string;
  waiting: (count: number) => string;
  queue_day: string;
  booking_day: string;
  closed_day: string;
  how: string;
  offline: string;
  agent_gone: string;
  sound: string;
  sound_more: string;
}

const fi: InfoMessages = {
  page: 'Kutsuttavat numerot',
  called_now: 'Kutsutaan nyt',
  called_before: 'Kutsuttu aiemmin',
  missed: 'kutsu meni ohi',
  none_called: 'Odota kutsua',
  none_before: 'Ei aiempia kutsuja',
  waiting: waiting.fi,
  queue_day: 'Tänään palvelemme vuoronumerolla',
  booking_day: 'Tänään palvelemme ajanvarauksella',
  closed_day: 'Etäpalvelupiste on suljettu',
  how: 'Ota vuoronumero odotustilan näytöltä.',
  offline: 'Yhteys on poikki. Numerosi säilyy jonossa.',
  agent_gone: 'Näyttö käynnistyy. Numerosi säilyy jonossa.',
  sound: 'Aloita',
  sound_more: 'Paina Aloita, niin kutsut myös kuuluvat.',
};

const sv: InfoMessages = {
  page: 'Nummer som kallas',
  called_now: 'Kallas nu',
  called_before: 'Kallade tidigare',
  missed: 'kallelsen missades',
  none_called: 'Vänta på kallelse',
  none_before: 'Inga tidigare kallelser',
  waiting: waiting.sv,
  queue_day: 'I dag betjänar vi med könummer',
  booking_day: 'I dag betjänar vi med tidsbokning',
  closed_day: 'Distansservicepunkten är stängd',
  how: 'Ta ett könummer på skärmen i väntrummet.',
  offline: 'Förbindelsen är bruten. Ditt nummer finns kvar i kön.',
  agent_gone: 'Skärmen startar. Ditt nummer finns kvar i kön.',
  sound: 'Börja',
  sound_more: 'Tryck på Börja, så hörs kallelserna också.',
};

const en: InfoMessages = {
  page: 'Numbers called',
  called_now: 'Now calling',
  called_before: 'Called before',
  missed: 'call was missed',
  none_called: 'Please wait for your call',
  none_before: 'No earlier calls',
  waiting: waiting.en,
  queue_day: 'Today we serve by queue number',
  booking_day: 'Today we serve by appointment',
  closed_day: 'The remote service point is closed',
  how: 'Take a queue number on the screen in the waiting area.',
  offline: 'The connection is down. Your number stays in the queue.',
  agent_gone: 'The screen is starting. Your number stays in the queue.',
  sound: 'Start',
  sound_more: 'Press Start to hear the calls too.',
};

export const infoMessages: Record<Lang, InfoMessages> = { fi, sv, en };
