// Where is a visitor on the way to a number, and what can happen next?
import type { Lang } from '@etapiste/web/i18n';
import { type Limit, patience } from './patience.ts';
import type {
  AgencyOffer,
  Instead,
  RefusalCode,
  ServiceOffer,
  TicketIssued,
  WaitingAreaState,
} from './wire.ts';

export type Step =
  // `chosen`: the services that this visit is for already, where another one is looked for.
  | { at: 'start'; chosen?: readonly string[] }
  | { at: 'agency'; agency: string; chosen?: readonly string[] }
  | { at: 'errands'; chosen: readonly string[] }
  | { at: 'taking'; chosen: readonly string[]; id: string }
  | { at: 'number'; ticket: TicketIssued }
  | { at: 'cancelling'; ticket: TicketIssued; id: string }
  | { at: 'cancelled' }
  | { at: 'missed' }
  | { at: 'returning'; ticket_id: string; number: number; id: string }
  | { at: 'returned'; number: number }
  | { at: 'passing'; ticket_id: string; number: number; id: string }
  | { at: 'passed'; number: number }
  | {
      at: 'refused';
      code: RefusalCode;
      instead?: Instead | null;
      opens_at?: string | null;
      back: Step;
    }
  | { at: 'help' };

export interface NumberPath {
  step: Step;
  language: Lang;
  contrast: 'normal' | 'high';
  /** Is each step read aloud? */
  listening: boolean;
  /** The chosen service that must be done before the others; null: whichever is called first. */
  first: string | null;
  /** When somebody last touched the screen (ms). */
  touched_at: number;
}

export type PathEvent =
  | { kind: 'language_chosen'; language: Lang }
  | { kind: 'contrast_switched' }
  | { kind: 'listening_switched' }
  | { kind: 'touched' }
  | { kind: 'agency_chosen'; agency: string }
  | { kind: 'service_chosen'; service: string }
  | { kind: 'errand_wanted' }
  | { kind: 'errand_removed'; service: string }
  | { kind: 'errand_put_first'; service: string }
  | { kind: 'number_wanted'; id: string }
  | { kind: 'issued'; id: string; ticket: TicketIssued }
  | {
      kind: 'refused';
      id: string;
      code: RefusalCode;
      instead?: Instead | null;
      opens_at?: string | null;
    }
  | { kind: 'number_given_up'; id: string }
  | { kind: 'missed_opened' }
  | { kind: 'return_chosen'; ticket_id: string; number: number; id: string }
  | { kind: 'pass_chosen'; ticket_id: string; number: number; id: string }
  | { kind: 'accepted'; id: string }
  | { kind: 'help_called' }
  | { kind: 'back' }
  | { kind: 'done' }
  | { kind: 'time_passed' };

const LIMITS: Record<Step['at'], Limit | null> = {
  start: { quiet_ms: 60_000, notice_ms: 30_000 },
  agency: { quiet_ms: 90_000, notice_ms: 30_000 },
  errands: { quiet_ms: 90_000, notice_ms: 30_000 },
  taking: null,
  number: { quiet_ms: 45_000, notice_ms: 30_000 },
  cancelling: null,
  cancelled: { quiet_ms: 15_000, notice_ms: 30_000 },
  missed: { quiet_ms: 60_000, notice_ms: 30_000 },
  returning: null,
  returned: { quiet_ms: 30_000, notice_ms: 30_000 },
  passing: null,
  passed: { quiet_ms: 30_000, notice_ms: 30_000 },
  refused: { quiet_ms: 60_000, notice_ms: 30_000 },
  help: { quiet_ms: 60_000, notice_ms: 30_000 },
};

/** The screen as the next visitor finds it. */
export function freshPath(language: Lang, now: number): NumberPath {
  return {
    step: { at: 'start' },
    language,
    contrast: 'normal',
    listening: false,
    first: null,
    touched_at: now,
  };
}

/** Is this the screen as it stands for nobody in particular? Then no time limit runs. */
export function isFresh(path: NumberPath, first: Lang): boolean {
  return (
    path.step.at === 'start' &&
    !path.step.chosen &&
    path.language === first &&
    path.contrast === 'normal' &&
    !path.listening
  );
}

/** How long may this path rest? Null while something is being fetched, or when nothing would change. */
export function limitOf(path: NumberPath, first: Lang): Limit | null {
  return isFresh(path, first) ? null : LIMITS[path.step.at];
}

/** One event; late answers to requests that are no longer waited for change nothing. */
export function advance(path: NumberPath, event: PathEvent, first: Lang, now: number): NumberPath {
  if (event.kind === 'time_passed') {
    return patience(limitOf(path, first), path.touched_at, now).state === 'over'
      ? freshPath(first, now)
      : path;
  }
  const touched = { ...path, touched_at: now };
  switch (event.kind) {
    case 'touched':
      return touched;
    case 'language_chosen':
      return { ...touched, language: event.language };
    case 'contrast_switched':
      return { ...touched, contrast: path.contrast === 'high' ? 'normal' : 'high' };
    case 'listening_switched':
      return { ...touched, listening: !path.listening };
    case 'errand_put_first':
      return path.step.at === 'errands' && path.step.chosen.includes(event.service)
        ? { ...touched, first: path.first === event.service ? null : event.service }
        : path;
    case 'done':
      return freshPath(first, now);
    default: {
      const step = nextStep(path.step, event);
      return step === path.step ? path : { ...touched, step, first: firstIn(step, path.first) };
    }
  }
}

/** What was put first, as long as it is one of several. */
function firstIn(step: Step, first: string | null): string | null {
  if (step.at !== 'errands') return step.at === 'start' && !step.chosen ? null : first;
  return step.chosen.length > 1 && step.chosen.includes(first ?? '') ? first : null;
}

/** The chosen services as they are asked for: what must come first stands first. */
export function inOrder(chosen: readonly string[], first: string | null): readonly string[] {
  return first === null ? chosen : [first, ...chosen.filter((each) => each !== first)];
}

type StepEvent = Exclude<
  PathEvent,
  {
    kind:
      | 'touched'
      | 'language_chosen'
      | 'contrast_switched'
      | 'listening_switched'
      | 'errand_put_first'
      | 'done'
      | 'time_passed';
  }
>;

function nextStep(step: Step, event: StepEvent): Step {
  switch (event.kind) {
    case 'agency_chosen':
      return step.at === 'start' ? { ...step, at: 'agency', agency: event.agency } : step;
    case 'service_chosen':
      return step.at === 'agency' ? withErrand(step.chosen ?? [], event.service) : step;
    case 'errand_wanted':
      return step.at === 'errands' && step.chosen.length < MOST_ERRANDS
        ? { at: 'start', chosen: step.chosen }
        : step;
    case 'errand_removed':
      return step.at === 'errands' ? withoutErrand(step.chosen, event.service) : step;
    case 'number_wanted':
      return step.at === 'errands' ? { at: 'taking', chosen: step.chosen, id: event.id } : step;
    case 'issued':
      return step.at === 'taking' && step.id === event.id
        ? { at: 'number', ticket: event.ticket }
        : step;
    case 'number_given_up':
      return step.at === 'number' ? { at: 'cancelling', ticket: step.ticket, id: event.id } : step;
    case 'missed_opened':
      return step.at === 'start' && !step.chosen ? { at: 'missed' } : step;
    case 'return_chosen':
      return step.at === 'missed'
        ? {
            at: 'returning',
            ticket_id: event.ticket_id,
            number: event.number,
            id: event.id,
          }
        : step;
    case 'pass_chosen':
      return step.at === 'missed'
        ? { at: 'passing', ticket_id: event.ticket_id, number: event.number, id: event.id }
        : step;
    case 'accepted':
      if (step.at === 'passing' && step.id === event.id) {
        return { at: 'passed', number: step.number };
      }
      if (step.at === 'cancelling' && step.id === event.id) return { at: 'cancelled' };
      if (step.at === 'returning' && step.id === event.id) {
        return { at: 'returned', number: step.number };
      }
      return step;
    case 'refused':
      return refusedStep(step, event);
    case 'help_called':
      // Somebody who waits for an answer or reads their number keeps it on the screen.
      return ['start', 'agency', 'errands', 'refused'].includes(step.at) ? { at: 'help' } : step;
    case 'back':
      return backFrom(step);
  }
}

function refusedStep(
  step: Step,
  event: {
    id: string;
    code: RefusalCode;
    instead?: Instead | null;
    opens_at?: string | null;
  },
): Step {
  if (step.at === 'taking' && step.id === event.id) {
    const instead = event.instead ? { instead: event.instead } : {};
    const opens = event.opens_at ? { opens_at: event.opens_at } : {};
    // Of several matters one may be possible without the other: none that was chosen is lost.
    const back: Step =
      step.chosen.length > 1 ? { at: 'errands', chosen: step.chosen } : { at: 'start' };
    return { at: 'refused', code: event.code, ...instead, ...opens, back };
  }
  if ((step.at === 'returning' || step.at === 'passing') && step.id === event.id) {
    return { at: 'refused', code: event.code, back: { at: 'missed' } };
  }
  // The number is already called or gone: it stays on the screen rather than vanish untold.
  if (step.at === 'cancelling' && step.id === event.id)
    return { at: 'number', ticket: step.ticket };
  return step;
}

/** So many matters one number is good for. */
export const MOST_ERRANDS = 4;

function withErrand(chosen: readonly string[], service: string): Step {
  return { at: 'errands', chosen: chosen.includes(service) ? chosen : [...chosen, service] };
}

function withoutErrand(chosen: readonly string[], service: string): Step {
  const left = chosen.filter((each) => each !== service);
  return left.length > 0 ? { at: 'errands', chosen: left } : { at: 'start' };
}

/** The agencies and services that are left to choose. */
export function notChosen(
  agencies: readonly AgencyOffer[],
  chosen: readonly string[] = [],
): readonly AgencyOffer[] {
  if (chosen.length === 0) return agencies;
  return agencies
    .map((offer) => ({
      ...offer,
      services: offer.services.filter(({ service }) => !chosen.includes(service)),
    }))
    .filter((offer) => offer.services.length > 0);
}

/** A service by its code, undefined when the point no longer offers it. */
export function serviceOf(
  state: Pick<WaitingAreaState, 'agencies'>,
  code: string,
): ServiceOffer | undefined {
  return state.agencies.flatMap(({ services }) => services).find(({ service }) => service === code);
}

/** How many minutes the chosen matters last together, without any wait; 0: one is not known. */
export function lastTogether(
  state: Pick<WaitingAreaState, 'agencies'>,
  chosen: readonly string[],
): number {
  const minutes = chosen.map((code) => serviceOf(state, code)?.minutes ?? 0);
  return minutes.includes(0) ? 0 : minutes.reduce((sum, each) => sum + each, 0);
}

function backFrom(step: Step): Step {
  switch (step.at) {
    case 'start':
      return step.chosen ? { at: 'errands', chosen: step.chosen } : step;
    case 'agency':
      return step.chosen ? { at: 'start', chosen: step.chosen } : { at: 'start' };
    case 'errands':
      return withoutErrand(step.chosen, step.chosen.at(-1) ?? '');
    case 'missed':
    case 'help':
      return { at: 'start' };
    case 'refused':
      return step.back;
    default:
      return step;
  }
}

/** What stands in the way of numbers at the whole point, whoever the agency is. */
export type Obstacle = 'offline' | 'closed' | 'booking_day' | null;

/** Can anybody take a number here now? */
export function obstacle(state: Pick<WaitingAreaState, 'online' | 'day_mode'>): Obstacle {
  if (!state.online) return 'offline';
  if (state.day_mode === 'closed') return 'closed';
  if (state.day_mode === 'booking') return 'booking_day';
  return null;
}

/** How many matters are to be done with this number? */
export function errandsOf(ticket: TicketIssued): number {
  return 1 + (ticket.more?.length ?? 0);
}

/** Must it be said before the number that the paper cannot be had here? */
export function paperMissing(service: ServiceOffer, can_print: boolean): boolean {
  return Boolean(service.needs_print) && !can_print;
}

const PAPER_COMES = new Set(['ready', 'busy', 'paper_low', 'supplies_low']);

/** Does the number come on paper? If not, the visitor is asked to remember it. */
export function paperComes(printer: WaitingAreaState['printer']): boolean {
  return printer !== null && PAPER_COMES.has(printer);
}

/** The agency by its code, undefined when the point no longer offers it. */
export function agencyOf(
  state: Pick<WaitingAreaState, 'agencies'>,
  code: string,
): AgencyOffer | undefined {
  return state.agencies.find((offer) => offer.agency === code);
}
