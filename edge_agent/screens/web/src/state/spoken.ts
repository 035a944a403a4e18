// What does a step say to somebody who listens instead of reading?
import type { Lang } from '@etapiste/web/i18n';
import { generalWait, whyGrew } from '../messages/waiting.ts';
import type { WaitingAreaMessages } from '../messages/waiting_area.ts';
import { calledList } from './calls.ts';
import { insteadWords, opensNext, otherService, shutOf } from './doors.ts';
import {
  agencyOf,
  errandsOf,
  lastTogether,
  MOST_ERRANDS,
  type NumberPath,
  notChosen,
  obstacle,
  paperComes,
  paperMissing,
  serviceOf,
} from './number_path.ts';
import type { AgencyOffer, ServiceOffer, TicketIssued, WaitingAreaState } from './wire.ts';

// The agent speaks at most this much at a time.
const LONGEST = 1_000;

/** The same as the screen shows, in the order in which it stands there. */
export function spokenStep(
  path: NumberPath,
  state: WaitingAreaState,
  words: WaitingAreaMessages,
): string {
  return sentences(parts(path, state, words)).slice(0, LONGEST);
}

/** What can honestly be said of the wait. */
export function waitWords(ticket: TicketIssued, words: WaitingAreaMessages): string[] {
  const before = ticket.before === 0 ? words.next_in_line : words.before_you(ticket.before);
  if (ticket.at_once) return [words.at_once, before];
  return ticket.wait
    ? [words.wait_range(ticket.wait.low_min, ticket.wait.high_min), before]
    : [words.wait_unknown, before];
}

/** Until everything is done, where several matters have one number and that can be told. */
export function totalWords(ticket: TicketIssued, words: WaitingAreaMessages): string {
  const { total } = ticket;
  return total ? words.errands.total(total.low_min, total.high_min) : '';
}

function generalWords(lang: Lang, state: WaitingAreaState): string[] {
  if (!state.wait || calledList(state.called, 0).now.length > 0) return [];
  return [generalWait[lang](state.wait), whyGrew(lang, state.wait_because) ?? ''];
}

/** In which order, and how long together. */
export function orderWords(
  path: NumberPath,
  state: WaitingAreaState,
  chosen: readonly string[],
  words: WaitingAreaMessages,
): string[] {
  if (chosen.length < 2) return [];
  const first = path.first && serviceOf(state, path.first)?.name[path.language];
  const together = lastTogether(state, chosen);
  return [
    first ? words.errands.first_about(first) : words.errands.any_order,
    together > 0 ? words.errands.lasts(together) : '',
  ];
}

function parts(path: NumberPath, state: WaitingAreaState, words: WaitingAreaMessages): string[] {
  const lang: Lang = path.language;
  const { step } = path;
  switch (step.at) {
    case 'errands':
      return [
        words.errands.title,
        words.errands.lead(step.chosen.length),
        ...step.chosen.map((code) => serviceOf(state, code)?.name[lang] ?? ''),
        ...orderWords(path, state, step.chosen, words),
        step.chosen.length < MOST_ERRANDS ? words.errands.add : words.errands.full,
        words.errands.take,
      ];
    case 'start': {
      const hindrance = obstacle(state);
      if (hindrance !== null) {
        const told = hindrance === 'offline' ? words.offline(null) : words[hindrance];
        const opens =
          hindrance === 'offline' ? '' : opensNext(lang, state, { ...state, readiness: hindrance });
        return [told.title, told.text, opens];
      }
      const left = notChosen(state.agencies, step.chosen);
      const agencies = left.map((offer) => {
        const shut = shutOf(offer);
        return shut ? `${offer.name[lang]}: ${words.shut.now[shut.readiness]}` : offer.name[lang];
      });
      if (step.chosen) return [words.errands.what_else, ...agencies, words.back];
      const stopped = (state.interrupted ?? []).map(
        ({ name, way }) => `${words.shut.waiting(name[lang])} ${words.shut.instead[way]}`,
      );
      return [
        ...stopped,
        words.welcome,
        ...generalWords(lang, state),
        words.what_about,
        ...agencies,
        words.no_idea,
      ];
    }
    case 'agency': {
      const offer = agencyOf(state, step.agency);
      if (!offer) return [words.agency_gone.title, words.agency_gone.text];
      const name = offer.name[lang];
      const shut = shutOf(offer);
      if (shut) {
        const told = words.shut.told[shut.readiness](name);
        return [
          told.title,
          told.text,
          opensNext(lang, state, shut),
          shut.instead ? insteadWords(words.shut, shut, null) : '',
        ];
      }
      return [
        words.choose_service(name),
        ...(notChosen([offer], step.chosen)[0]?.services ?? []).flatMap((service) =>
          spokenService(offer, service, state, words, lang),
        ),
      ];
    }
    case 'taking':
      return [words.taking, words.wait_moment];
    case 'number':
      return [
        words.wait_for(step.ticket.number),
        ...waitWords(step.ticket, words),
        errandsOf(step.ticket) > 1 ? words.errands.same_number(errandsOf(step.ticket)) : '',
        totalWords(step.ticket, words),
        paperComes(state.printer) ? words.paper_below : words.no_paper(step.ticket.number),
      ];
    case 'cancelling':
      return [words.cancelling, words.wait_moment];
    case 'cancelled':
      return [words.cancelled.title, words.cancelled.text];
    case 'missed':
      return [
        words.missed_title,
        words.missed_text,
        ...state.missed.map((missed) => words.my_number_is(missed.number)),
        ...state.called
          .filter(({ missed }) => !missed)
          .map(({ number }) => words.pass_with(number)),
      ];
    case 'passing':
      return [words.passing, words.wait_moment];
    case 'passed': {
      const told = words.passed(step.number);
      return [told.title, told.text];
    }
    case 'returning':
      return [words.returning, words.wait_moment];
    case 'returned': {
      const told = words.returned(step.number);
      return [told.title, told.text];
    }
    case 'refused': {
      const told = words.refusals[step.code];
      const { instead, opens_at } = step;
      return [
        told.title,
        told.text,
        opensNext(lang, state, { opens_at: opens_at ?? null, readiness: step.code }),
        instead ? words.shut.instead[instead.way] : '',
      ];
    }
    case 'help':
      return [words.help_called.title, words.help_called.text];
  }
}

function spokenService(
  offer: AgencyOffer,
  service: ServiceOffer,
  state: WaitingAreaState,
  words: WaitingAreaMessages,
  lang: Lang,
): string[] {
  const shut = shutOf(offer, service.service);
  if (shut) {
    const instead = insteadWords(words.shut, shut, otherService(offer, shut));
    return [`${service.name[lang]}: ${words.shut.now[shut.readiness]}`, instead];
  }
  return [
    service.name[lang],
    words.minutes(service.minutes),
    service.needs?.[lang] ?? '',
    paperMissing(service, state.can_print) ? `${words.no_print} ${words.no_print_instead}` : '',
  ];
}

function sentences(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => (/[.!?:]$/.test(text) ? text : `${text}.`))
    .join(' ');
}
