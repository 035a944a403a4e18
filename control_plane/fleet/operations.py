"""How is it recorded what devices say, and how is a command put on its way?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from control_plane import facts, outbox
from control_plane.database import Tx
from control_plane.fleet import booth_queries, queries
from control_plane.fleet.booth_queries import BoothNow
from control_plane.fleet.rules import (
    NOT_DONE,
    SILENT_AFTER,
    STILL_KEPT,
    BoothState,
    Readiness,
    Told,
    distrust,
    readiness,
)
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from shared.commands import CommandReported, CommandState
from shared.envelope import Body
from shared.identifiers import DeviceName, MessageId, VisitId, new_uuid
from shared.telemetry import DeviceStatus, HelpPressed, PeripheralsChanged
from shared.topics import Down


class DeviceOnline(facts.Fact):
    """A device came on the line or was lost."""

    kind: ClassVar[str] = "device.online"
    device: str
    online: bool

    @property
    def subject(self) -> str:
        """The device."""
        return f"device:{self.device}"


class HelpAsked(facts.Fact):
    """Somebody pressed for help."""

    kind: ClassVar[str] = "help.asked"
    device: str
    where: str

    @property
    def subject(self) -> str:
        """The device."""
        return f"device:{self.device}"


class BoothTrouble(facts.Fact):
    """A booth failed its check or did not forget a visit."""

    kind: ClassVar[str] = "booth.trouble"
    point: str
    booth: str
    reason: str

    @property
    def subject(self) -> str:
        """The booth."""
        return f"booth:{self.point}/{self.booth}"


@dataclass(frozen=True, slots=True)
class StatusTold:
    """What a word about being online meant: is it news, and has the device started anew?"""

    changed: bool
    started: bool


def ready(booth: BoothNow, now: datetime) -> Readiness:
    """What a booth can do now."""
    told = Told(
        online=booth.online,
        peripherals=booth.peripherals,
        distrusted_for=booth.distrusted_for,
        distrusted_until=booth.distrusted_until,
    )
    return readiness(told, now)


def status_told(tx: Tx, device: DeviceName, status: DeviceStatus, now: datetime) -> StatusTold:
    """Record a device's status, its last will included."""
    scope = Scope.of_device(device)
    before = queries.state_of(tx, scope, device)
    queries.tell_status(
        tx,
        scope,
        {
            "device": device,
            "online": status.online,
            "since": now,
            "heard_at": now,
            "boot_id": status.boot_id,
            "version": status.version[:100],
        },
    )
    changed = before is None or before[0] != status.online
    if changed:
        facts.record(tx, DeviceOnline(device=device, online=status.online), now=now)
    started = status.online and (before is None or before[1] != status.boot_id)
    touch_place(tx, device)
    return StatusTold(changed=changed, started=started)


def heard(tx: Tx, at: Mapping[DeviceName, datetime], now: datetime) -> None:
    """Record gathered heartbeats; who counted as gone and is heard is there again."""
    scope = Scope.system("fleet")
    gone = set(queries.offline_among(tx, scope, at))
    queries.heard(tx, scope, at)
    if not gone:
        return
    for device in sorted(gone - set(queries.offline_among(tx, scope, gone))):
        facts.record(tx, DeviceOnline(device=device, online=True), now=now)
        touch_place(tx, device)


def silence(tx: Tx, now: datetime) -> list[DeviceName]:
    """Count devices as gone that have been silent for too long and said no goodbye."""
    gone = queries.silence(tx, Scope.system("fleet"), before=now - SILENT_AFTER, now=now)
    for device in sorted(gone):
        facts.record(tx, DeviceOnline(device=device, online=False), now=now)
        touch_place(tx, device)
    return gone


def peripherals_told(
    tx: Tx, device: DeviceName, changed: PeripheralsChanged, *, sent_at: datetime, now: datetime
) -> None:
    """Record how the device's peripherals are; a booth that failed a check gets a new chance."""
    scope = Scope.of_device(device)
    told_at = min(sent_at, now)
    if not queries.tell_peripherals(
        tx, scope, device=device, peripherals=changed.peripherals, told_at=told_at
    ):
        return
    place = places.place_of(tx, scope, device)
    if place is None:
        return
    if place.booth is not None:
        booth_queries.trust_again(tx, scope, point=place.point, booth=place.booth)
    tx.touch(f"point:{place.point}")


def help_asked(tx: Tx, device: DeviceName, pressed: HelpPressed, now: datetime) -> None:
    """Record that somebody asked for help."""
    facts.record(tx, HelpAsked(device=device, where=pressed.where), now=now)


def touch_place(tx: Tx, device: DeviceName) -> None:
    """What browsers see of the device's point has changed."""
    place = places.place_of(tx, Scope.of_device(device), device)
    if place is not None:
        tx.touch(f"point:{place.point}")


# --- booths ------------------------------------------------------------------------------------


def claim(  # noqa: PLR0913 - a booth's key, who takes it, for what and when
    tx: Tx,
    *,
    point: str,
    booth: str,
    visit: VisitId,
    ticket: UUID,
    now: datetime,
    state: BoothState = BoothState.PREPARING,
) -> bool:
    """Take a booth for a visit of this ticket or an offer of one; False: somebody was faster."""
    tx.touch(f"point:{point}")
    return booth_queries.claim_booth(
        tx,
        Scope.system("fleet"),
        point=point,
        booth=booth,
        visit_id=visit,
        ticket_id=ticket,
        state=state,
        now=now,
    )


def move(  # noqa: PLR0913 - a booth's key, its visit, the state and why
    tx: Tx,
    *,
    point: str,
    booth: str,
    visit: VisitId,
    state: BoothState,
    now: datetime,
    trouble: str = "",
) -> bool:
    """Bring the booth of this visit to ``state``; a booth that went on to another stays.

    ``trouble`` keeps it away from visitors: for a while, or when it is out of use for good,
    until its device proves that it is clean. Once a visit has begun in it, or it is out of use,
    it is kept for nobody.
    """
    kept = {} if state in STILL_KEPT else {"kept_for": None}
    lasting = state is BoothState.OUT_OF_USE
    until = now + distrust(trouble) if trouble and not lasting else None
    if trouble:
        facts.record(tx, BoothTrouble(point=point, booth=booth, reason=trouble), now=now)
    tx.touch(f"point:{point}")
    return booth_queries.move_booth(
        tx,
        Scope.system("fleet"),
        point=point,
        booth=booth,
        visit_id=visit,
        values={
            "state": str(state),
            "since": now,
            "distrusted_for": trouble,
            "distrusted_until": until,
        }
        | kept,
    )


def keep(tx: Tx, *, point: str, booth: str, visit: VisitId, ticket: UUID) -> None:
    """Keep the booth of this visit, once it is clean, for a ticket."""
    tx.touch(f"point:{point}")
    booth_queries.move_booth(
        tx,
        Scope.system("fleet"),
        point=point,
        booth=booth,
        visit_id=visit,
        values={"kept_for": ticket},
    )


def let_go(tx: Tx, seat: booth_queries.Seat, *, visit: VisitId) -> None:
    """Keep the booth for nobody any more; it is the visit's again, after whatever was offered."""
    tx.touch(f"point:{seat.point}")
    booth_queries.move_booth(
        tx,
        Scope.system("fleet"),
        point=seat.point,
        booth=seat.booth,
        visit_id=seat.used_by,
        values={"kept_for": None, "visit_id": visit},
    )


def free(tx: Tx, *, point: str, booth: str, visit: VisitId, now: datetime) -> None:
    """The booth of this visit is clear; what kept it away for a while still does."""
    tx.touch(f"point:{point}")
    booth_queries.free_booth(
        tx, Scope.system("fleet"), point=point, booth=booth, visit_id=visit, now=now
    )


# --- commands ----------------------------------------------------------------------------------


def command(  # noqa: PLR0913 - who orders what of whom, when and until when
    tx: Tx, scope: Scope, device: DeviceName, body: Body, *, now: datetime, expires_at: datetime
) -> MessageId:
    """Put a command on its way: outbox, its states, and its row in the audit log."""
    identity = MessageId(new_uuid())
    outbox.post(
        tx,
        device=device,
        channel=Down.COMMAND,
        body=body,
        id=identity,
        now=now,
        expires_at=expires_at,
    )
    queries.keep_command(
        tx,
        scope,
        {
            "id": identity,
            "device": device,
            "kind": body.kind,
            "state": str(CommandState.QUEUED),
            "reason": "",
            "posted_at": now,
            "changed_at": now,
        },
    )
    audit.record(
        tx,
        scope,
        "command.sent",
        subject=f"device:{device}",
        now=now,
        kind=body.kind,
        command=str(identity),
    )
    return identity


def command_reported(
    tx: Tx, device: DeviceName, command_id: MessageId, reported: CommandReported, now: datetime
) -> bool:
    """Record a device's word about a command; False when it is old, or not its command."""
    outbox.acknowledge(tx, command_id, device=device, now=now)
    scope = Scope.of_device(device)
    news = queries.advance_command(
        tx, scope, command_id, state=reported.state, reason=reported.reason, now=now
    )
    if news and reported.state in NOT_DONE:
        audit.record(
            tx,
            scope,
            "command.not_done",
            subject=f"device:{device}",
            now=now,
            command=str(command_id),
            state=str(reported.state),
            reason=reported.reason,
        )
    return news
