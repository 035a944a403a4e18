// The clerk's page as a whole, without its looks: session, snapshots, the visit's room, actions.

import type { Lang } from '@etapiste/web/i18n';
import { SignalOutbox } from '@etapiste/web/room';
import { Store } from '@etapiste/web/state';
import type { Outcome } from '@etapiste/web/wire';
import { type Api, Refusal } from './api.ts';
import type { ServerClock } from './clock.ts';
import { ConsultRoom } from './consult-room.ts';
import { LinkRoom } from './link-room.ts';
import { Live } from './live.ts';
import type { OwnMedia } from './own-media.ts';
import { inRoom } from './rules.ts';
import { type Credentials, credentials, signOut } from './session.ts';
import type {
  AskColleague,
  Colleague,
  ConsultCall,
  ConsultTargets,
  Desk,
  Link,
  OwnState,
  ParkReason,
  RejectReason,
  Session,
  TransferTargets,
  TransferTo,
  Visit,
  Why,
} from './types.ts';
import { type RoomNeeds, VisitRoom } from './visit-room.ts';

export type Phase = 'loading' | 'ready' | 'signed_out' | 'not_allowed' | 'elsewhere' | 'failed';

export type Doing =
  | 'next'
  | 'store_next'
  | 'accept'
  | 'reject'
  | 'call'
  | 'recall'
  | 'arrived'
  | 'no_show'
  | 'withdraw'
  | 'hold'
  | 'end'
  | 'transfer'
  | 'park'
  | 'another_booth'
  | 'let_pass'
  | 'hand_over'
  | 'take_back'
  | 'ask_colleague'
  | 'end_consult'
  | 'hand_on'
  | 'accept_consult'
  | 'refuse_consult'
  | 'leave_consult'
  | 'keep'
  | 'state'
  | 'last_one'
  | 'wrap_up'
  | 'link'
  | 'read';

export class DeskApp {
  readonly phase = new Store<Phase>('loading');
  readonly session = new Store<Session | null>(null);
  readonly desk = new Store<Desk | null>(null);
  readonly room = new Store<VisitRoom | null>(null);
  /** Of a colleague's visit, into which this clerk was asked. */
  readonly consult = new Store<ConsultRoom | null>(null);
  /** Of the own picture that stands in a booth. */
  readonly link = new Store<LinkRoom | null>(null);
  /** What was asked and is not answered yet. */
  readonly doing = new Store<Doing | null>(null);
  /** The last «no», until the clerk has read it. */
  readonly refusal = new Store<Refusal | null>(null);
  /** Signed out by the person, not by time. */
  readonly left = new Store(false);
  readonly live: Live<Desk>;
  readonly #api: Api;
  readonly #clock: ServerClock;
  readonly #media: OwnMedia;
  readonly #signals: SignalOutbox;
  #credentials: Credentials | null = null;
  #heardOf = false;

  constructor(api: Api, clock: ServerClock, media: OwnMedia) {
    this.#api = api;
    this.#clock = clock;
    this.#media = media;
    this.live = new Live<Desk>('desk', {
      snapshot: (desk) => this.#show(desk),
      signal: (signal) => {
        this.room.get()?.receive(signal);
        this.consult.get()?.receive(signal);
        this.link.get()?.receive(signal);
      },
      online: () => this.#signals.flush(),
    });
    this.#signals = new SignalOutbox(this.live.sendSignal);
    this.live.link.subscribe((link) => {
      if (link === 'signed_out') this.#leave('signed_out');
    });
  }

  async start(): Promise<void> {
    this.phase.set('loading');
    try {
      const session = await this.#api.session();
      this.session.set(session);
      if (!session.roles.includes('clerk') || !session.agency) {
        this.phase.set('not_allowed');
        return;
      }
      this.#credentials = await credentials(this.#api, session, this.#clock);
      this.live.start();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Whoever needs a second factor sets it right after signing in.
      const out = error.status === 401 || error.code === 'second_factor_needed';
      this.phase.set(out ? 'signed_out' : 'failed');
    }
  }

  /** Another tab has taken the desk over. */
  yieldToOther(): void {
    this.#leave('elsewhere');
  }

  /** The language is already changed on the page; a later sign-in shall begin with it. */
  async setLanguage(lang: Lang): Promise<void> {
    try {
      await this.#api.setLanguage(lang);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async signOut(): Promise<void> {
    this.left.set(true);
    await this.#do('state', () => signOut(this.#api));
    this.#leave('signed_out');
  }

  next = () => this.#do('next', () => this.#api.next());
  storeNext = (on: boolean) => this.#do('store_next', () => this.#api.storeNext(on));
  openLink = (point: string, booth: string) =>
    this.#do('link', () => this.#api.openLink(point, booth));
  closeLink = (id: string) => this.#do('link', () => this.#api.closeLink(id));
  accept = (offerId: string) => this.#do('accept', () => this.#api.accept(offerId));
  reject = (offerId: string, reason: RejectReason) =>
    this.#do('reject', () => this.#api.reject(offerId, reason));
  call = (ticketId: string, reason: string) =>
    this.#do('call', () => this.#api.call(ticketId, reason));
  /** Why a number stands where it stands; null when that cannot be had now. */
  why = (ticketId: string): Promise<Why | null> =>
    this.#api.why(ticketId).catch((error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    });
  recall = () => this.#doVisit('recall', (visit) => this.#api.recall(visit.id));
  arrived = () => this.#doVisit('arrived', (visit) => this.#api.arrived(visit.id));
  noShow = () => this.#doVisit('no_show', (visit) => this.#api.noShow(visit.id));
  withdraw = () => this.#doVisit('withdraw', (visit) => this.#api.withdraw(visit.id));
  end = (outcome: Outcome) => this.#doVisit('end', (visit) => this.#api.end(visit.id, outcome));
  transfer = (to: TransferTo) =>
    this.#doVisit('transfer', (visit) => this.#api.transfer(visit.id, to));
  park = (reason: ParkReason, minutes: number) =>
    this.#doVisit('park', (visit) => this.#api.park(visit.id, reason, minutes));
  anotherBooth = () => this.#doVisit('another_booth', (visit) => this.#api.anotherBooth(visit.id));
  letPass = () => this.#doVisit('let_pass', (visit) => this.#api.letPass(visit.id));
  callParked = (ticketId: string) => this.#do('call', () => this.#api.callParked(ticketId));
  /** To a colleague, or to the queue. */
  handOver = (ticketId: string, staffId: string | null) =>
    this.#do('hand_over', () => this.#api.handOver(ticketId, staffId));
  takeBack = (ticketId: string) => this.#do('take_back', () => this.#api.takeBack(ticketId));

  /** Where the visitor can be sent; null when that cannot be had now. */
  targets = async (): Promise<TransferTargets | null> => {
    const visit = this.desk.get()?.visit;
    return visit ? this.#lookUp(() => this.#api.targets(visit.id)) : null;
  };

  askColleague = (whom: AskColleague) =>
    this.#doVisit('ask_colleague', (visit) => this.#api.askColleague(visit.id, whom));
  endConsult = () => this.#doVisit('end_consult', (visit) => this.#api.endConsult(visit.id));
  handOn = (on: boolean) => this.#doVisit('hand_on', (visit) => this.#api.handOn(visit.id, on));
  acceptConsult = (id: string) => this.#do('accept_consult', () => this.#api.acceptConsult(id));
  refuseConsult = (id: string) => this.#do('refuse_consult', () => this.#api.refuseConsult(id));
  leaveConsult = (id: string) => this.#do('leave_consult', () => this.#api.leaveConsult(id));
  keepVisit = (id: string) => this.#do('keep', () => this.#api.keepVisit(id));

  /** Whom the clerk could ask in; null when that cannot be had now. */
  consultTargets = async (): Promise<ConsultTargets | null> => {
    const visit = this.desk.get()?.visit;
    return visit ? this.#lookUp(() => this.#api.consultTargets(visit.id)) : null;
  };

  /** To whom a number can be handed over; null when that cannot be had now. */
  colleagues = (): Promise<Colleague[] | null> => this.#lookUp(() => this.#api.colleagues());

  async #lookUp<Found>(ask: () => Promise<Found>): Promise<Found | null> {
    this.refusal.set(null);
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) this.#leave('signed_out');
      return null;
    }
  }

  setState = (state: OwnState, reason = '') =>
    this.#do('state', () => this.#api.setState(state, reason));
  setShift = (until: string | null) => this.#do('state', () => this.#api.setShift(until));
  lastOne = (on: boolean) => this.#do('last_one', () => this.#api.lastOne(on));
  readMessage = (id: string) => this.#do('read', () => this.#api.readMessage(id));
  wrapUp = (action: 'extend' | 'done') => this.#do('wrap_up', () => this.#api.wrapUp(action));

  hold = (on: boolean) =>
    this.#doVisit('hold', async (visit) => {
      // The booth's screen hears it at once; the control plane counts it, or says no.
      this.room.get()?.booth.set({ on_hold: on });
      try {
        await this.#api.hold(visit.id, on);
      } catch (error) {
        this.room.get()?.booth.set({ on_hold: !on });
        throw error;
      }
    });

  #doVisit(doing: Doing, ask: (visit: Visit) => Promise<unknown>): Promise<boolean> {
    const visit = this.desk.get()?.visit;
    return visit ? this.#do(doing, () => ask(visit)) : Promise.resolve(false);
  }

  async #do(doing: Doing, ask: () => Promise<unknown>): Promise<boolean> {
    if (this.doing.get()) return false;
    this.doing.set(doing);
    this.refusal.set(null);
    try {
      await ask();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) this.#leave('signed_out');
      else this.refusal.set(error);
      return false;
    } finally {
      this.doing.set(null);
    }
  }

  #show(desk: Desk): void {
    this.#clock.heard(desk.now);
    // First out of the one room, then into the other: a colleague may have become the clerk.
    this.#leaveLink(desk);
    this.#followConsult(desk.consult);
    this.#follow(desk.visit);
    this.#followLink(desk.link);
    this.desk.set(desk);
    this.phase.set('ready');
    this.#heardOf = true;
  }

  #follow(visit: Visit | null): void {
    const room = this.room.get();
    const wanted = visit && inRoom(visit.state) ? visit : null;
    if (room && room.visitId !== wanted?.id) {
      room.close();
      this.room.set(null);
    }
    if (!wanted || !this.#credentials) return;
    const present = this.room.get();
    if (present) {
      present.follow(wanted);
      return;
    }
    // In the page's first snapshot it is a visit that it was in before it was loaded again.
    const again = !this.#heardOf && wanted.state !== 'preparing';
    const opened = this.link.get()?.handOver();
    this.link.set(null);
    void (opened ? this.#media.openSound() : this.#media.open());
    const needs = this.#needs(this.#credentials, 'clerk');
    this.room.set(new VisitRoom(wanted, needs, { again, opened }));
  }

  /** Out of a link that is no more, unless a visit goes on in its room. */
  #leaveLink({ link, visit }: Desk): void {
    const room = this.link.get();
    if (!room || room.linkId === link?.id) return;
    if (visit && inRoom(visit.state) && visit.room_id === room.roomId) return;
    room.close();
    this.link.set(null);
  }

  #followLink(link: Link | null): void {
    if (!link || !this.#credentials) return;
    const present = this.link.get();
    if (present) {
      present.follow(link);
      return;
    }
    void this.#media.openPicture();
    this.link.set(new LinkRoom(link, this.#needs(this.#credentials, 'clerk')));
  }

  #followConsult(call: ConsultCall | null): void {
    const before = this.consult.get();
    const wanted = call?.room ? { id: call.id, place: call.room } : null;
    if (before && before.consultId !== wanted?.id) {
      before.close();
      this.consult.set(null);
    }
    if (!wanted || !this.#credentials) return;
    const present = this.consult.get();
    if (present) {
      present.follow(wanted.place);
      return;
    }
    void this.#media.open();
    const needs = this.#needs(this.#credentials, 'colleague');
    this.consult.set(new ConsultRoom(wanted.id, wanted.place, needs));
  }

  #needs(credentials: Credentials, me: 'clerk' | 'colleague'): RoomNeeds {
    return {
      prover: credentials.prover(me),
      checker: credentials.checker,
      send: (signal) => this.#signals.send(signal),
      clock: this.#clock,
      media: this.#media,
    };
  }

  #leave(phase: Phase): void {
    this.live.stop();
    this.room.get()?.close();
    this.room.set(null);
    this.consult.get()?.close();
    this.consult.set(null);
    this.link.get()?.close();
    this.link.set(null);
    this.phase.set(phase);
  }
}
