// What the control plane tells a page, by the names that the pages use. From its OpenAPI.

import type { components } from '@etapiste/web/api';

type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type StartInfo = Schemas['Start'];
export type Desk = Schemas['Desk'];
export type Me = Schemas['Me'];
export type ClerkState = Me['state'];
/** What a clerk chooses by hand. */
export type OwnState = Extract<ClerkState, 'available' | 'break' | 'back_office' | 'offline'>;
export type QueueRow = Schemas['QueueRow'];
export type PointView = Schemas['PointView'];
export type BoothView = Schemas['BoothView'];
export type Link = NonNullable<Desk['link']>;
export type Offer = NonNullable<Desk['offer']>;
export type RejectReason = Schemas['RejectReason'];
export type Visit = Schemas['VisitView'];
export type Company = NonNullable<Visit['consult']>;
export type ConsultCall = NonNullable<Desk['consult']>;
export type ConsultTargets = Schemas['ConsultTargets'];
export type AskColleague = Schemas['AskColleague'];
export type VisitState = Visit['state'];
export type Colleague = Schemas['Colleague'];
export type TransferTargets = Schemas['TransferTargets'];
export type TransferTo = Schemas['TransferTo'];
export type TransferReason = Schemas['TransferReason'];
export type Place = Schemas['Place'];
export type ParkReason = Schemas['ParkReason'];
export type ParkedRow = Schemas['ParkedRow'];
export type HeldRow = Schemas['HeldRow'];
export type MissedRow = Schemas['MissedRow'];
export type PrintView = Schemas['PrintView'];
export type PromiseSummary = Schemas['PromiseSummary'];
export type PromiseRow = Schemas['PromiseRow'];
export type PromisesBy = PromiseSummary['by'];
export type Report = Schemas['Report'];
export type ReportRow = Schemas['ReportRow'];
export type ReportUnit = Report['unit'];
export type ReportFigures = Schemas['FiguresView'];
/** Of which days, and of which agency and point of those that may be seen; none: of all. */
export interface ReportChoice {
  unit: ReportUnit;
  day: string;
  agency?: string;
  point?: string;
}
export type Why = Schemas['WhyView'];
export type WhyBefore = Schemas['BeforeView'];
export type WhyDecision = Schemas['DecisionView'];
export type RecentVisit = Schemas['RecentVisit'];
export type DeskMessage = Desk['messages'][number];
export type Supervision = Schemas['Supervision'];
export type QueueCell = Schemas['QueueCell'];
export type QueueHours = Schemas['QueueHours'];
export type Closing = Schemas['ClosingView'];
export type ClosingKind = Closing['kind'];
export type NewClosing = Schemas['NewClosing'];
export type Day = Schemas['Day'];
export type Member = Schemas['TeamMember'];
export type WaitingNumber = Schemas['WaitingNumber'];
export type SupervisedPoint = Schemas['SupervisedPoint'];
export type Act = Schemas['ActView'];
export type Person = Schemas['StaffView'];
export type People = Schemas['People'];
export type Role = Schemas['Role'];
export type Clearance = Schemas['Clearance'];
export type NewPerson = Schemas['NewStaff'];
export type PersonChange = Schemas['StaffChange'];
export type NewFactor = Schemas['NewFactor'];
export type PasswordLink = Schemas['PasswordLinkView'];
export type SheetLine = Schemas['SheetLine'];
export type BroughtIn = Schemas['BroughtIn'];
export type Agency = Schemas['AgencyView'];
export type SetupView = Schemas['SetupView'];
export type SetupMade = Schemas['SetupMade'];
export type SetupChange = Schemas['SetupChangeView'];
export type SetupSwitches = Schemas['SetupSwitches'];
export type SetupPoint = Schemas['SetupPoint'];
export type SetupAgency = Schemas['SetupAgency'];
export type Switches = Schemas['SwitchesContent'];
export type StepView = Schemas['StepView'];
export type Step = StepView['step'];
export type Claim = Schemas['ClaimView'];
/** What a clerk, or a supervisor for one, chooses by hand. */
export type Choosable = 'available' | 'break' | 'offline';
