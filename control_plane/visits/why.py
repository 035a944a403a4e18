"""Why does a visitor wait where they do, and why was one taken? As a person may read it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.routing import decision_queries as decisions
from control_plane.routing.operations import policy_of
from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.reasons import (
    MOST,
    Because,
    Kind,
    Score,
    ahead_of,
    because,
    score,
)
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.service_points.tables import Service
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.matching import as_waiting
from shared.envelope import WireTime
from shared.identifiers import AgencyCode, TicketId


class BeforeView(BaseModel):
    """One who stands before, or stood before and was not taken, and why."""

    ticket_id: TicketId
    number: int | None  # none of a ticket that is no more
    returned: bool
    booked_for: WireTime | None
    because: Because
    score: Score
    why_not: list[str]  # against being taken then; empty where nothing was decided


class DecisionView(BaseModel):
    """When the ticket was taken, how, and who stood ahead of it."""

    at: WireTime
    kind: Kind
    policy_version: int
    point: str
    booth: str
    clerk: str  # an account's id, or a pseudonym after the retention time
    score: Score
    ahead: int
    behind: int
    passed: list[BeforeView]


class WhyView(BaseModel):
    """A ticket's place now, if it waits, and every decision that took it."""

    ticket_id: TicketId
    number: int
    state: TicketState
    returned: bool
    score: Score
    place: int | None
    before: list[BeforeView]
    decisions: list[DecisionView]


def why(tx: Tx, scope: Scope, ticket_id: UUID, now: datetime) -> WhyView:
    """Of a ticket that the asker may see."""
    ticket = tickets.ticket_of(tx, scope, ticket_id)
    if ticket is None:
        raise Refusal(NOT_FOUND)
    policy = policy_of(tx, scope, AgencyCode(ticket.agency)).policy
    services = {each.code: each for each in places.services_seen(tx, scope)}
    queue = _queue(tx, scope, ticket.agency, services, now)
    me = as_waiting(ticket, services.get(ticket.service), served_here=True, now=now)
    waits = ticket.state is TicketState.WAITING
    better = ahead_of(me, queue, policy, now) if waits else []
    made = decisions.of_ticket(tx, scope, ticket_id)
    known = {
        each.id: each
        for each in tickets.by_ids(
            tx,
            scope,
            {each.id for each in better[:MOST]}
            | {passed.ticket for each in made for passed in each.reasons.passed},
        )
    }
    return WhyView(
        ticket_id=TicketId(ticket.id),
        number=ticket.number,
        state=ticket.state,
        returned=ticket.returned,
        score=score(me, policy, now),
        place=len(better) + 1 if waits else None,
        before=[
            _before(
                each.id,
                known.get(each.id),
                because(each, me, policy, now),
                score(each, policy, now),
            )
            for each in better[:MOST]
        ],
        decisions=[
            DecisionView(
                at=each.at,
                kind=each.kind,
                policy_version=each.policy_version,
                point=each.point,
                booth=each.booth,
                clerk=each.clerk,
                score=each.reasons.score,
                ahead=each.reasons.ahead,
                behind=each.reasons.behind,
                passed=[
                    _before(
                        passed.ticket,
                        known.get(passed.ticket),
                        passed.because,
                        passed.score,
                        passed.why_not,
                    )
                    for passed in each.reasons.passed
                ],
            )
            for each in made
        ],
    )


def _queue(
    tx: Tx, scope: Scope, agency: str, services: Mapping[str, Service], now: datetime
) -> list[WaitingTicket]:
    here = places.queue_points(tx, scope, agency)
    calendars = calendars_of(tx, scope, agency)
    return [
        as_waiting(
            each,
            services.get(each.service),
            served_here=each.point in here,
            now=now,
            calendar=calendars.get(each.point),
        )
        for each in tickets.waiting(tx, scope)
        if each.agency == agency
    ]


def _before(
    ticket_id: UUID,
    ticket: Ticket | None,
    reason: Because,
    parts: Score,
    why_not: tuple[str, ...] = (),
) -> BeforeView:
    return BeforeView(
        ticket_id=TicketId(ticket_id),
        number=None if ticket is None else ticket.number,
        returned=ticket is not None and ticket.returned,
        booked_for=None if ticket is None else ticket.booked_for,
        because=reason,
        score=parts,
        why_not=list(why_not),
    )
