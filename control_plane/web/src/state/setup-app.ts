// The setup page as a whole, without its looks: what stands there, what is changed, what is refused.

import { Store } from '@etapiste/web/state';
import { type Api, Refusal } from './api.ts';
import { type Content, found, type Thing, type ThingName } from './setup.ts';
import type { Claim, Session, SetupChange, SetupView, Step, StepView } from './types.ts';

export type SetupPhase = 'loading' | 'ready' | 'signed_out' | 'not_allowed' | 'failed';

export class SetupApp {
  readonly phase = new Store<SetupPhase>('loading');
  readonly session = new Store<Session | null>(null);
  readonly view = new Store<SetupView | null>(null);
  readonly changes = new Store<readonly SetupChange[]>([]);
  readonly steps = new Store<readonly StepView[] | null>(null);
  /** Something was asked and is not answered yet. */
  readonly busy = new Store(false);
  /** The last «no», until it has been read. */
  readonly refusal = new Store<Refusal | null>(null);
  readonly left = new Store(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async start(): Promise<void> {
    this.phase.set('loading');
    try {
      this.session.set(await this.#api.session());
      await this.#look();
      this.phase.set('ready');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const phases: Record<number, SetupPhase> = { 401: 'signed_out', 403: 'not_allowed' };
      // Whoever needs a second factor sets it right after signing in.
      const out = error.code === 'second_factor_needed';
      this.phase.set(out ? 'signed_out' : (phases[error.status] ?? 'failed'));
    }
  }

  async signOut(): Promise<void> {
    this.left.set(true);
    await this.#do(() => this.#api.signOut());
    this.phase.set('signed_out');
  }

  /** Brings a thing to `content`, null takes it away; false when it was refused. */
  put(thing: ThingName & { known: string }, content: Content | null): Promise<boolean> {
    return this.#do(() => this.#api.putThing(thing, thing.known, content));
  }

  undo = (change: SetupChange) => this.#do(() => this.#api.undoSetup(change.id));

  /** The file for a device, which is shown once; null when it was refused. */
  async claim(name: string): Promise<Claim | null> {
    let made: Claim | null = null;
    await this.#do(async () => {
      made = await this.#api.claimDevice(name);
    });
    return made;
  }

  async openSteps(point: string): Promise<void> {
    this.steps.set(null);
    await this.#do(async () => this.steps.set((await this.#api.pointSteps(point)).steps));
  }

  tick = (point: string, step: Step, on: boolean) =>
    this.#do(async () => this.steps.set((await this.#api.tickStep(point, step, on)).steps));

  /** What somebody else made of a thing meanwhile; null: it is no more. */
  theirs(thing: ThingName): Thing | null {
    const view = this.view.get();
    return view && found(view, thing);
  }

  async #look(): Promise<void> {
    const [view, changes] = await Promise.all([this.#api.setup(), this.#api.setupChanges()]);
    this.view.set(view);
    this.changes.set(changes);
  }

  async #do(ask: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.get()) return false;
    this.busy.set(true);
    this.refusal.set(null);
    let refused: Refusal | null = null;
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused = error;
    }
    try {
      // Also after a «no»: it may stand otherwise than this page thought.
      if (refused?.status !== 401 && !this.left.get()) await this.#look();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused ??= error;
    }
    this.busy.set(false);
    if (refused?.status === 401) this.phase.set('signed_out');
    else this.refusal.set(refused);
    return refused === null;
  }
}
