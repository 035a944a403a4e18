"""How does a consult end, and what becomes of its colleague, its room and the booth's screen?"""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.rooms import operations as rooms
from control_plane.routing.rules.offers import Aftermath, after_no_answer, after_reject, in_time
from control_plane.service_points import queries as places
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState, after_wrap_up
from control_plane.visits import consult_queries, queries
from control_plane.visits.consult_queries import Consult
from control_plane.visits.consult_rules import ConsultEnd, ConsultState, ended
from control_plane.visits.operations.offer_ending import (
    offer_settings,
    release,
    withdraw_from_clerk,
)
from control_plane.visits.operations.steps import JOURNEY, notice, order, set_clerk
from control_plane.visits.queries import Noted, Visit
from shared.identifiers import RoomId, VisitId
from shared.rooms import IceServer, Participant
from shared.visits import ChangeParties, Companion

# What either clerk is told when it was not their own doing.
ENDED = "consult_ended"
TELL_CLERK = frozenset(
    {
        ConsultEnd.REFUSED,
        ConsultEnd.NO_ANSWER,
        ConsultEnd.LEFT,
        ConsultEnd.KEPT,
        ConsultEnd.GONE,
    }
)
TELL_COLLEAGUE = frozenset({ConsultEnd.NO_ANSWER, ConsultEnd.TAKEN_BACK, ConsultEnd.VISIT_OVER})


class ConsultEnded(facts.Fact):
    """A consult came to its end, joined or not."""

    kind: ClassVar[str] = "consult.ended"
    consult: UUID
    visit: UUID
    agency: str
    colleague_agency: str
    joined: bool
    how: ConsultEnd
    lasted_s: int  # since the asking, or since the colleague joined

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit:{self.visit}"


def end(tx: Tx, consult: Consult, how: ConsultEnd, now: datetime) -> bool:
    """End a consult; the caller holds its visit's lock. False: it cannot end so any more."""
    after = ended(consult.course, how)
    if after is None or not consult_queries.advance(tx, JOURNEY, consult, after, now):
        return False
    joined = consult.state is ConsultState.JOINED
    facts.record(
        tx,
        ConsultEnded(
            consult=consult.id,
            visit=consult.visit_id,
            agency=consult.agency,
            colleague_agency=consult.staff_agency,
            joined=joined,
            how=how,
            lasted_s=int((now - (consult.joined_at or consult.asked_at)).total_seconds()),
        ),
        now=now,
    )
    if joined:
        rooms.dismiss(tx, JOURNEY, RoomId(consult.room_id), consult.staff_id, now)
    if how is not ConsultEnd.KEPT:
        _free(tx, consult, how, now)
    tell_both(tx, consult)
    visit = queries.visit_of(tx, JOURNEY, consult.visit_id)
    if how in TELL_CLERK and visit is not None:
        notice(tx, visit, ENDED, now, reason=str(how))
    if how in TELL_COLLEAGUE:
        queries.note(tx, JOURNEY, consult.staff_id, Noted(ENDED, str(how), now, None))
    if joined and visit is not None and how not in {ConsultEnd.VISIT_OVER, ConsultEnd.KEPT}:
        tell_booth(tx, visit, now)
    return True


def _free(tx: Tx, consult: Consult, how: ConsultEnd, now: datetime) -> None:
    """The colleague is free again: as after an offer, or after a talk that is over."""
    clerk = staff.clerk_of(tx, JOURNEY, consult.staff_id)
    if clerk is None:
        return
    if consult.state is ConsultState.ASKED:
        settings = offer_settings(tx, clerk.agency)
        after: Aftermath | None = None
        if how is ConsultEnd.REFUSED:
            after = after_reject(settings, now)
        elif how is ConsultEnd.NO_ANSWER:
            after = after_no_answer(settings, clerk.misses, now)
        release(tx, clerk, after, now)
    elif clerk.state is ClerkState.CONSULT:
        state = after_wrap_up(last_one=clerk.last_one, leaving=clerk.leaving)
        set_clerk(tx, clerk, state, now, last_one=False)


def tell_both(tx: Tx, consult: Consult) -> None:
    """Both clerks' desks show the consult."""
    tx.touch(staff.subject(consult.asked_by))
    tx.touch(staff.subject(consult.staff_id))


def tell_booth(
    tx: Tx, visit: Visit, now: datetime, *, ice_servers: tuple[IceServer, ...] | None = None
) -> Visit:
    """Say to the visit's device whom the visitor meets from now on; None: by the same relay."""
    clerk = staff.clerk_of(tx, JOURNEY, visit.staff_id)
    consult = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
    companions: tuple[Companion, ...] = ()
    if consult is not None and consult.state is ConsultState.JOINED:
        agency = places.agency_of(tx, JOURNEY, consult.staff_agency)
        companions = (
            Companion(
                participant=Participant.COLLEAGUE,
                name=consult.alias,
                sub=consult.sub,
                agency_name=agency.name.in_(visit.language)[:120] if agency else "",
            ),
        )
    turned = replace(visit, turn=visit.turn + 1)
    queries.change(tx, JOURNEY, visit.id, {"turn": turned.turn})
    parties = ChangeParties(
        visit_id=VisitId(visit.id),
        turn=turned.turn,
        room_id=RoomId(visit.room_id),
        clerk_name=clerk.alias if clerk else "",
        clerk_sub=clerk.pseudonym if clerk else "",
        companions=companions,
        ice_servers=ice_servers,
    )
    order(tx, visit, parties, now)
    return turned


def end_with_visit(tx: Tx, visit: Visit, now: datetime) -> None:
    """The visit is over, and whoever was asked into it is free."""
    consult = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
    if consult is not None:
        end(tx, consult, ConsultEnd.VISIT_OVER, now)


def no_answer(tx: Tx, consult_id: UUID, now: datetime) -> None:
    """The colleague did not answer in time."""
    found = consult_queries.open_by_id(tx, JOURNEY, consult_id)
    if found is None:
        return
    tx.lock(f"clerk:{found.staff_id}")
    consult = hold_consult(tx, found)
    if consult is not None and not in_time(consult.expires_at, now):
        end(tx, consult, ConsultEnd.NO_ANSWER, now)


def let_go(tx: Tx, clerk: Clerk, now: datetime) -> Clerk:
    """The clerk leaves, and is locked: no offer, and no colleague, waits any longer or goes on.

    Gives the clerk as that left them.
    """
    withdraw_from_clerk(tx, clerk, now)
    found = consult_queries.open_of_clerk(tx, JOURNEY, clerk.id)
    consult = None if found is None else hold_consult(tx, found)
    if consult is not None:
        end(tx, consult, ConsultEnd.GONE, now)
    return staff.clerk_of(tx, JOURNEY, clerk.id) or clerk


def hold_consult(tx: Tx, found: Consult) -> Consult | None:
    """The consult as it is once its visit is locked; a colleague's row is locked before it."""
    tx.lock(f"visit:{found.visit_id}")
    return consult_queries.open_by_id(tx, JOURNEY, found.id)
