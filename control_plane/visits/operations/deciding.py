"""How is it kept why a visitor was taken, and for how long with the clerk's name?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from control_plane.database import Tx
from control_plane.routing import decision_queries as decisions
from control_plane.routing.decision_queries import PSEUDONYM, Decision
from control_plane.routing.rules.board import Board
from control_plane.routing.rules.facts import Booth, Pairing, WaitingTicket
from control_plane.routing.rules.policy import Policy
from control_plane.routing.rules.reasons import Kind, Reasons, reasons, reasons_on
from control_plane.security import audit
from control_plane.visits.operations.steps import JOURNEY
from shared.identifiers import new_uuid


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a pairing was made, worked out from what was seen when it was."""

    kind: Kind
    policy_version: int
    reasons: Reasons


def grounds(  # noqa: PLR0913 - what was decided, from what, by which rules and when
    pairing: Pairing,
    queue: Sequence[WaitingTicket],
    booths: Sequence[Booth],
    *,
    kind: Kind,
    policy: Policy,
    version: int,
    now: datetime,
    kept: bool,
) -> Grounds:
    """Why this pairing, among the agency's queue; ``kept``: all free clerks were, for bookings."""
    told = reasons(
        pairing.ticket, pairing.clerk, queue, booths, kind=kind, policy=policy, now=now, kept=kept
    )
    return Grounds(kind, version, told)


def grounds_on(
    board: Board, pairing: Pairing, *, kind: Kind, version: int, now: datetime
) -> Grounds:
    """As `grounds`, from the board of the nation."""
    told = reasons_on(board, pairing.ticket, pairing.clerk, kind=kind, now=now)
    return Grounds(kind, version, told)


def keep(tx: Tx, pairing: Pairing, found: Grounds, now: datetime) -> None:
    """Keep the decision, in the transaction that made it."""
    keep_all(tx, [(pairing, found)], now)


def keep_all(tx: Tx, decided: Sequence[tuple[Pairing, Grounds]], now: datetime) -> None:
    """Keep these decisions, in the transaction that made them."""
    made = [
        Decision(
            id=new_uuid(),
            at=now,
            kind=found.kind,
            ticket_id=pairing.ticket.id,
            agency=pairing.clerk.agency,
            point=pairing.booth.point,
            booth=pairing.booth.code,
            clerk=str(pairing.clerk.id),
            policy_version=found.policy_version,
            reasons=found.reasons,
        )
        for pairing, found in decided
    ]
    decisions.insert(tx, JOURNEY, *made)


def forget_names(tx: Tx, kept_for: timedelta, now: datetime) -> None:
    """Clerks stand under a pseudonym in old decisions: one for each, that leads to nobody."""
    before = now - kept_for
    renamed = sum(
        decisions.rename(tx, JOURNEY, clerk, to=f"{PSEUDONYM}{new_uuid().hex[-12:]}", before=before)
        for clerk in decisions.named_before(tx, JOURNEY, before)
    )
    if renamed:
        audit.record(
            tx,
            JOURNEY,
            "routing.clerks_forgotten",
            subject="decisions",
            now=now,
            decisions=renamed,
            before=before.isoformat(),
        )
