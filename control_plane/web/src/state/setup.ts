// What can be set up, what stands in each form, and what differs between two versions of a thing?

import type { SetupView } from './types.ts';

export type Kind = 'agency' | 'service' | 'point' | 'booth' | 'device' | 'switches';
export type Content = Readonly<Record<string, unknown>>;

export interface ThingName {
  readonly kind: Kind;
  readonly key: readonly string[];
}

export interface Thing extends ThingName {
  /** The version that the page saw; empty: it is to be added. */
  readonly known: string;
  readonly content: Content;
}

export type Form =
  | 'texts'
  | 'word'
  | 'words'
  | 'date'
  | 'number'
  | 'tick'
  | 'languages'
  | 'hours'
  | 'agency'
  | 'point'
  | 'booth';

export interface Field {
  readonly name: string;
  readonly form: Form;
  readonly optional?: boolean;
  /** A main user sees it and does not change it. */
  readonly owners?: boolean;
}

/** In the order in which a person fills them in. */
export const FIELDS: Record<Exclude<Kind, 'switches'>, readonly Field[]> = {
  agency: [
    { name: 'name', form: 'texts' },
    { name: 'about', form: 'texts' },
    { name: 'valid_from', form: 'date', owners: true },
    { name: 'valid_to', form: 'date', optional: true, owners: true },
    { name: 'successor', form: 'agency', optional: true, owners: true },
    { name: 'service_area', form: 'words', optional: true, owners: true },
    { name: 'training', form: 'tick', owners: true },
    { name: 'position', form: 'number', owners: true },
  ],
  service: [
    { name: 'name', form: 'texts' },
    { name: 'minutes', form: 'number' },
    { name: 'needs', form: 'texts', optional: true },
    { name: 'needs_print', form: 'tick' },
    { name: 'needs_camera', form: 'tick' },
    { name: 'offered', form: 'tick' },
    { name: 'position', form: 'number' },
  ],
  point: [
    { name: 'name', form: 'texts' },
    { name: 'municipality', form: 'word', optional: true },
    { name: 'region', form: 'texts', optional: true },
    { name: 'timezone', form: 'word' },
    { name: 'languages', form: 'languages' },
    { name: 'hours', form: 'hours' },
    { name: 'training', form: 'tick' },
    { name: 'position', form: 'number' },
  ],
  booth: [
    { name: 'name', form: 'texts' },
    { name: 'direction', form: 'texts' },
    { name: 'closed', form: 'tick' },
  ],
  device: [
    { name: 'point', form: 'point' },
    { name: 'booth', form: 'booth', optional: true },
  ],
};

export const SWITCHES = ['queue', 'booking', 'print', 'scan', 'show', 'interpreter'] as const;
export type Switch = (typeof SWITCHES)[number];
/** Off until they are switched on. */
export const ALL_OFF: Content = Object.fromEntries(SWITCHES.map((each) => [each, false]));

const NO_TEXTS = { fi: '', sv: '', en: '' };

/** What a form shows at first when something is added. */
export function blank(kind: Exclude<Kind, 'switches'>, given: Content, today: string): Content {
  const firsts: Record<Exclude<Kind, 'switches'>, Content> = {
    agency: {
      name: NO_TEXTS,
      about: NO_TEXTS,
      valid_from: today,
      valid_to: null,
      successor: null,
      service_area: [],
      training: false,
      position: 0,
    },
    service: {
      name: NO_TEXTS,
      minutes: 20,
      needs: null,
      needs_print: false,
      needs_camera: false,
      offered: true,
      position: 0,
    },
    point: {
      name: NO_TEXTS,
      municipality: '',
      region: null,
      timezone: 'Europe/Helsinki',
      languages: ['fi', 'sv', 'en'],
      hours: [],
      training: false,
      position: 0,
    },
    booth: { name: NO_TEXTS, direction: NO_TEXTS, closed: false },
    device: { point: '', booth: null },
  };
  return { ...firsts[kind], ...given };
}

/** The names of what is different. */
export function differing(one: Content, other: Content): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !same(one[name], other[name])).sort();
}

const same = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** How a thing stands in the latest view; null: it is not there. */
export function found(view: SetupView, { kind, key }: ThingName): Thing | null {
  const [first, second] = key;
  const hit = {
    agency: () => view.agencies.find((each) => each.code === first),
    service: () => view.services.find((each) => each.code === first),
    point: () => view.points.find((each) => each.code === first),
    booth: () => view.booths.find((each) => each.point === first && each.code === second),
    device: () => view.devices.find((each) => each.name === first),
    switches: () => view.switches.find((each) => each.agency === first && each.point === second),
  }[kind]();
  return hit ? { kind, key, known: hit.known, content: hit.content as Content } : null;
}

export interface Pair {
  readonly agency: string;
  readonly point: string;
  readonly known: string;
  readonly content: Content;
  readonly waiting: number;
}

/** The rows of the table of switches: every pair that may be, those of trainings apart. */
export function pairs(view: SetupView, of: { agency?: string; point?: string }): Pair[] {
  const rows: Pair[] = [];
  for (const agency of view.agencies) {
    if (of.agency && of.agency !== agency.code) continue;
    for (const point of view.points) {
      if (of.point && of.point !== point.code) continue;
      const there = view.switches.find(
        (each) => each.agency === agency.code && each.point === point.code,
      );
      const fits = (agency.content.training ?? false) === (point.content.training ?? false);
      if (!there && !fits) continue;
      rows.push({
        agency: agency.code,
        point: point.code,
        known: there?.known ?? '',
        content: (there?.content as Content | undefined) ?? ALL_OFF,
        waiting: there?.waiting ?? 0,
      });
    }
  }
  return rows;
}

interface Opening {
  weekday: number;
  opens: string;
  closes: string;
}

/** «08:00–12:00, 13:00–16:00»: the openings of a weekday. */
export function hoursText(hours: readonly Opening[], weekday: number): string {
  return hours
    .filter((each) => each.weekday === weekday)
    .map((each) => `${each.opens.slice(0, 5)}–${each.closes.slice(0, 5)}`)
    .join(', ');
}

/** The openings that a text says; null: it cannot be read. */
export function readHours(text: string, weekday: number): Opening[] | null {
  const openings: Opening[] = [];
  for (const part of text.split(',')) {
    if (!part.trim()) continue;
    const times = /^\s*(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})\s*$/.exec(part);
    if (!times) return null;
    const [, h1 = '', m1 = '', h2 = '', m2 = ''] = times;
    const opens = `${h1.padStart(2, '0')}:${m1}:00`;
    const closes = `${h2.padStart(2, '0')}:${m2}:00`;
    if (Number(h1) > 23 || Number(h2) > 23 || Number(m1) > 59 || Number(m2) > 59) return null;
    if (opens >= closes) return null;
    openings.push({ weekday, opens, closes });
  }
  return openings;
}

/** A code as it may be made from a name: «Itä-Lappi» is `ita-lappi`. */
export function codeFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .split('-')
    .slice(0, 6)
    .join('-');
}
