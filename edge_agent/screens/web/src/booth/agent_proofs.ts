// Who vouches for this page's certificate, and checks the clerk's? The device's agent does both.
import { type Checker, NotProven, type Prover } from '@etapiste/web/room';
import { newId } from '@etapiste/web/wire';
import type { ScreenLink } from '../state/screen_link.ts';

const ANSWER_MS = 5_000;

type Asking = Pick<ScreenLink<unknown>, 'ask'>;

/** Has the agent sign our fingerprint with the device's key. */
export function agentProver(link: Asking): Prover {
  return {
    async prove(what) {
      const answer = await link.ask({ type: 'prove', id: newId(), ...what }, ANSWER_MS);
      if (answer?.type !== 'proof') throw new Error('the agent did not vouch');
      return { proof: answer.proof, statement: answer.statement };
    },
  };
}

/** Has the agent check the other side's proof against the issuers that it trusts. */
export function agentChecker(link: Asking): Checker {
  return {
    async check(signal, fingerprint) {
      const answer = await link.ask({ type: 'check', id: newId(), signal, fingerprint }, ANSWER_MS);
      if (answer?.type !== 'checked') throw new Error('the agent did not check');
      if (!answer.ok) throw new NotProven(answer.reason || 'not_proven');
    },
  };
}
