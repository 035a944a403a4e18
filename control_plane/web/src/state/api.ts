// How does a page ask the control plane? Refusals are answers with a code, not failures.

import type { paths } from '@etapiste/web/api';
import type { Lang } from '@etapiste/web/i18n';
import { newId, type Outcome } from '@etapiste/web/wire';
import createClient, { type Client } from 'openapi-fetch';
import type { ThingName } from './setup.ts';
import type {
  AskColleague,
  Choosable,
  NewClosing,
  NewPerson,
  OwnState,
  ParkReason,
  PersonChange,
  PromisesBy,
  RejectReason,
  ReportChoice,
  Session,
  SetupMade,
  Step,
  TransferTo,
} from './types.ts';

/** The control plane said no; `code` has words in every catalogue. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: Record<string, unknown>;

  constructor(code: string, status: number, detail: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

export type Fetch = (request: Request) => Promise<Response>;
export type Pause = (ms: number) => Promise<void>;

const PATIENCE_MS = 15_000;
/** Before each further try of a request whose answer was lost: eight seconds in all. */
const PAUSES_MS = [200, 500, 1000, 2000, 4300];
/** The proxy has nobody behind it now, or who was asked is gone; 503 says the database too. */
const LOST = new Set([502, 503, 504]);

export class Api {
  readonly #client: Client<paths>;
  #csrf = '';

  constructor(
    fetchIt: Fetch = (request) => fetch(request),
    baseUrl = location.origin,
    pause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {
    this.#client = createClient<paths>({
      baseUrl,
      credentials: 'same-origin',
      cache: 'no-store',
      fetch: (request) => persistently(fetchIt, request, pause),
    });
    this.#client.use({
      onRequest: ({ request }) => {
        if (request.method === 'GET') return;
        if (this.#csrf) request.headers.set('X-Etapiste-CSRF', this.#csrf);
        // One wish, one key: a further try of the same request has the effect of one.
        request.headers.set('Idempotency-Key', newId());
      },
    });
  }

  /** `code`: of the second factor, once it was asked for. */
  async signIn(username: string, password: string, code = ''): Promise<Session> {
    const body = { username, password, ...(code ? { code } : {}) };
    return this.#remember(await read(this.#client.POST('/api/v1/session', { body })));
  }

  async session(): Promise<Session> {
    return this.#remember(await read(this.#client.GET('/api/v1/session')));
  }

  signOut = () => read(this.#client.DELETE('/api/v1/session'));
  setLanguage = (language: Lang) =>
    read(this.#client.PUT('/api/v1/session/language', { body: { language } }));
  certifyKey = (jwk: JsonWebKey) =>
    read(this.#client.POST('/api/v1/session/key', { body: { jwk: { ...jwk } } }));

  start = () => read(this.#client.GET('/api/v1/start'));
  trust = () => read(this.#client.GET('/api/v1/trust'));

  promises = (by: PromisesBy, since: string) =>
    read(this.#client.GET('/api/v1/promises/summary', { params: { query: { by, since } } }));

  report = (query: ReportChoice) =>
    read(this.#client.GET('/api/v1/reports/visits', { params: { query } }));

  setState = (state: OwnState, reason = '') =>
    read(this.#client.POST('/api/v1/desk/state', { body: { state, reason } }));
  setShift = (until: string | null) =>
    read(this.#client.PUT('/api/v1/desk/shift', { body: { until } }));
  lastOne = (on: boolean) => read(this.#client.POST('/api/v1/desk/last-one', { body: { on } }));
  wrapUp = (action: 'extend' | 'done') =>
    read(this.#client.POST('/api/v1/desk/wrap-up', { body: { action } }));
  next = () => read(this.#client.POST('/api/v1/desk/next'));
  storeNext = (on: boolean) => read(this.#client.POST('/api/v1/desk/store-next', { body: { on } }));
  openLink = (point: string, booth: string) =>
    read(this.#client.POST('/api/v1/desk/link', { body: { point, booth } }));
  closeLink = (link_id: string) =>
    read(this.#client.POST('/api/v1/desk/link/{link_id}/close', { params: { path: { link_id } } }));
  accept = (offer_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/offers/{offer_id}/accept', {
        params: { path: { offer_id } },
      }),
    );
  reject = (offer_id: string, reason: RejectReason) =>
    read(
      this.#client.POST('/api/v1/desk/offers/{offer_id}/reject', {
        params: { path: { offer_id } },
        body: { reason },
      }),
    );
  call = (ticket_id: string, reason: string) =>
    read(
      this.#client.POST('/api/v1/desk/tickets/{ticket_id}/call', {
        params: { path: { ticket_id } },
        body: { reason },
      }),
    );

  why = (ticket_id: string) =>
    read(this.#client.GET('/api/v1/tickets/{ticket_id}/why', { params: { path: { ticket_id } } }));

  callParked = (ticket_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/parked/{ticket_id}/call', {
        params: { path: { ticket_id } },
      }),
    );
  colleagues = () => read(this.#client.GET('/api/v1/desk/colleagues'));
  handOver = (ticket_id: string, staff_id: string | null) =>
    read(
      this.#client.POST('/api/v1/desk/parked/{ticket_id}/hand-over', {
        params: { path: { ticket_id } },
        body: { staff_id },
      }),
    );
  takeBack = (ticket_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/missed/{ticket_id}/take-back', {
        params: { path: { ticket_id } },
      }),
    );

  targets = (id: string) =>
    read(this.#client.GET('/api/v1/visits/{visit_id}/targets', { params: of(id) }));
  transfer = (id: string, body: TransferTo) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/transfer', { params: of(id), body }));
  consultTargets = (id: string) =>
    read(this.#client.GET('/api/v1/visits/{visit_id}/consult/targets', { params: of(id) }));
  askColleague = (id: string, body: AskColleague) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/consult', { params: of(id), body }));
  endConsult = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/consult/end', { params: of(id) }));
  handOn = (id: string, on: boolean) =>
    read(
      this.#client.POST('/api/v1/visits/{visit_id}/consult/hand-on', {
        params: of(id),
        body: { on },
      }),
    );
  acceptConsult = (consult_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/consults/{consult_id}/accept', {
        params: { path: { consult_id } },
      }),
    );
  refuseConsult = (consult_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/consults/{consult_id}/refuse', {
        params: { path: { consult_id } },
      }),
    );
  leaveConsult = (consult_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/consults/{consult_id}/leave', {
        params: { path: { consult_id } },
      }),
    );
  keepVisit = (consult_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/consults/{consult_id}/keep', {
        params: { path: { consult_id } },
      }),
    );
  park = (id: string, for_what: ParkReason, minutes: number) =>
    read(
      this.#client.POST('/api/v1/visits/{visit_id}/park', {
        params: of(id),
        body: { for_what, minutes },
      }),
    );
  anotherBooth = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/another-booth', { params: of(id) }));
  letPass = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/let-pass', { params: of(id) }));
  recall = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/recall', { params: of(id) }));
  arrived = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/arrived', { params: of(id) }));
  noShow = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/no-show', { params: of(id) }));
  withdraw = (id: string) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/withdraw', { params: of(id) }));
  hold = (id: string, on: boolean) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/hold', { params: of(id), body: { on } }));
  end = (id: string, outcome: Outcome) =>
    read(this.#client.POST('/api/v1/visits/{visit_id}/end', { params: of(id), body: { outcome } }));

  closeQueue = (closing_id: string, body: NewClosing) =>
    read(
      this.#client.PUT('/api/v1/supervision/closings/{closing_id}', {
        params: { path: { closing_id } },
        body,
      }),
    );
  reopenQueue = (closing_id: string, reason: string) =>
    read(
      this.#client.POST('/api/v1/supervision/closings/{closing_id}/reopen', {
        params: { path: { closing_id } },
        body: { reason },
      }),
    );
  moveTicket = (ticket_id: string, service: string, reason: string) =>
    read(
      this.#client.POST('/api/v1/supervision/tickets/{ticket_id}/move', {
        params: { path: { ticket_id } },
        body: { service, reason },
      }),
    );
  setTicketClass = (ticket_id: string, priority: string, reason: string) =>
    read(
      this.#client.POST('/api/v1/supervision/tickets/{ticket_id}/class', {
        params: { path: { ticket_id } },
        body: { priority, reason },
      }),
    );
  giveTicketBack = (ticket_id: string, reason: string) =>
    read(
      this.#client.POST('/api/v1/supervision/tickets/{ticket_id}/give-back', {
        params: { path: { ticket_id } },
        body: { reason },
      }),
    );
  forceState = (staff_id: string, state: Choosable, reason: string) =>
    read(
      this.#client.POST('/api/v1/supervision/clerks/{staff_id}/state', {
        params: { path: { staff_id } },
        body: { state, reason },
      }),
    );
  tellDesks = (message_id: string, text: string, minutes: number) =>
    read(
      this.#client.PUT('/api/v1/supervision/messages/{message_id}', {
        params: { path: { message_id } },
        body: { text, minutes },
      }),
    );
  takeMessageBack = (message_id: string) =>
    read(
      this.#client.DELETE('/api/v1/supervision/messages/{message_id}', {
        params: { path: { message_id } },
      }),
    );
  acts = () => read(this.#client.GET('/api/v1/supervision/history'));

  setup = () => read(this.#client.GET('/api/v1/setup'));
  setupChanges = () => read(this.#client.GET('/api/v1/setup/changes'));
  undoSetup = (change_id: string) =>
    read(
      this.#client.POST('/api/v1/setup/changes/{change_id}/undo', {
        params: { path: { change_id } },
      }),
    );
  /** Brings one thing to what it is to be; `content` null takes it away. */
  putThing = (thing: ThingName, known: string, content: unknown): Promise<SetupMade> => {
    const [first, second] = thing.key as [string, string];
    const body = { known, content: content as never };
    switch (thing.kind) {
      case 'agency':
        return read(
          this.#client.PUT('/api/v1/setup/agencies/{agency}', {
            params: { path: { agency: first } },
            body,
          }),
        );
      case 'service':
        return read(
          this.#client.PUT('/api/v1/setup/services/{service}', {
            params: { path: { service: first } },
            body,
          }),
        );
      case 'point':
        return read(
          this.#client.PUT('/api/v1/setup/points/{point}', {
            params: { path: { point: first } },
            body,
          }),
        );
      case 'booth':
        return read(
          this.#client.PUT('/api/v1/setup/points/{point}/booths/{booth}', {
            params: { path: { point: first, booth: second } },
            body,
          }),
        );
      case 'device':
        return read(
          this.#client.PUT('/api/v1/setup/devices/{name}', {
            params: { path: { name: first } },
            body,
          }),
        );
      case 'switches':
        return read(
          this.#client.PUT('/api/v1/setup/agencies/{agency}/points/{point}', {
            params: { path: { agency: first, point: second } },
            body,
          }),
        );
    }
  };
  claimDevice = (name: string) =>
    read(this.#client.POST('/api/v1/setup/devices/{name}/claim', { params: { path: { name } } }));
  pointSteps = (point: string) =>
    read(this.#client.GET('/api/v1/setup/points/{point}/steps', { params: { path: { point } } }));
  tickStep = (point: string, step: Step, on: boolean) =>
    read(
      this.#client.PUT('/api/v1/setup/points/{point}/steps/{step}', {
        params: { path: { point, step } },
        body: { on },
      }),
    );

  readMessage = (message_id: string) =>
    read(
      this.#client.POST('/api/v1/desk/messages/{message_id}/read', {
        params: { path: { message_id } },
      }),
    );

  agencies = () => read(this.#client.GET('/api/v1/agencies'));
  people = () => read(this.#client.GET('/api/v1/staff'));
  addPerson = (body: NewPerson) => read(this.#client.POST('/api/v1/staff', { body }));
  changePerson = (staff_id: string, body: PersonChange) =>
    read(this.#client.PATCH('/api/v1/staff/{staff_id}', { params: { path: { staff_id } }, body }));
  endPerson = (staff_id: string) =>
    read(this.#client.POST('/api/v1/staff/{staff_id}/end', { params: { path: { staff_id } } }));
  passwordLink = (staff_id: string) =>
    read(
      this.#client.POST('/api/v1/staff/{staff_id}/password-link', {
        params: { path: { staff_id } },
      }),
    );
  previewSheet = (text: string) =>
    read(this.#client.POST('/api/v1/staff/sheet/preview', { body: { text } }));
  bringSheet = (text: string) => read(this.#client.POST('/api/v1/staff/sheet', { body: { text } }));

  resetSecondFactor = (staff_id: string) =>
    read(
      this.#client.POST('/api/v1/staff/{staff_id}/second-factor/reset', {
        params: { path: { staff_id } },
      }),
    );
  beginSecondFactor = () => read(this.#client.POST('/api/v1/session/second-factor'));
  confirmSecondFactor = (code: string) =>
    read(this.#client.POST('/api/v1/session/second-factor/confirm', { body: { code } }));

  renewRecoveryCodes = (code: string) =>
    read(this.#client.POST('/api/v1/session/second-factor/recovery-codes', { body: { code } }));

  lookAtPasswordLink = (token: string) =>
    read(this.#client.POST('/api/v1/password-link/look', { body: { token } }));
  setPassword = (token: string, password: string) =>
    read(this.#client.POST('/api/v1/password-link/use', { body: { token, password } }));

  #remember(session: Session): Session {
    this.#csrf = session.csrf;
    return session;
  }
}

/** A replica that dies, or the network for a moment, costs no request: it is asked again. */
async function persistently(fetchIt: Fetch, request: Request, pause: Pause): Promise<Response> {
  const ask = () =>
    fetchIt(new Request(request.clone(), { signal: AbortSignal.timeout(PATIENCE_MS) }));
  for (const ms of PAUSES_MS) {
    const response = await ask().catch(() => null);
    if (response && !LOST.has(response.status)) return response;
    await pause(ms);
  }
  return ask();
}

const of = (visit_id: string) => ({ path: { visit_id } });

async function read<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await asked.catch(() => {
    throw new Refusal('offline', 0);
  });
  if (response.ok) return data as T;
  const { code, detail } = (error && typeof error === 'object' ? error : {}) as {
    code?: unknown;
    detail?: unknown;
  };
  throw new Refusal(
    typeof code === 'string' ? code : 'unknown',
    response.status,
    detail && typeof detail === 'object' ? (detail as Record<string, unknown>) : {},
  );
}
