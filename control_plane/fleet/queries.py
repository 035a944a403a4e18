"""Which statements read and write devices and their commands?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter

from control_plane.database import Instant, Tx, insert_or, one_of
from control_plane.fleet.rules import earlier
from control_plane.fleet.tables import commands, device_states
from control_plane.security.scope import Scope
from control_plane.service_points.tables import device_places
from shared.commands import CommandState
from shared.telemetry import PeripheralStatus

_PERIPHERALS: TypeAdapter[tuple[PeripheralStatus, ...]] = TypeAdapter(tuple[PeripheralStatus, ...])
COMMANDS_SHOWN = 200
CLOCK_PUT_BACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Device:
    """A device with its place and its latest word; ``online`` is None before its first."""

    device: str
    point: str
    booth: str | None
    online: bool | None
    since: datetime | None
    heard_at: datetime | None
    version: str
    peripherals: tuple[PeripheralStatus, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command and how far it has come, in the device's word."""

    id: UUID
    device: str
    kind: str
    state: str
    reason: str
    posted_at: datetime
    changed_at: datetime


_STATE = (
    device_states.c.online,
    device_states.c.since.label("device_since"),
    device_states.c.heard_at,
    device_states.c.version,
    device_states.c.peripherals,
)


def devices(tx: Tx, _scope: Scope) -> list[Device]:
    """Every device that stands somewhere; places are shared by all agencies."""
    rows = tx.execute(
        sa.select(device_places, *_STATE)
        .outerjoin(device_states, device_states.c.device == device_places.c.device)
        .order_by(device_places.c.point, device_places.c.device)
    )
    return [
        Device(
            device=row.device,
            point=row.point,
            booth=row.booth,
            online=row.online,
            since=row.device_since,
            heard_at=row.heard_at,
            version=row.version or "",
            peripherals=peripherals_of(row.peripherals),
        )
        for row in rows
    ]


def tell_status(tx: Tx, _scope: Scope, row: Mapping[str, Any]) -> None:
    """Store a device's word about being online, in the order in which the broker gives it.

    The last will was written when the connection began: its own time orders nothing.
    """
    statement = insert_or(tx.dialect, device_states).values(peripherals="[]", **row)
    given = statement.excluded
    same = device_states.c.online == given.online
    # After a new start the device's clock may be another one.
    started = device_states.c.boot_id != given.boot_id
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["device"],
            set_={
                "online": given.online,
                "since": sa.case((same, device_states.c.since), else_=given.since),
                "heard_at": given.heard_at,
                "boot_id": given.boot_id,
                "version": given.version,
                "peripherals_at": sa.case(
                    (started, sa.null()), else_=device_states.c.peripherals_at
                ),
            },
        )
    )


def state_of(tx: Tx, _scope: Scope, device: str) -> tuple[bool, UUID] | None:
    """Is the device online, and in which of its lives? None before its first word."""
    row = tx.execute(
        sa.select(device_states.c.online, device_states.c.boot_id).where(
            device_states.c.device == device
        )
    ).one_or_none()
    return None if row is None else (row.online, row.boot_id)


def tell_peripherals(
    tx: Tx,
    _scope: Scope,
    *,
    device: str,
    peripherals: tuple[PeripheralStatus, ...],
    told_at: datetime,
) -> bool:
    """Store what a device says of its peripherals; the latest wins by its own time.

    A word that is older by far is that of a clock which was put back, and counts.
    """
    done = tx.execute(
        sa.update(device_states)
        .where(
            device_states.c.device == device,
            sa.or_(
                device_states.c.peripherals_at.is_(None),
                device_states.c.peripherals_at <= told_at,
                device_states.c.peripherals_at > told_at + CLOCK_PUT_BACK,
            ),
        )
        .values(peripherals=_PERIPHERALS.dump_json(peripherals).decode(), peripherals_at=told_at)
    )
    return done.rowcount == 1


_HEARD = (
    sa.update(device_states)
    .where(device_states.c.device == sa.bindparam("name"))
    .values(
        heard_at=sa.bindparam("at", type_=Instant),
        # A device that is heard after it counted as gone is there again.
        online=sa.or_(
            device_states.c.online,
            sa.bindparam("at", type_=Instant) > device_states.c.since,
        ),
        since=sa.case(
            (device_states.c.online, device_states.c.since),
            (
                sa.bindparam("at", type_=Instant) > device_states.c.since,
                sa.bindparam("at", type_=Instant),
            ),
            else_=device_states.c.since,
        ),
    )
)


def heard(tx: Tx, _scope: Scope, at: Mapping[str, datetime]) -> None:
    """Store when each of these devices was heard: one statement for all of them."""
    tx.execute(_HEARD, [{"name": name, "at": instant} for name, instant in at.items()])


def offline_among(tx: Tx, _scope: Scope, names: Iterable[str]) -> list[str]:
    """Which of these devices count as offline?"""
    return list(
        tx.execute(
            sa.select(device_states.c.device).where(
                device_states.c.online.is_(False), device_states.c.device.in_(list(names))
            )
        ).scalars()
    )


def silence(tx: Tx, _scope: Scope, *, before: datetime, now: datetime) -> list[str]:
    """Count the devices as offline that were not heard since ``before``; gives their names."""
    rows = tx.execute(
        sa.update(device_states)
        .where(device_states.c.online.is_(True), device_states.c.heard_at < before)
        .values(online=False, since=now)
        .returning(device_states.c.device)
    )
    return list(rows.scalars())


_KEEP_COMMAND = sa.insert(commands)
_ADVANCE_COMMAND = sa.update(commands).where(
    commands.c.id == sa.bindparam("this"),
    commands.c.device == sa.bindparam("of"),
    one_of(commands.c.state),
)


def keep_command(tx: Tx, _scope: Scope, row: Mapping[str, Any]) -> None:
    """Store a command that is on its way."""
    tx.execute(_KEEP_COMMAND, dict(row))


def advance_command(  # noqa: PLR0913 - whose command, how far, why and when
    tx: Tx, scope: Scope, command_id: UUID, *, state: CommandState, reason: str, now: datetime
) -> bool:
    """Store how far a command of this device has come; False when it was as far already."""
    which = {
        "this": command_id,
        "of": scope.device,
        "among": [str(each) for each in earlier(state)],
    }
    values = {"state": str(state), "reason": reason, "changed_at": now}
    return tx.execute(_ADVANCE_COMMAND, which | values).rowcount == 1


def commands_of(tx: Tx, _scope: Scope, device: str) -> list[Command]:
    """The latest commands of a device, newest first."""
    rows = tx.execute(
        sa.select(commands)
        .where(commands.c.device == device)
        .order_by(commands.c.id.desc())
        .limit(COMMANDS_SHOWN)
    )
    return [_command(row) for row in rows]


def purge_commands(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Erase old commands."""
    tx.execute(sa.delete(commands).where(commands.c.posted_at < before))


def _command(row: sa.Row[Any]) -> Command:
    return Command(
        row.id, row.device, row.kind, row.state, row.reason, row.posted_at, row.changed_at
    )


def peripherals_of(text: str | None) -> tuple[PeripheralStatus, ...]:
    return _PERIPHERALS.validate_json(text) if text else ()
