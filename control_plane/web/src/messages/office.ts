// The names of the pages of those who run the service, in every language: short, since they stand in a row.

const fi = {
  'office.pages': 'Sivut',
  'office.board': 'Jonot nyt',
  'office.people': 'Henkilöt',
  'office.setup': 'Asetukset',
  'office.reports': 'Raportit',
};

type Words = Record<keyof typeof fi, string>;

const sv: Words = {
  'office.pages': 'Sidor',
  'office.board': 'Köerna nu',
  'office.people': 'Personer',
  'office.setup': 'Inställningar',
  'office.reports': 'Rapporter',
};

const en: Words = {
  'office.pages': 'Pages',
  'office.board': 'Queues now',
  'office.people': 'People',
  'office.setup': 'Settings',
  'office.reports': 'Reports',
};

export const office = { fi, sv, en };
