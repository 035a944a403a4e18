// What crosses the wire, as `shared/*.py` defines it. Generated types under their own names.

import type { components } from './generated/wire.d.ts';

type Schemas = components['schemas'];

export type Participant = Schemas['Participant'];
export type Signal = Schemas['Signal'];
export type IceServer = Schemas['IceServer'];
export type Announced = Schemas['Announced'];
export type PrintOffer = Schemas['PrintOffer'];
export type PrintProgress = Schemas['PrintProgress'];
export type PrintState = Schemas['PrintState'];
export type StillTaken = Schemas['StillTaken'];
export type TransferReceived = Schemas['TransferReceived'];
export type SetBooth = Schemas['SetBooth'];
export type BoothState = Schemas['BoothState'];
export type MediaDevice = Schemas['MediaDevice'];
export type NoteOffer = Schemas['NoteOffer'];
export type NoteProgress = Schemas['NoteProgress'];
export type NoteHere = Schemas['NoteHere'];
export type NoteState = Schemas['NoteState'];
export type Ping = Schemas['Ping'];
export type Pong = Schemas['Pong'];
export type KeyStatement = Schemas['KeyStatement'];
export type FingerprintProof = Schemas['FingerprintProof'];
export type PeripheralStatus = Schemas['PeripheralStatus'];
export type Condition = Schemas['Condition'];
export type Port = Schemas['Port'];
export type Outcome = Schemas['Outcome'];
export type TicketIssued = Schemas['TicketIssued'];
export type RefusalCode = Schemas['RefusalCode'];
export type Readiness = Schemas['Readiness'];
export type Instead = Schemas['Instead'];
export type InsteadWay = Schemas['InsteadWay'];
export type ServiceState = Schemas['ServiceState'];
export type AgencyOffer = Schemas['AgencyOffer'];
export type ServiceOffer = Schemas['ServiceOffer'];
export type WaitRange = Schemas['WaitRange'];

export type FromClerk =
  | PrintOffer
  | Schemas['PrintCancel']
  | Schemas['TakeStill']
  | TransferReceived
  | SetBooth
  | NoteOffer
  | Schemas['NoteWithdraw']
  | Schemas['NoteRead']
  | Ping
  | Pong;
export type FromBooth =
  | PrintProgress
  | StillTaken
  | TransferReceived
  | BoothState
  | NoteProgress
  | NoteHere
  | Ping
  | Pong;

/** The conditions in which a peripheral still does its work (`shared.telemetry.USABLE`). */
export const USABLE: readonly Condition[] = ['ready', 'busy', 'paper_low', 'supplies_low'];

/** The bounds of a note for the next clerk (`shared.notes`). */
export const MAX_NOTE = 600;
export const MAX_NOTE_LINES = 12;

/** A fresh UUIDv7 (RFC 9562 §5.7): whoever wishes something makes its id. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now >>> 0);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** When a UUIDv7 was made, in ms since 1970. */
export function idTime(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
