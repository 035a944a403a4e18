// What the supervisor’s board says of a queue’s day and hours, in every language.

const fi = {
  'hours.queue': 'Jonopäivä',
  'hours.booking': 'Ajanvarauspäivä',
  'hours.closed': 'Suljettu tänään',
  'hours.open_until': 'auki klo {time} asti',
  'hours.open': 'auki',
  'hours.opens_today': 'avautuu klo {time}',
  'hours.opens_next': 'jono avautuu seuraavan kerran {day} klo {time}',
  'hours.over': 'suljettu tältä päivältä',
};

export type HoursKey = keyof typeof fi;

const sv: Record<HoursKey, string> = {
  'hours.queue': 'Ködag',
  'hours.booking': 'Dag för tidsbokning',
  'hours.closed': 'Stängt i dag',
  'hours.open_until': 'öppet till kl. {time}',
  'hours.open': 'öppet',
  'hours.opens_today': 'öppnar kl. {time}',
  'hours.opens_next': 'kön öppnar nästa gång {day} kl. {time}',
  'hours.over': 'stängt för i dag',
};

const en: Record<HoursKey, string> = {
  'hours.queue': 'Queue day',
  'hours.booking': 'Booking day',
  'hours.closed': 'Closed today',
  'hours.open_until': 'open until {time}',
  'hours.open': 'open',
  'hours.opens_today': 'opens at {time}',
  'hours.opens_next': 'the queue opens next on {day} at {time}',
  'hours.over': 'closed for today',
};

export const hoursWords = { fi, sv, en };
