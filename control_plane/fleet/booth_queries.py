"""Which statements read and write what booths are used for?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, insert_or, one_of
from control_plane.fleet.queries import peripherals_of
from control_plane.fleet.rules import BoothState
from control_plane.fleet.tables import booth_uses, device_states
from control_plane.security.scope import Scope
from control_plane.service_points.tables import booths, device_places
from shared.telemetry import PeripheralStatus


@dataclass(frozen=True, slots=True)
class BoothNow:
    """A booth with its use and its device's latest word."""

    point: str
    booth: str
    closed: bool
    state: BoothState
    since: datetime | None
    visit_id: UUID | None
    distrusted_for: str
    distrusted_until: datetime | None
    device: str | None
    online: bool | None
    peripherals: tuple[PeripheralStatus, ...]
    kept_for: UUID | None = None


_AT_POINTS = (
    sa.select(
        booths.c.point,
        booths.c.code,
        booths.c.closed,
        booth_uses.c.state,
        booth_uses.c.since,
        booth_uses.c.visit_id,
        booth_uses.c.distrusted_for,
        booth_uses.c.distrusted_until,
        booth_uses.c.kept_for,
        device_places.c.device,
        device_states.c.online,
        device_states.c.peripherals,
    )
    .select_from(booths)
    .outerjoin(
        booth_uses,
        sa.and_(booth_uses.c.point == booths.c.point, booth_uses.c.booth == booths.c.code),
    )
    .outerjoin(
        device_places,
        sa.and_(device_places.c.point == booths.c.point, device_places.c.booth == booths.c.code),
    )
    .outerjoin(device_states, device_states.c.device == device_places.c.device)
    .where(one_of(booths.c.point, named="points"))
    .order_by(booths.c.point, booths.c.code, device_places.c.device)
)
_AT_POINTS_ONE = _AT_POINTS.where(booths.c.code == sa.bindparam("code"))


def booths_now(
    tx: Tx, _scope: Scope, points: Iterable[str], *, booth: str | None = None
) -> list[BoothNow]:
    """The booths of these points as they are now, in one statement."""
    if booth is None:
        rows = tx.execute(_AT_POINTS, {"points": list(points)})
    else:
        rows = tx.execute(_AT_POINTS_ONE, {"points": list(points), "code": booth})
    found: dict[tuple[str, str], BoothNow] = {}
    for row in rows:
        # A booth with two devices by mistake has the first by name.
        found.setdefault((row.point, row.code), _booth(row))
    return list(found.values())


_MOVE = sa.update(booth_uses).where(
    booth_uses.c.point == sa.bindparam("there"),
    booth_uses.c.booth == sa.bindparam("which"),
    booth_uses.c.visit_id == sa.bindparam("whose"),
)


_FREE = _MOVE.values(
    state=sa.case(
        (booth_uses.c.kept_for.is_(None), BoothState.FREE.value), else_=BoothState.KEPT.value
    ),
    distrusted_for=sa.case(
        (booth_uses.c.distrusted_until.is_(None), ""), else_=booth_uses.c.distrusted_for
    ),
)


def claim_booth(  # noqa: PLR0913 - a booth's key, who takes it, for what and when
    tx: Tx,
    _scope: Scope,
    *,
    point: str,
    booth: str,
    visit_id: UUID,
    ticket_id: UUID,
    state: BoothState,
    now: datetime,
) -> bool:
    """Take a booth that is free, or kept for this ticket, in one statement.

    A booth without a row is free. One that was kept for the ticket still is if nothing comes of it.
    """
    claimed = tx.execute(
        _claim(tx.dialect),
        {
            "point": point,
            "booth": booth,
            "state": str(state),
            "since": now,
            "visit_id": visit_id,
            "distrusted_for": "",
            "distrusted_until": None,
            "ticket": ticket_id,
        },
    )
    return claimed.first() is not None


@built_once
def _claim(dialect: str) -> sa.Executable:
    statement = insert_or(dialect, booth_uses)
    wanted = ("state", "since", "visit_id", "distrusted_for", "distrusted_until")
    return (
        statement.on_conflict_do_update(
            index_elements=["point", "booth"],
            set_={name: statement.excluded[name] for name in wanted},
            where=sa.or_(
                booth_uses.c.state == BoothState.FREE.value,
                sa.and_(
                    booth_uses.c.state == BoothState.KEPT.value,
                    booth_uses.c.kept_for == sa.bindparam("ticket"),
                ),
            ),
        )
        # An INSERT's row count is not told by every driver; what it returns is.
        .returning(booth_uses.c.booth)
    )


def move_booth(
    tx: Tx, _scope: Scope, *, point: str, booth: str, visit_id: UUID, values: Mapping[str, Any]
) -> bool:
    """Change the booth if it is still this visit's; False when it went on to another."""
    its = {"there": point, "which": booth, "whose": visit_id}
    return tx.execute(_MOVE, its | dict(values)).rowcount == 1


def free_booth(
    tx: Tx, _scope: Scope, *, point: str, booth: str, visit_id: UUID, now: datetime
) -> None:
    """Let the booth again, to the ticket for which it is kept or to anybody.

    What was held against it without a term is over, the rest stays.
    """
    tx.execute(_FREE, {"there": point, "which": booth, "whose": visit_id, "since": now})


@dataclass(frozen=True, slots=True)
class Seat:
    """A booth that is kept for a ticket, and the visit, or the offer of one, that had it last."""

    point: str
    booth: str
    state: BoothState
    used_by: UUID


def seat_of(tx: Tx, _scope: Scope, ticket_id: UUID) -> Seat | None:
    """The booth that is kept for this ticket."""
    row = tx.execute(
        sa.select(booth_uses).where(
            booth_uses.c.kept_for == ticket_id, booth_uses.c.visit_id.is_not(None)
        )
    ).first()
    return None if row is None else Seat(row.point, row.booth, BoothState(row.state), row.visit_id)


def trust_again(tx: Tx, _scope: Scope, *, point: str, booth: str) -> None:
    """Forget why a booth was kept away from visitors for a while."""
    tx.execute(
        sa.update(booth_uses)
        .where(
            booth_uses.c.point == point,
            booth_uses.c.booth == booth,
            booth_uses.c.distrusted_until.is_not(None),
        )
        .values(distrusted_for="", distrusted_until=None)
    )


def _booth(row: sa.Row[Any]) -> BoothNow:
    return BoothNow(
        point=row.point,
        booth=row.code,
        closed=row.closed,
        state=BoothState(row.state) if row.state else BoothState.FREE,
        since=row.since,
        visit_id=row.visit_id,
        distrusted_for=row.distrusted_for or "",
        distrusted_until=row.distrusted_until,
        device=row.device,
        online=(row.online or False) if row.device else None,
        peripherals=peripherals_of(row.peripherals),
        kept_for=row.kept_for,
    )
