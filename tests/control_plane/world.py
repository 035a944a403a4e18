"""A small nation for tests: two agencies, two points, clerks, and devices that speak."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from control_plane.database import Operation, Store, Tx
from control_plane.routing.rules.board import board_of
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.reasons import Kind
from control_plane.security import accounts
from control_plane.security.accounts import NewAccount
from control_plane.security.passwords import hash_password
from control_plane.security.scope import Role, Scope
from control_plane.security.turn import Turn
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from control_plane.staff.rules import ClerkState
from control_plane.visits import desk as desk_view
from control_plane.visits import offer_queries, queries
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations import (
    arrivals,
    calling,
    deciding,
    desk,
    devices,
    matching,
    offering,
)
from control_plane.visits.queries import Visit
from control_plane.visits.rules import Timings
from control_plane.visits.setup import Setup
from control_plane.visits.views import Desk
from control_plane.visits.waits import UNFORESEEN, Waits
from shared.commands import REPLIES, CommandReported, CommandState
from shared.envelope import Body, Message
from shared.identifiers import BootId, MessageId, TicketId, VisitId, new_uuid
from shared.languages import Language
from shared.telemetry import Condition, DeviceStatus, PeripheralsChanged, PeripheralStatus, Port
from shared.tickets import TakeTicket, TicketIssued
from tests.clock import FakeClock

T = TypeVar("T")

PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live for a test
OFFER = timedelta(seconds=20)
PASSWORD_HASH = hash_password(PASSWORD)


def text(word: str) -> dict[str, str]:
    return {"fi": word, "sv": f"{word} sv", "en": f"{word} en"}


def seed() -> SeedFile:
    """Kela and the tax administration, at Salla (one booth) and Inari (two)."""
    return SeedFile.model_validate(
        {
            "agencies": [
                {
                    "code": "kela",
                    "name": text("Kela"),
                    "about": text("tuet"),
                    "valid_from": "2020-01-01",
                    "services": [
                        {"code": "kela-tuki", "name": text("Tuki"), "minutes": 15},
                        {
                            "code": "kela-todistus",
                            "name": text("Todistus"),
                            "minutes": 10,
                            "needs_print": True,
                        },
                        {
                            "code": "kela-elake",
                            "name": text("Eläke"),
                            "minutes": 20,
                            "skill": "pensions",
                        },
                    ],
                },
                {
                    "code": "vero",
                    "name": text("Verohallinto"),
                    "about": text("verot"),
                    "valid_from": "2020-01-01",
                    "services": [
                        {"code": "vero-kortti", "name": text("Verokortti"), "minutes": 10}
                    ],
                },
                {
                    "code": "vanha",
                    "name": text("Vanha virasto"),
                    "about": text("ennen"),
                    "valid_from": "2000-01-01",
                    "valid_to": "2025-12-31",
                    "successor": "kela",
                    "services": [{"code": "vanha-asia", "name": text("Asia"), "minutes": 10}],
                },
                {
                    "code": "ita-lappi",
                    "name": text("Itä-Lapin työllisyysalue"),
                    "about": text("työ"),
                    "valid_from": "2025-01-01",
                    "service_area": ["Salla"],
                    "services": [{"code": "tyo-haku", "name": text("Työnhaku"), "minutes": 20}],
                },
            ],
            "points": [
                {
                    "code": "salla",
                    "name": text("Salla"),
                    "municipality": "Salla",
                    "booths": [
                        {"code": "salla-1", "name": text("Tila 1"), "direction": text("oikealla")}
                    ],
                    "devices": [{"name": "d-salla-01", "booth": "salla-1"}],
                },
                {
                    "code": "inari",
                    "name": text("Inari"),
                    "municipality": "Inari",
                    "booths": [
                        {"code": "inari-1", "name": text("Tila 1"), "direction": text("oikealla")},
                        {
                            "code": "inari-2",
                            "name": text("Tila 2"),
                            "direction": text("vasemmalla"),
                        },
                    ],
                    "devices": [
                        {"name": "d-inari-01", "booth": "inari-1"},
                        {"name": "d-inari-02", "booth": "inari-2"},
                    ],
                },
            ],
        }
    )


def new_message(body: Body, at: datetime, *, id_: UUID | None = None) -> Message[Body]:
    """A message as a device would send it."""
    return Message(id=MessageId(id_ or new_uuid()), sent_at=at, expires_at=None, re=None, body=body)


def ready_ports(
    *, printer: Condition = Condition.READY, screen: Condition = Condition.READY
) -> tuple[PeripheralStatus, ...]:
    since = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    return (
        PeripheralStatus(port=Port.DOCUMENT_PRINTER, condition=printer, since=since),
        PeripheralStatus(port=Port.DOCUMENT_CAMERA, condition=Condition.READY, since=since),
        PeripheralStatus(port=Port.SCREEN, condition=screen, since=since),
    )


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every statement that any engine runs meanwhile, without those that frame transactions."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


def put_together(known: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The desk of a page that had ``known`` and hears this, as the page puts it together."""
    if "data" in said:
        return dict(said["data"])
    desk: dict[str, Any] = known | said["part"]
    for name, rows in said.get("within", {}).items():
        now = {row["code"]: row for row in rows}
        desk[name] = [now.get(row["code"], row) for row in desk[name]]
    return desk


@dataclass
class World:
    """The nation, with a hand on its clock."""

    store: Store
    clock: FakeClock
    setup: Setup = field(default_factory=lambda: Setup(Timings(), Turn((), None), relay_only=False))
    boots: dict[str, BootId] = field(default_factory=dict)
    online: set[str] = field(default_factory=set)

    async def found(self) -> "World":
        await self.run(lambda tx: import_seed(tx, seed(), self.clock.now()))
        return self

    async def run(self, operation: Operation[T]) -> T:
        return await self.store.run(operation)

    async def account(
        self,
        username: str,
        *roles: Role,
        agency: str | None = None,
        languages: Iterable[Language] = (Language.FINNISH, Language.SWEDISH, Language.ENGLISH),
    ) -> Scope:
        new = NewAccount(
            username=username,
            display_name=f"{username} Nimi",
            alias=username.title(),
            roles=frozenset(roles),
            agency=agency,
            languages=tuple(languages),
        )
        made = await self.run(
            lambda tx: accounts.add(tx, Scope.system("test"), new, PASSWORD_HASH, self.clock.now())
        )
        return made.scope

    async def clerk(
        self,
        username: str = "aino",
        agency: str = "kela",
        languages: Iterable[Language] = (Language.FINNISH, Language.SWEDISH, Language.ENGLISH),
    ) -> Scope:
        """A clerk who is available."""
        scope = await self.account(username, Role.CLERK, agency=agency, languages=languages)
        await self.choose(scope, ClerkState.AVAILABLE)
        return scope

    async def choose(self, scope: Scope, state: ClerkState) -> None:
        await self.run(lambda tx: desk.choose(tx, scope, state, "", self.clock.now()))

    async def device_up(self, device: str = "d-salla-01", *, online: bool = True) -> None:
        (self.online.add if online else self.online.discard)(device)
        boot = self.boots.setdefault(device, BootId(new_uuid()))
        status = DeviceStatus(online=online, boot_id=boot, version="1")
        await self.run(lambda tx: devices.status_told(tx, device, status, self.clock.now()))
        if online:
            await self.event(
                PeripheralsChanged(booth=None, peripherals=ready_ports()), device=device
            )

    async def event(
        self, body: Body, *, device: str = "d-salla-01", id_: UUID | None = None
    ) -> None:
        message = new_message(body, self.clock.now(), id_=id_)
        await self.run(lambda tx: devices.event(tx, self.setup, device, message, self.clock.now()))

    async def ask(
        self,
        body: Body,
        *,
        device: str = "d-salla-01",
        id_: UUID | None = None,
        waits: Waits = UNFORESEEN,
    ) -> Body:
        """A device's request, and the answer's body."""
        message = new_message(body, self.clock.now(), id_=id_)
        answer = await self.run(
            lambda tx: arrivals.answer_request(
                tx, self.setup, device, message, self.clock.now(), waits
            )
        )
        assert answer is not None
        return REPLIES.read(answer, limit=4096).body

    async def take(
        self,
        service: str = "kela-tuki",
        *,
        device: str = "d-salla-01",
        language: Language = Language.FINNISH,
        id_: UUID | None = None,
    ) -> TicketIssued:
        issued = await self.ask(take(service, language=language), device=device, id_=id_)
        assert isinstance(issued, TicketIssued), issued
        return issued

    async def call_next(self, clerk: Scope) -> Visit:
        return await self.run(lambda tx: calling.call_next(tx, self.setup, clerk, self.clock.now()))

    async def offer(self, clerk: Scope) -> Offer:
        """What the queue offers this clerk, as the matcher would."""

        def operation(tx: Tx) -> Offer:
            now = self.clock.now()
            found = matching.look(tx, clerk, desk.clerk_at_desk(tx, clerk, now), now)
            board = board_of(found.tickets, [found.free_clerk], found.booths)
            pairing = match(board, now)[0]
            why = deciding.grounds_on(board, pairing, kind=Kind.OFFER, version=0, now=now)
            lasts = {pairing.clerk.agency: OFFER}
            return offering.offer_all(tx, [(pairing, why)], lasts, now)[0]

        return await self.run(operation)

    async def is_open(self, offer_id: str) -> bool:
        """Does the offer still wait for its answer?"""
        found = await self.store.read(
            lambda tx: offer_queries.open_by_id(tx, Scope.system("test"), UUID(offer_id))
        )
        return found is not None

    async def reported(
        self,
        visit: Visit,
        state: CommandState = CommandState.DONE,
        reason: str = "",
        *,
        device: str | None = None,
    ) -> None:
        """The device's word about the visit's PrepareVisit."""
        reported = CommandReported(state=state, reason=reason)
        await self.run(
            lambda tx: devices.command_reported(
                tx,
                self.setup,
                device or visit.device,
                command=MessageId(visit.command_id),
                reported=reported,
                now=self.clock.now(),
            )
        )

    async def visit(self, visit: Visit) -> Visit:
        """The visit as it is now."""
        return await self.stored(str(visit.id))

    async def stored(self, identity: str) -> Visit:
        """The visit of this id as it is now."""
        found = await self.store.read(
            lambda tx: queries.visit_of(tx, Scope.system("test"), UUID(identity))
        )
        assert found is not None
        return found

    async def desk(self, clerk: Scope) -> Desk:
        return await self.store.read(
            lambda tx: desk_view.desk(tx, self.setup, clerk, self.clock.now())
        )


def take(service: str = "kela-tuki", *, language: Language = Language.FINNISH) -> TakeTicket:
    return TakeTicket(service=service, language=language, age_s=1, boot_id=BootId(new_uuid()))


def visit_id(visit: Visit) -> VisitId:
    return VisitId(visit.id)


def ticket_id(visit: Visit) -> TicketId:
    return TicketId(visit.ticket_id)
