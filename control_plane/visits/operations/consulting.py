"""How does a clerk ask a colleague into a visit, and what does the colleague do there?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.rooms import operations as rooms
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points.rules.offers import Offer
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.visits import consult_queries, queries
from control_plane.visits.consult_queries import Consult
from control_plane.visits.consult_rules import (
    ConsultEnd,
    NotKept,
    handed_on,
    joined,
    may_ask,
    may_keep,
)
from control_plane.visits.operations.able import who_is_able
from control_plane.visits.operations.consult_ending import (
    end,
    hold_consult,
    tell_booth,
    tell_both,
)
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.operations.ending import count_for_clerk
from control_plane.visits.operations.offer_ending import offer_settings
from control_plane.visits.operations.refusals import (
    COLLEAGUE_BUSY,
    CONSULT_GONE,
    CONSULT_OPEN,
    NO_CONSULT,
    NOBODY_FREE,
    NOT_KEPT,
    PERSON_NOT_THERE,
    TO_ONESELF,
    WRONG_STATE,
)
from control_plane.visits.operations.steps import (
    JOURNEY,
    change,
    close_room,
    hold,
    set_clerk,
    wrap_up,
)
from control_plane.visits.operations.transferring import open_at, target_here
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.rooms import Participant


class ConsultAsked(facts.Fact):
    """A clerk asked a colleague into a visit."""

    kind: ClassVar[str] = "consult.asked"
    consult: UUID
    visit: UUID
    agency: str
    colleague_agency: str

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit:{self.visit}"


class ConsultJoined(facts.Fact):
    """The colleague came into the room."""

    kind: ClassVar[str] = "consult.joined"
    consult: UUID
    visit: UUID
    agency: str
    colleague_agency: str
    waited_s: int

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit:{self.visit}"


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom the clerk of a visit could ask now."""

    colleagues: list[Clerk]  # of the own agency
    offers: list[Offer]  # services of other agencies for which somebody is free


def targets(tx: Tx, scope: Scope, visit_id: UUID, now: datetime) -> Targets:
    """Whom could be asked into this visit?"""
    visit = hold(tx, scope, visit_id)
    return Targets(
        colleagues=[each for each in staff.on_watch(tx, scope) if _free(each, visit)],
        offers=[
            each
            for each in open_at(tx, visit.point, now)
            if each.agency != visit.agency and _able(tx, visit, each)
        ],
    )


def _free(clerk: Clerk, visit: Visit) -> bool:
    free = clerk.state is ClerkState.AVAILABLE and not clerk.leaving
    return free and clerk.id != visit.staff_id


def _able(tx: Tx, visit: Visit, target: Offer) -> list[Clerk]:
    """Who of the target's agency is free and could serve the visitor, longest idle first."""
    able = who_is_able(
        tx,
        target.service,
        agency=target.agency,
        language=visit.language,
        waited=timedelta(0),
        states=[ClerkState.AVAILABLE],
        besides=visit.staff_id,
    )
    return sorted(able, key=lambda each: (each.since, each.id))


def ask(  # noqa: PLR0913 - into whose visit, whom, and when
    tx: Tx,
    scope: Scope,
    visit_id: UUID,
    *,
    colleague: UUID | None,
    service: str | None,
    now: datetime,
) -> Visit:
    """Ask a colleague of the own agency, or whoever is free for a service, into the visit."""
    seen = queries.visit_of(tx, scope, visit_id)
    if seen is None or scope.name != str(seen.staff_id):
        raise Refusal(NOT_FOUND)
    person = (
        _colleague(tx, scope, seen, colleague)
        if service is None
        else _whoever(tx, seen, service, now)
    )
    tx.lock(staff.subject(person.id))
    visit = hold(tx, scope, visit_id)
    there = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
    if not may_ask(visit.state, there.state if there else None, person.state):
        if there is not None:
            raise Refusal(CONSULT_OPEN)
        if visit.state is not VisitState.IN_SESSION:
            raise Refusal(WRONG_STATE, state=str(visit.state))
        raise Refusal(COLLEAGUE_BUSY)
    taken = staff.change(
        tx,
        JOURNEY,
        person.id,
        among=[ClerkState.AVAILABLE],
        state=str(ClerkState.RESERVED),
        reason="",
    )
    if not taken:
        raise Refusal(COLLEAGUE_BUSY)
    made = new_uuid()
    consult_queries.insert(
        tx,
        scope,
        consult_id=made,
        visit_id=visit.id,
        agency=visit.agency,
        asked_by=visit.staff_id,
        staff_id=person.id,
        staff_agency=person.agency,
        now=now,
        expires_at=now + timedelta(seconds=offer_settings(tx, person.agency).offer_timeout_s),
    )
    asked = ConsultAsked(
        consult=made, visit=visit.id, agency=visit.agency, colleague_agency=person.agency
    )
    facts.record(tx, asked, now=now)
    _note(tx, scope, "consult.asked", visit.id, visit.agency, now, colleague=str(person.id))
    tx.touch(staff.subject(visit.staff_id))
    return visit


def _note(  # noqa: PLR0913, PLR0917 - who did what, in whose visit, when and how
    tx: Tx, scope: Scope, action: str, visit: UUID, agency: str, now: datetime, **detail: str
) -> None:
    audit.record(tx, scope, action, subject=f"visit:{visit}", agency=agency, now=now, **detail)


def _colleague(tx: Tx, scope: Scope, visit: Visit, staff_id: UUID | None) -> Clerk:
    """One of the own agency; clerks of other agencies are nobody whom this one can name."""
    if staff_id == visit.staff_id:
        raise Refusal(TO_ONESELF)
    person = None if staff_id is None else staff.clerk_of(tx, scope, staff_id)
    if person is None or person.agency != visit.agency or person.leaving:
        raise Refusal(PERSON_NOT_THERE)
    return person


def _whoever(tx: Tx, visit: Visit, service: str, now: datetime) -> Clerk:
    able = _able(tx, visit, target_here(tx, visit, service, now))
    if not able:
        raise Refusal(NOBODY_FREE)
    return able[0]


def take_back(tx: Tx, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """The visit's clerk asks no more, or goes on alone."""
    visit = hold(tx, scope, visit_id)
    consult = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
    if consult is not None and end(tx, consult, ConsultEnd.TAKEN_BACK, now):
        _note(tx, scope, "consult.taken_back", visit.id, visit.agency, now)
    return queries.visit_of(tx, scope, visit_id) or visit


def hand_on(tx: Tx, scope: Scope, visit_id: UUID, *, on: bool, now: datetime) -> Visit:
    """The visit's clerk wishes the colleague to keep the visit, or stays after all."""
    visit = hold(tx, scope, visit_id)
    consult = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
    after = None if consult is None else handed_on(consult.course, on=on)
    if consult is None or after is None:
        raise Refusal(NO_CONSULT)
    if consult.staff_agency != visit.agency:
        raise Refusal(NOT_KEPT, why=str(NotKept.OTHER_AGENCY))
    if consult.handed_on is not on:
        consult_queries.advance(tx, JOURNEY, consult, after, now)
        tell_both(tx, consult)
    return visit


# --- the colleague ------------------------------------------------------------------------------


def accept(tx: Tx, setup: Setup, scope: Scope, consult_id: UUID, now: datetime) -> None:
    """The colleague comes in; the booth's screen names them before they are heard."""
    clerk, consult = _own(tx, scope, consult_id, now)
    after = joined(consult.course, consult.expires_at, now)
    visit = queries.visit_of(tx, JOURNEY, consult.visit_id)
    if after is None or visit is None or clerk.state is not ClerkState.RESERVED:
        raise Refusal(CONSULT_GONE)
    if not consult_queries.advance(tx, scope, consult, after, now):
        raise Refusal(CONSULT_GONE)
    set_clerk(tx, clerk, ClerkState.CONSULT, now)
    queries.forget_note(tx, scope, clerk.id)
    room = RoomId(visit.room_id)
    rooms.admit(
        tx,
        JOURNEY,
        room,
        participant=Participant.COLLEAGUE,
        staff_id=clerk.id,
        agency=clerk.agency,
        now=now,
    )
    tell_booth(tx, visit, now, ice_servers=setup.turn.servers(room, now=now))
    facts.record(
        tx,
        ConsultJoined(
            consult=consult.id,
            visit=visit.id,
            agency=visit.agency,
            colleague_agency=clerk.agency,
            waited_s=int((now - consult.asked_at).total_seconds()),
        ),
        now=now,
    )
    _note(tx, scope, "consult.joined", visit.id, visit.agency, now)
    tell_both(tx, consult)


def refuse(tx: Tx, scope: Scope, consult_id: UUID, now: datetime) -> None:
    """The colleague cannot come."""
    _end_own(tx, scope, consult_id, ConsultEnd.REFUSED, now)


def leave(tx: Tx, scope: Scope, consult_id: UUID, now: datetime) -> None:
    """The colleague has helped; the visit goes on without."""
    _end_own(tx, scope, consult_id, ConsultEnd.LEFT, now)


def _end_own(tx: Tx, scope: Scope, consult_id: UUID, how: ConsultEnd, now: datetime) -> None:
    _, consult = _own(tx, scope, consult_id, now)
    if not end(tx, consult, how, now):
        raise Refusal(CONSULT_GONE)
    _note(tx, scope, f"consult.{how}", consult.visit_id, consult.agency, now)


def keep(tx: Tx, setup: Setup, scope: Scope, consult_id: UUID, now: datetime) -> Visit:
    """The colleague becomes the visit's clerk: it goes on, in a room of its own."""
    clerk, consult = _own(tx, scope, consult_id, now)
    visit = queries.visit_of(tx, JOURNEY, consult.visit_id)
    before = staff.clerk_of(tx, JOURNEY, consult.asked_by)
    if visit is None or before is None:
        raise Refusal(CONSULT_GONE)
    refused = may_keep(
        consult.course,
        same_agency=clerk.agency == visit.agency,
        heard_at=before.seen_at,
        now=now,
    )
    if refused is not None:
        raise Refusal(NOT_KEPT, why=str(refused))
    if not end(tx, consult, ConsultEnd.KEPT, now):
        raise Refusal(CONSULT_GONE)
    close_room(tx, visit, now)
    count_for_clerk(tx, visit, now)
    wrap_up(tx, setup, visit, now)
    room = rooms.open_room(
        tx,
        JOURNEY,
        visit=VisitId(visit.id),
        agency=visit.agency,
        device=DeviceName(visit.device),
        staff_id=clerk.id,
        now=now,
    )
    kept = change(tx, setup, replace(visit, staff_id=clerk.id, room_id=room), was=visit)
    state = ClerkState.HOLD if visit.on_hold else ClerkState.IN_SESSION
    set_clerk(tx, clerk, state, now, visit_id=visit.id)
    _note(tx, scope, "consult.kept", visit.id, visit.agency, now, from_clerk=str(before.id))
    return tell_booth(tx, kept, now, ice_servers=setup.turn.servers(room, now=now))


def _own(tx: Tx, scope: Scope, consult_id: UUID, now: datetime) -> tuple[Clerk, Consult]:
    """The colleague who asks, and the consult to which they were asked; both locked."""
    clerk = clerk_at_desk(tx, scope, now)
    found = consult_queries.open_of_clerk(tx, scope, clerk.id)
    if found is None or found.id != consult_id:
        known = consult_queries.was_asked(tx, scope, consult_id, clerk.id)
        raise Refusal(CONSULT_GONE if known else NOT_FOUND)
    consult = hold_consult(tx, found)
    if consult is None:
        raise Refusal(CONSULT_GONE)
    return clerk, consult
