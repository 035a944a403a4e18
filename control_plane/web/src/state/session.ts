// Who is signed in here, and with which key does this browser vouch for itself?

import {
  forgetSessionKey,
  IssuerChecker,
  loadSessionKey,
  makeSessionKey,
  publicJwk,
  type SessionKey,
  SessionKeyProver,
  saveSessionKey,
} from '@etapiste/web/room';
import type { Api } from './api.ts';
import type { ServerClock } from './clock.ts';
import type { Session } from './types.ts';

/** A statement that would end within the visit is made anew. */
const SPARE_S = 3600;

export interface Credentials {
  /** As whom this clerk enters a room: of the own visit, or asked into a colleague's. */
  prover: (me: 'clerk' | 'colleague') => SessionKeyProver;
  checker: IssuerChecker;
}

/** Fetches the issuers and has this browser's key certified, unless it still is from before. */
export async function credentials(
  api: Api,
  session: Session,
  clock: ServerClock,
): Promise<Credentials> {
  const trust = await api.trust();
  clock.heard(trust.server_time);
  const key = await certifiedKey(api, session, clock);
  return {
    prover: (me) => new SessionKeyProver(me, key.pair.privateKey, key.statement, clock.now),
    checker: new IssuerChecker(trust.issuers['keys'] as JsonWebKey[], clock.now),
  };
}

async function certifiedKey(api: Api, session: Session, clock: ServerClock): Promise<SessionKey> {
  const kept = await loadSessionKey();
  const mine = kept?.staffId === session.staff_id ? kept : null;
  if (mine?.statement && mine.expiresAt - SPARE_S > clock.now() / 1000) {
    // A statement of another sign-in is not the one that this session may use.
    if (session.key_statement === mine.statement) return mine;
  }
  const key = mine ?? (await makeSessionKey(session.staff_id));
  const { statement, expires_at } = await api.certifyKey(await publicJwk(key));
  const certified = { ...key, statement, expiresAt: Date.parse(expires_at) / 1000 };
  await saveSessionKey(certified);
  return certified;
}

export async function signOut(api: Api): Promise<void> {
  await forgetSessionKey();
  await api.signOut();
}
