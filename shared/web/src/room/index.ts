// The room of a visit, as a page sees it.

export { ControlChannel, type ControlMessage } from './control.ts';
export * from './documents.ts';
export { NotProven } from './jws.ts';
export { SignalOutbox } from './outbox.ts';
export { Pair, type PairPhase, type PairView } from './pair.ts';
export { meet, offers, ofOneDevice, RANK } from './participants.ts';
export { type Heard, Room, type RoomOptions } from './room.ts';
export * from './session-key.ts';
export {
  type Checker,
  IssuerChecker,
  type Parties,
  type Prover,
  SessionKeyProver,
  type Vouched,
  type WhatToProve,
} from './trust.ts';
