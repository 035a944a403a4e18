"""What does it mean for those who wait that an agency closes a queue, or opens it again?"""

from datetime import datetime
from typing import ClassVar

from control_plane import facts
from control_plane.database import Tx
from control_plane.queues import operations as queues
from control_plane.queues.queries import StoredClosing
from control_plane.queues.rules.closing import Kind
from control_plane.routing.rules.offers import WithdrawReason
from control_plane.security.scope import Scope
from control_plane.tickets import queries as tickets
from control_plane.visits import offer_queries
from control_plane.visits.operations.offer_ending import withdraw_offer
from control_plane.visits.operations.steps import JOURNEY, desk_of, tell, tell_boards, tell_whose
from shared.identifiers import TicketId


class SentAway(facts.Fact):
    """An emergency closing ended a number whose holder waited; the next day it comes first."""

    kind: ClassVar[str] = "ticket.sent_away"
    ticket: TicketId
    agency: str
    service: str
    point: str
    closing: str

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def close(tx: Tx, scope: Scope, wanted: StoredClosing, reason: str, now: datetime) -> None:
    """Close a queue at once, everywhere; who waits keeps the place, but in an emergency."""
    if not queues.close(tx, scope, wanted, reason, now):
        return
    if wanted.kind is Kind.EMERGENCY:
        _send_away(tx, wanted, now)
    _tell_all(tx, wanted.agency)


def reopen(tx: Tx, scope: Scope, closing_id: str, reason: str, now: datetime) -> None:
    """Give numbers again; who was sent away in an emergency does not come back by it."""
    _tell_all(tx, queues.reopen(tx, scope, closing_id, reason, now).agency)


def _tell_all(tx: Tx, agency: str) -> None:
    tx.touch(desk_of(agency))
    tell_boards(tx, agency)


def _send_away(tx: Tx, closing: StoredClosing, now: datetime) -> None:
    """Whoever is called already is still served; an offer that nobody has answered is not."""
    for made in offer_queries.open_of_agency(tx, JOURNEY, closing.agency):
        ticket = tickets.ticket_of(tx, JOURNEY, made.ticket_id)
        if ticket is None or not closing.now().covers(point=ticket.point, service=ticket.service):
            continue
        withdraw_offer(tx, made.id, WithdrawReason.TICKET_GONE, now)
    gone = tickets.send_away(
        tx,
        JOURNEY,
        agency=closing.agency,
        point=closing.point,
        service=closing.service,
        closing=closing.id,
        now=now,
    )
    if not gone:
        return
    facts.record(
        tx,
        *(
            SentAway(
                ticket=TicketId(ticket.id),
                agency=ticket.agency,
                service=ticket.service,
                point=ticket.point,
                closing=closing.id,
            )
            for ticket in gone
        ),
        now=now,
    )
    for point in sorted({ticket.point for ticket in gone}):
        tell(tx, agency=closing.agency, point=point)
    tell_whose(tx, gone)
