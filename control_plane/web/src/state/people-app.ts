// The page of people as a whole, without its looks: who is there, what is asked, what was refused.

import { Store } from '@etapiste/web/state';
import { type Api, Refusal } from './api.ts';
import { MANAGERS } from './entry.ts';
import type {
  Agency,
  BroughtIn,
  NewPerson,
  PasswordLink,
  Person,
  PersonChange,
  Role,
  Session,
  SheetLine,
} from './types.ts';

export type PeoplePhase =
  | 'loading'
  | 'ready'
  | 'signed_out'
  | 'not_allowed'
  | 'factor_needed'
  | 'failed';

export class PeopleApp {
  readonly phase = new Store<PeoplePhase>('loading');
  readonly session = new Store<Session | null>(null);
  readonly people = new Store<readonly Person[]>([]);
  readonly mayGive = new Store<readonly Role[]>([]);
  readonly agencies = new Store<readonly Agency[]>([]);
  /** Something was asked and is not answered yet. */
  readonly busy = new Store(false);
  /** The last «no», until something else is asked. */
  readonly refusal = new Store<Refusal | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async start(): Promise<void> {
    this.phase.set('loading');
    try {
      const session = await this.#api.session();
      this.session.set(session);
      if (!session.roles.some((role) => MANAGERS.includes(role))) {
        this.phase.set('not_allowed');
        return;
      }
      this.agencies.set(await this.#api.agencies());
      await this.#readPeople();
      this.phase.set('ready');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#failed(error);
    }
  }

  async signOut(): Promise<void> {
    await this.#do(() => this.#api.signOut());
    this.phase.set('signed_out');
  }

  /** Each gives null when it was refused. */
  add = (person: NewPerson): Promise<Person | null> =>
    this.#do(async () => this.#put(await this.#api.addPerson(person)));
  change = (id: string, change: PersonChange): Promise<Person | null> =>
    this.#do(async () => this.#put(await this.#api.changePerson(id, change)));
  end = (id: string): Promise<Person | null> =>
    this.#do(async () => this.#put(await this.#api.endPerson(id)));
  resetFactor = (person: Person): Promise<Person | null> =>
    this.#do(async () => {
      await this.#api.resetSecondFactor(person.id);
      return this.#put({ ...person, has_factor: false });
    });
  makeLink = (id: string): Promise<PasswordLink | null> =>
    this.#do(async () => {
      const link = await this.#api.passwordLink(id);
      const person = this.people.get().find((each) => each.id === id);
      if (person) this.#put({ ...person, link_until: link.expires_at });
      return link;
    });
  preview = (text: string): Promise<readonly SheetLine[] | null> =>
    this.#do(async () => (await this.#api.previewSheet(text)).lines);
  bring = (text: string): Promise<BroughtIn | null> =>
    this.#do(async () => {
      const done = await this.#api.bringSheet(text);
      await this.#readPeople();
      return done;
    });

  async #readPeople(): Promise<void> {
    const { people, may_give } = await this.#api.people();
    this.people.set(people);
    this.mayGive.set(may_give);
  }

  #put(person: Person): Person {
    const others = this.people.get().filter(({ id }) => id !== person.id);
    const all = [...others, person];
    this.people.set(all.sort((one, other) => (one.username < other.username ? -1 : 1)));
    return person;
  }

  async #do<T>(ask: () => Promise<T>): Promise<T | null> {
    if (this.busy.get()) return null;
    this.busy.set(true);
    this.refusal.set(null);
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) this.#failed(error);
      else this.refusal.set(error);
      return null;
    } finally {
      this.busy.set(false);
    }
  }

  #failed({ status, code }: Refusal): void {
    if (status === 401) this.phase.set('signed_out');
    else if (code === 'second_factor_needed') this.phase.set('factor_needed');
    else this.phase.set(code === 'not_allowed' ? 'not_allowed' : 'failed');
  }
}
