// The upper third: nothing to touch, only where one is and what the step says in large type.
import { Notice } from '@etapiste/web/ui';
import { useEffect, useRef } from 'preact/hooks';
import { generalWait, whyGrew } from '../messages/waiting.ts';
import type { WaitingAreaMessages } from '../messages/waiting_area.ts';
import { calledList } from '../state/calls.ts';
import { agencyOf, type NumberPath, obstacle } from '../state/number_path.ts';
import type { WaitingAreaState } from '../state/wire.ts';
import { Clock } from '../ui/clock.tsx';

interface UpperProps {
  state: WaitingAreaState;
  path: NumberPath;
  words: WaitingAreaMessages;
}

export function Upper({ state, path, words }: UpperProps) {
  const { step, language } = path;
  const heading = useRef<HTMLHeadingElement>(null);
  const seen = useRef(step);
  useEffect(() => {
    // Keyboard and screen reader follow the step; the first drawing takes no focus.
    if (seen.current !== step) heading.current?.focus();
    seen.current = step;
  }, [step]);
  return (
    <header class="upper">
      <div class="place">
        <p class="point">{state.point.name[language]}</p>
        <Clock state={state} lang={language} label={words.clock} />
      </div>
      <div class="question">
        <h1 ref={heading} tabIndex={-1}>
          {title(state, path, words)}
        </h1>
        {step.at === 'number' ? (
          <p class="big-number">{step.ticket.number}</p>
        ) : (
          <UnderTitle state={state} path={path} words={words} />
        )}
        {(state.interrupted ?? []).map(({ name, way }) => (
          <Notice key={name.fi} tone="bad" live="alert" class="interrupted">
            {`${words.shut.waiting(name[language])} ${words.shut.instead[way]}`}
          </Notice>
        ))}
        {state.help === 'called' && step.at !== 'help' ? (
          <Notice tone="good" live="status" class="help-banner">
            {words.help_banner}
          </Notice>
        ) : null}
      </div>
    </header>
  );
}

function title(state: WaitingAreaState, path: NumberPath, words: WaitingAreaMessages): string {
  const { step, language } = path;
  const hindrance = obstacle(state);
  if (hindrance !== null && ['start', 'agency', 'errands'].includes(step.at)) {
    return hindrance === 'offline' ? words.offline(null).title : words[hindrance].title;
  }
  switch (step.at) {
    case 'start':
      return step.chosen ? words.errands.what_else : words.welcome;
    case 'agency':
      return agencyOf(state, step.agency)?.name[language] ?? words.agency_gone.title;
    case 'errands':
      return words.errands.title;
    case 'taking':
      return words.taking;
    case 'number':
      return words.your_number;
    case 'cancelling':
      return words.cancelling;
    case 'cancelled':
      return words.cancelled.title;
    case 'missed':
      return words.missed_title;
    case 'returning':
      return words.returning;
    case 'returned':
      return words.returned(step.number).title;
    case 'passing':
      return words.passing;
    case 'passed':
      return words.passed(step.number).title;
    case 'refused':
      return words.refusals[step.code].title;
    case 'help':
      return words.help_called.title;
  }
}

function UnderTitle({ state, path, words }: UpperProps) {
  const { step, language } = path;
  if (step.at === 'agency' && obstacle(state) === null) {
    const offer = agencyOf(state, step.agency);
    return offer ? <p class="under-title">{offer.about[language]}</p> : null;
  }
  if (step.at === 'errands' && obstacle(state) === null) {
    return <p class="under-title">{words.errands.lead(step.chosen.length)}</p>;
  }
  if (step.at !== 'start' || step.chosen) return null;
  const { now } = calledList(state.called, 0);
  const because = state.wait ? whyGrew(language, state.wait_because) : null;
  if (now.length === 0) {
    return state.online && state.day_mode === 'queue' ? (
      <p class="under-title">
        {words.in_line(state.waiting)}
        {state.wait ? <span class="general-wait">{generalWait[language](state.wait)}</span> : null}
        {because ? <span class="general-wait">{because}</span> : null}
      </p>
    ) : null;
  }
  return (
    <section class="called-now" aria-label={words.called_now}>
      <p class="called-title">{words.called_now}</p>
      <ul>
        {now.slice(0, 2).map((called) => (
          <li key={called.ticket_id}>
            <strong>{called.number}</strong>
            <span>
              <span aria-hidden="true">→ </span>
              {called.booth_name[language]}
              <small>{called.direction[language]}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
