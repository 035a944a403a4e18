// Who vouches for a DTLS certificate, and how is the other side's word checked?

import type { FingerprintProof, KeyStatement, Participant, Signal } from '../wire.ts';
import { importPublicKey, NotProven, openJws, signJws, thumbprint } from './jws.ts';

export const STATEMENT_TYPE = 'etapiste-key+jws';
export const PROOF_TYPE = 'etapiste-fingerprint+jws';

/** A proof is made when a connection starts; older ones are a replay. */
export const PROOF_LIFE_S = 120;

export interface WhatToProve {
  room: string;
  towards: Participant;
  attempt: number;
  fingerprint: string;
}

export interface Vouched {
  proof: string;
  statement: string;
}

/** Signs our own fingerprint: the clerk's session key, or the booth's agent for its screen. */
export interface Prover {
  prove(what: WhatToProve): Promise<Vouched>;
}

/** Checks the other side's proof of `fingerprint`; rejects with `NotProven`. */
export interface Checker {
  check(signal: Signal, fingerprint: string): Promise<void>;
}

/** By whose key each party of a room is known: a device's name, a staff member's pseudonym. */
export type Parties = Partial<Record<Participant, string>>;

export class SessionKeyProver implements Prover {
  readonly #me: Participant;
  readonly #key: CryptoKey;
  readonly #statement: string;
  readonly #now: () => number;

  /** `now` is the server's time in ms: a workstation's own clock may be hours off. */
  constructor(me: Participant, key: CryptoKey, statement: string, now: () => number) {
    this.#me = me;
    this.#key = key;
    this.#statement = statement;
    this.#now = now;
  }

  async prove({ room, towards, attempt, fingerprint }: WhatToProve): Promise<Vouched> {
    const iat = Math.floor(this.#now() / 1000);
    const claims: FingerprintProof = {
      room,
      participant: this.#me,
      towards,
      attempt,
      fingerprint,
      iat,
    };
    return { proof: await signJws(PROOF_TYPE, claims, this.#key), statement: this.#statement };
  }
}

/** Which kind of key each participant must hold. */
function holderOf(participant: Participant): KeyStatement['holder'] {
  return participant === 'booth-screen' || participant === 'booth-agent' ? 'device' : 'staff';
}

export class IssuerChecker implements Checker {
  readonly #issuers: readonly JsonWebKey[];
  readonly #now: () => number;
  readonly #holders = new Map<string, string>();

  constructor(issuers: readonly JsonWebKey[], now: () => number) {
    this.#issuers = issuers;
    this.#now = now;
  }

  /**
   * The same for one room, whose parties are known beforehand: nobody else may sit there.
   * `parties` is looked at anew each time, so that whoever comes in later can be named.
   */
  forRoom(parties: Parties): Checker {
    return {
      check: (signal, fingerprint) => this.check(signal, fingerprint, parties[signal.sender]),
    };
  }

  /** `party`: who alone may hold the key; left out: any certified holder of the right kind. */
  async check(signal: Signal, fingerprint: string, party?: string): Promise<void> {
    const now = this.#now() / 1000;
    const statement = await this.#openStatement(signal.statement ?? '', now);
    const key = await importPublicKey(statement.jwk);
    const opened = await openJws(signal.proof ?? '', PROOF_TYPE, async () => key);
    const proof = opened.claims as Partial<FingerprintProof>;
    const claimed =
      proof.room === signal.room_id &&
      proof.participant === signal.sender &&
      proof.towards === signal.receiver &&
      proof.attempt === signal.attempt;
    if (!claimed) throw new NotProven('wrong_room');
    if (typeof proof.iat !== 'number' || Math.abs(now - proof.iat) > PROOF_LIFE_S) {
      throw new NotProven('expired');
    }
    if (proof.fingerprint !== fingerprint) throw new NotProven('wrong_fingerprint');
    if (statement.holder !== holderOf(signal.sender)) throw new NotProven('wrong_holder');
    if (party === undefined) this.#mustStayTheSame(signal, statement);
    else if (statement.sub !== party) throw new NotProven('another_holder');
  }

  async #openStatement(token: string, now: number): Promise<KeyStatement> {
    const { claims } = await openJws(token, STATEMENT_TYPE, async (header) => {
      for (const jwk of this.#issuers) {
        if ((await thumbprint(jwk)) === header['kid']) return importPublicKey(jwk);
      }
      return null;
    });
    const { sub, holder, jwk, exp } = claims as Partial<KeyStatement>;
    if (typeof sub !== 'string' || typeof exp !== 'number' || !jwk || !holder) {
      throw new NotProven('malformed');
    }
    if (now >= exp) throw new NotProven('expired');
    return { sub, holder, jwk, exp };
  }

  // A booth's screen and agent are of one device, and whoever is not known by name stays.
  #mustStayTheSame(signal: Signal, { sub, holder }: KeyStatement): void {
    const who = `${signal.room_id} ${holder === 'device' ? 'device' : signal.sender}`;
    const before = this.#holders.get(who);
    if (before !== undefined && before !== sub) throw new NotProven('another_holder');
    this.#holders.set(who, sub);
  }
}
