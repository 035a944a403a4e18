// What do a screen and its agent say to each other over the socket on 127.0.0.1?
import type { Lang, Text } from '@etapiste/web/i18n';
import type {
  Condition,
  IceServer,
  Instead,
  InsteadWay,
  Participant,
  Port,
  Readiness,
  RefusalCode,
  ServiceOffer,
  ServiceState,
  Signal,
  TicketIssued,
  WaitRange,
} from '@etapiste/web/wire';

export type ScreenName = 'waiting-area' | 'booth' | 'info' | 'bench' | 'stage';

export type { Condition, Instead, InsteadWay, Readiness, RefusalCode, TicketIssued };

export type DayMode = 'queue' | 'booking' | 'closed';
export type HelpState = 'idle' | 'called';

export type { ServiceOffer };

export interface AgencyOffer {
  agency: string;
  name: Text;
  about: Text;
  services: readonly ServiceOffer[];
  readiness: Readiness;
  /** What to do where no number can be had. */
  instead?: Instead | null;
  /** Of one that is not open: when it is next. */
  opens_at?: string | null;
  /** Services that are closed while the agency is open. */
  shut?: readonly ServiceState[];
}

/** An agency whose waiting visitors are not called any more today. */
export interface Interrupted {
  name: Text;
  way: InsteadWay;
}

export interface CalledNumber {
  ticket_id: string;
  number: number;
  booth: string;
  booth_name: Text;
  direction: Text;
  missed?: boolean;
  attempt?: number;
}

export interface MissedNumber {
  ticket_id: string;
  number: number;
}

/** What every screen of a point knows. */
export interface PointState {
  clock: string;
  online: boolean;
  offline_since?: string | null;
  point: { name: Text };
  languages?: readonly Lang[];
  timezone?: string;
}

export interface InfoState extends PointState {
  day_mode: DayMode;
  /** When a number can be had next, on a day or at an hour at which none can. */
  opens_at?: string | null;
  called: readonly CalledNumber[];
  interrupted?: readonly Interrupted[];
  waiting: number;
  /** For somebody who comes now, whatever for; and why it has grown, or an empty word. */
  wait: WaitRange | null;
  wait_because: string;
}

export interface WaitingAreaState extends InfoState {
  agencies: readonly AgencyOffer[];
  help: HelpState;
  printer: Condition | null;
  can_print: boolean;
  missed: readonly MissedNumber[];
}

export type BoothPhase =
  | 'idle'
  | 'prepare'
  | 'called'
  | 'visit'
  | 'ending'
  | 'rate'
  | 'thanks'
  | 'leaving'
  | 'wiping'
  | 'seated'
  | 'out_of_use';

export interface BoothCompanion {
  participant: Exclude<Participant, 'clerk' | 'booth-screen' | 'booth-agent'>;
  name: string;
  agency_name: string;
}

export interface BoothVisit {
  id: string;
  room_id: string;
  number: number;
  clerk_name: string;
  agency_name: string;
  /** Whom the visitor meets besides the clerk; named before they are seen or heard. */
  companions: readonly BoothCompanion[];
  ice_servers: readonly IceServer[];
  relay_only: boolean;
}

/** A clerk whose picture stands here while nobody is served; nothing of the booth is sent. */
export interface BoothLink {
  room_id: string;
  clerk_name: string;
  agency_name: Text;
  ice_servers: readonly IceServer[];
  relay_only: boolean;
}

/** What the clerk would like to pass on to the next clerk of this number. */
export interface BoothNote {
  id: string;
  text: string;
  agency_name: string;
  approved: boolean;
}

export type ActivityCode =
  | 'printing'
  | 'print_done'
  | 'print_doubtful'
  | 'print_failed'
  | 'paper_out'
  | 'still'
  | 'hold'
  | 'note_declined'
  | 'note_withdrawn'
  | 'note_passed_on';

export interface BoothScreenState extends PointState {
  /** False while another page of this booth is the one that has the visitor. */
  in_charge: boolean;
  phase: BoothPhase;
  /** What whoever sits here may end: the visit, or the wait for one. */
  way_out: 'visit' | 'number' | null;
  language: Lang;
  visit: BoothVisit | null;
  link: BoothLink | null;
  /** Of a visitor who keeps it: seated until another clerk comes, or asked to wait outside. */
  number: number | null;
  activity: { code: ActivityCode | null; pages?: number };
  note: BoothNote | null;
  settings: { volume: number; camera: string; microphone: string };
  help: HelpState;
  closes_at?: string | null;
}

export interface ScreenReport {
  visit: string | null;
  microphone: boolean;
  camera: boolean;
  speaker: boolean;
  clerk_seen: boolean;
  drawn: boolean;
  cameras: readonly (readonly [string, string])[];
  microphones: readonly (readonly [string, string])[];
}

export interface BenchPicture {
  id: string;
  url: string;
}

export interface BenchState {
  ticket_printer: { condition: Condition; slips: readonly BenchPicture[] } | null;
  document_printer: {
    condition: Condition;
    sheets: readonly BenchPicture[];
    paper?: number;
  } | null;
  camera: {
    condition: Condition;
    sheet: string | null;
    sheets: readonly { name: string; url: string }[];
  } | null;
  lamp: boolean;
  presence: boolean;
  buttons: readonly ('waiting_area' | 'booth')[];
  journal: readonly string[];
}

export interface StageState {
  frames: readonly { screen: ScreenName; url: string }[];
}

/** A call of a number, said once; the state's list of called numbers stays. */
export interface CallMessage {
  type: 'call';
  number: number;
  language: Lang;
  booth_name: Text;
  direction: Text;
  attempt: number;
  attempts: number;
  /** 0 to 1: a recall is louder. */
  volume: number;
  chime: boolean;
  speech: readonly string[];
}

/** What the server says once, apart from states. */
export type ServerMessage =
  | CallMessage
  | { type: 'taken'; id: string; ticket: TicketIssued }
  | { type: 'accepted'; id: string }
  | {
      type: 'refused';
      id: string;
      code: RefusalCode;
      instead?: Instead | null;
      opens_at?: string | null;
    }
  | { type: 'play'; id?: string; url: string }
  | { type: 'proof'; id: string; proof: string; statement: string }
  | { type: 'checked'; id: string; ok: boolean; reason?: string }
  | { type: 'signal'; signal: Signal }
  | { type: 'reload' };

export type PeripheralPort = Exclude<Port, 'screen' | 'waiting_screen'>;

export type BenchAction =
  | {
      action: 'paper_out' | 'paper_in' | 'cover_open' | 'cover_close' | 'unplug' | 'plug';
      port: PeripheralPort;
    }
  | { action: 'press'; place: 'waiting_area' | 'booth' }
  | { action: 'presence'; value: boolean }
  | { action: 'sheet'; name: string | null }
  | { action: 'clear' };

/** What a screen says; a message with an id is answered, and its repeat has the effect of one. */
export type ClientMessage =
  | {
      type: 'take';
      id: string;
      service: string;
      language: Lang;
      more: readonly string[];
      /** Must `service` be done before the others? */
      in_order: boolean;
    }
  | { type: 'cancel'; id: string; ticket_id: string }
  | { type: 'return'; id: string; ticket_id: string }
  | { type: 'pass'; id: string; ticket_id: string }
  | { type: 'help' }
  | { type: 'speak'; id: string; language: Lang; text: string }
  | { type: 'report'; report: ScreenReport }
  | { type: 'signal'; signal: Signal }
  | {
      type: 'prove';
      id: string;
      room: string;
      towards: string;
      attempt: number;
      fingerprint: string;
    }
  | {
      type: 'check';
      id: string;
      signal: Pick<Signal, 'proof' | 'statement' | 'room_id' | 'attempt' | 'sender'>;
      fingerprint: string;
    }
  | { type: 'rate'; smiley: 1 | 2 | 3 | 4 | 5 }
  | { type: 'finish' }
  | { type: 'note'; id: string; approved: boolean }
  | { type: 'alive' }
  | { type: 'more_time' }
  | ({ type: 'bench' } & BenchAction);

export type Asked = Extract<ClientMessage, { id: string }>;
export type Answer =
  | Extract<ServerMessage, { id: string }>
  | { type: 'play'; id: string; url: string };
