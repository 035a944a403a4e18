// How do touches become requests to the agent, and answers the next step?
import type { Lang } from '@etapiste/web/i18n';
import { Store } from '@etapiste/web/state';
import { advance, freshPath, inOrder, type NumberPath, type PathEvent } from './number_path.ts';
import type { ScreenLink } from './screen_link.ts';
import type { Answer, Asked, WaitingAreaState } from './wire.ts';

// The agent itself gives up before this and says why; only a dead agent leaves us without a word.
const ANSWER_MS = 20_000;

export interface NumberDesk {
  path: Store<NumberPath>;
  happened(event: PathEvent): void;
  takeNumber(): Promise<void>;
  giveUp(ticket_id: string): Promise<void>;
  returnWith(ticket_id: string, number: number): Promise<void>;
  letPass(ticket_id: string, number: number): Promise<void>;
  callHelp(): void;
}

/** The visitor's path at one screen. */
export function numberDesk(options: {
  link: Pick<ScreenLink<WaitingAreaState>, 'ask' | 'say' | 'state'>;
  now: () => number;
  newId: () => string;
}): NumberDesk {
  const { link, now, newId } = options;
  const first = (): Lang => link.state?.languages?.[0] ?? 'fi';
  const path = new Store<NumberPath>(freshPath(first(), now()));

  function happened(event: PathEvent) {
    path.update((before) => advance(before, event, first(), now()));
  }

  function answered(id: string, answer: Answer | null) {
    switch (answer?.type) {
      case 'taken':
        return happened({ kind: 'issued', id, ticket: answer.ticket });
      case 'accepted':
        return happened({ kind: 'accepted', id });
      case 'refused':
        return happened({
          kind: 'refused',
          id,
          code: answer.code,
          instead: answer.instead ?? null,
          opens_at: answer.opens_at ?? null,
        });
      default:
        return happened({ kind: 'refused', id, code: 'offline' });
    }
  }

  async function ask(message: Asked) {
    answered(message.id, await link.ask(message, ANSWER_MS));
  }

  return {
    path,
    happened,
    async takeNumber() {
      const id = newId();
      happened({ kind: 'number_wanted', id });
      const { step, language, first: before } = path.get();
      if (step.at !== 'taking' || step.id !== id) return;
      const [service, ...more] = inOrder(step.chosen, before);
      const in_order = before !== null;
      if (service) await ask({ type: 'take', id, service, language, more, in_order });
    },
    async giveUp(ticket_id) {
      const id = newId();
      happened({ kind: 'number_given_up', id });
      const { step } = path.get();
      if (step.at === 'cancelling' && step.id === id) await ask({ type: 'cancel', id, ticket_id });
    },
    async returnWith(ticket_id, number) {
      const id = newId();
      happened({ kind: 'return_chosen', ticket_id, number, id });
      const { step } = path.get();
      if (step.at === 'returning' && step.id === id) await ask({ type: 'return', id, ticket_id });
    },
    async letPass(ticket_id, number) {
      const id = newId();
      happened({ kind: 'pass_chosen', ticket_id, number, id });
      const { step } = path.get();
      if (step.at === 'passing' && step.id === id) await ask({ type: 'pass', id, ticket_id });
    },
    callHelp() {
      link.say({ type: 'help' });
      happened({ kind: 'help_called' });
    },
  };
}
