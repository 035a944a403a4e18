// The lower two thirds: what can be chosen in each step.
import { timeOfDay } from '@etapiste/web/i18n';
import type { WaitingAreaMessages } from '../messages/waiting_area.ts';
import { POINT_ZONE } from '../state/clock.ts';
import { opensNext } from '../state/doors.ts';
import type { NumberDesk } from '../state/number_desk.ts';
import { agencyOf, type NumberPath, notChosen, obstacle } from '../state/number_path.ts';
import type { WaitingAreaState } from '../state/wire.ts';
import { Agencies } from './agencies.tsx';
import { Errands } from './errands.tsx';
import { Explained } from './explained.tsx';
import { NumberStep } from './number_step.tsx';
import { ReturnStep } from './return_step.tsx';
import { Services } from './services.tsx';

export interface StepProps {
  state: WaitingAreaState;
  path: NumberPath;
  words: WaitingAreaMessages;
  desk: NumberDesk;
  help: () => void;
}

export function StepView(props: StepProps) {
  const { state: whole, path, words, desk, help } = props;
  const { step } = path;
  const looking = step.at === 'start' || step.at === 'agency';
  const state = looking ? { ...whole, agencies: notChosen(whole.agencies, step.chosen) } : whole;
  const back = { label: words.back, act: () => desk.happened({ kind: 'back' }) };
  const toStart = { label: words.to_start, act: () => desk.happened({ kind: 'done' }) };
  switch (step.at) {
    case 'start':
      return obstacle(state) === null ? (
        <Agencies {...{ state, path, words, desk, help }} />
      ) : (
        <Hindrance {...{ state, path, words, desk, help }} />
      );
    case 'agency':
      if (obstacle(state) !== null) return <Hindrance {...{ state, path, words, desk, help }} />;
      return agencyOf(state, step.agency) ? (
        <Services {...{ state, path, words, desk, help }} agency={step.agency} />
      ) : (
        <Explained text={words.agency_gone.text} tone="warning" choices={[back]} />
      );
    case 'errands':
      return obstacle(state) === null ? (
        <Errands {...{ state, path, words, desk, help }} chosen={step.chosen} />
      ) : (
        <Hindrance {...{ state, path, words, desk, help }} />
      );
    case 'taking':
    case 'cancelling':
    case 'returning':
    case 'passing':
      return <Explained text={words.wait_moment} tone="waiting" choices={[]} />;
    case 'number':
      return <NumberStep {...{ state, path, words, desk, help }} ticket={step.ticket} />;
    case 'cancelled':
      return <Explained text={words.cancelled.text} tone="good" choices={[toStart]} />;
    case 'missed':
      return <ReturnStep {...{ state, path, words, desk, help }} />;
    case 'returned':
      return <Explained text={words.returned(step.number).text} tone="good" choices={[toStart]} />;
    case 'passed':
      return <Explained text={words.passed(step.number).text} tone="good" choices={[toStart]} />;
    case 'refused':
      return (
        <Explained text={refusedWords(step, props)} tone="warning" choices={[back, toStart]} />
      );
    case 'help':
      return <Explained text={words.help_called.text} tone="good" choices={[back]} />;
  }
}

function refusedWords(
  { code, instead, opens_at }: Extract<NumberPath['step'], { at: 'refused' }>,
  { state, path, words }: StepProps,
): string {
  const opens = opensNext(path.language, state, { opens_at: opens_at ?? null, readiness: code });
  const way = instead ? words.shut.instead[instead.way] : '';
  return [words.refusals[code].text, opens, way].filter((each) => each !== '').join(' ');
}

function Hindrance({ state, path, words, desk }: StepProps) {
  const hindrance = obstacle(state);
  if (hindrance === null) return null;
  const told = hindrance === 'offline' ? words.offline(sinceWhen(state, path)) : words[hindrance];
  const choices =
    hindrance === 'offline' || state.missed.length === 0
      ? []
      : [{ label: words.missed_open, act: () => desk.happened({ kind: 'missed_opened' }) }];
  const opens =
    hindrance === 'offline'
      ? ''
      : opensNext(path.language, state, { ...state, readiness: hindrance });
  return (
    <Explained
      text={opens ? `${told.text} ${opens}` : told.text}
      tone="warning"
      choices={choices}
    />
  );
}

function sinceWhen(state: WaitingAreaState, path: NumberPath): string | null {
  return state.offline_since
    ? timeOfDay(state.offline_since, path.language, state.timezone ?? POINT_ZONE)
    : null;
}
