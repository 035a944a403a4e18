"""A link that runs over a real broker, and the device behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_agent.clock import Clock, boot_id
from edge_agent.errors import Offline
from edge_agent.uplink import tls
from edge_agent.uplink.connection import Address
from edge_agent.uplink.disk import Disk
from edge_agent.uplink.identity import Identity
from edge_agent.uplink.link import Believed, Link
from shared.envelope import Body
from shared.identifiers import VisitId, new_uuid
from shared.rooms import Signal
from shared.telemetry import HelpPressed
from shared.tickets import Board
from shared.twin import TwinDesired
from shared.visits import BeginVisit
from tests.edge_agent.counterpart import eventually, now


@dataclass
class Device:
    """What the flows behind the uplink were asked."""

    obeyed: list[Body] = field(default_factory=list)
    configured: list[Body] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    reason: str = ""
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    held: bool = False

    async def obey(self, command: Body) -> str:
        self.obeyed.append(command)
        if self.held:
            await self.holds.wait()
        return self.reason

    async def configure(self, twin: TwinDesired | Board) -> None:
        self.configured.append(twin)

    async def pass_signal(self, signal: Signal) -> None:
        self.signals.append(signal)

    async def link_changed(self, *, connected: bool) -> None:
        self.links.append(connected)


def skewed(**off: float) -> Clock:
    return Clock(wall=lambda: now() + timedelta(**off))


@asynccontextmanager
async def running(
    identity: Identity,
    state_dir: Path,
    *,
    clock: Clock | None = None,
    port: int | None = None,
) -> AsyncIterator[tuple[Link, Device]]:
    clock = clock or Clock()
    disk = Disk(state_dir / "uplink.db")
    trust = identity.trust

    def address() -> Address:
        return Address(
            host=trust.mqtt.host,
            port=port or trust.mqtt.port,
            device=identity.device,
            tls=tls.context(
                service_ca_pem=trust.bundle.service_ca_pem, clock=clock, pem=identity.pem
            ),
        )

    link = Link(
        believed=Believed(
            device=identity.device,
            boot=boot_id(),
            version="0.0.0",
            address=address,
            command_keys=lambda: identity.command_keys,
            keys_unknown=lambda: None,
        ),
        disk=disk,
        clock=clock,
    )
    behind = Device()
    try:
        async with asyncio.TaskGroup() as group:
            life = group.create_task(link.run(behind))
            yield link, behind
            life.cancel()
    finally:
        disk.close()


def pressed(second: int = 0) -> HelpPressed:
    """Events that can be told apart."""
    return HelpPressed(where="booth", at=datetime(2026, 1, 1, second=second, tzinfo=UTC))


def begin() -> BeginVisit:
    return BeginVisit(visit_id=VisitId(new_uuid()))


async def eventually_empty(link: Link) -> None:
    async def empty() -> bool:
        return await link.waiting() == 0

    await eventually(empty)


def link_on(disk: Disk, identity: Identity) -> Link:
    def nowhere() -> Address:
        raise Offline("nowhere")

    return Link(
        believed=Believed(
            device=identity.device,
            boot=boot_id(),
            version="0.0.0",
            address=nowhere,
            command_keys=lambda: identity.command_keys,
            keys_unknown=lambda: None,
        ),
        disk=disk,
        clock=Clock(),
    )
