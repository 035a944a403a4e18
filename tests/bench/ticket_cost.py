"""What does one number cost the control plane in statements, commits and messages?

The control plane runs in this process, so that SQLAlchemy can tell each statement; the bench is
the device, with its own certificate, and a second client counts what the broker carries upward.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, assert_never

import aiomqtt
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from control_plane import app as application
from control_plane.settings import Settings
from edge_agent.clock import Clock, boot_id
from provisioning.demo import readiness
from provisioning.demo.plan import DEVICE
from shared.envelope import wrap
from shared.identifiers import MessageId, new_uuid
from shared.languages import Language
from shared.tickets import TakeTicket
from tests.bench.backend import DOWN, REQUEST, Backend, backend
from tests.bench.numbers import Number, Numbers, median
from tests.bench.people import Clerk
from tests.bench.roundtrip import Answers, mark

TICKETS = 30
SETTLE_S = 0.5  # so that what the last number caused is over
WRITER = "sqlite-writer"
CONTROL = re.compile(r"\s*(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|PRAGMA)\b", re.IGNORECASE)
SERVICE = "kela-elake"
UP = f"rsp/v1/d/{DEVICE}/up/#"


class Kind(StrEnum):
    """What is counted."""

    STATEMENT = "statement"
    COMMIT = "commit"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one number."""

    statements: int
    commits: int
    messages: int


@dataclass(slots=True)
class Counted:
    """What happened since the last look, in order, and in which thread."""

    log: list[tuple[Kind, str]] = field(default_factory=list)

    def happened(self, kind: Kind) -> None:
        """Note it."""
        self.log.append((kind, threading.current_thread().name))

    def cost(self) -> Cost:
        """From the request to now, without what goes on beside it.

        Before the number's own commit everything counts; after it only what the writer does, for
        the readers then make the snapshots of clerks' desks, which nobody waits for.
        """
        log, self.log = self.log, []
        statements = commits = messages = 0
        for kind, thread in log:
            match kind:
                case Kind.MESSAGE:
                    messages += 1
                case _ if commits and thread != WRITER:
                    pass
                case Kind.STATEMENT:
                    statements += 1
                case Kind.COMMIT:
                    commits += thread == WRITER
                case _:
                    assert_never(kind)
        return Cost(statements, commits, messages)


async def cost() -> Numbers:
    """`ticket.sql_statements`, `ticket.commits`, `ticket.mqtt_messages`."""
    async with backend(keep={"broker"}) as world, in_process(world) as counted:
        tls = await world.enrol()
        web = f"http://127.0.0.1:{world.ports.web}"
        async with (
            world.device(tls) as device,
            world.service() as service,
            Clerk.on_duty(web, world.account("kela")),
        ):
            samples = await take_numbers(device, service, counted)
    per = f"median of {TICKETS}; from the request to the reply; savepoints are not counted"
    return {
        "ticket.sql_statements": Number(
            median([each.statements for each in samples]), "", TICKETS, note=per
        ),
        "ticket.commits": Number(median([each.commits for each in samples]), "", TICKETS, note=per),
        "ticket.mqtt_messages": Number(
            median([each.messages for each in samples]), "", TICKETS, note=per
        ),
    }


async def take_numbers(
    device: aiomqtt.Client, service: aiomqtt.Client, counted: Counted
) -> list[Cost]:
    """One number after another, each with everything that it causes."""
    answers = Answers()
    await device.subscribe(DOWN)
    await service.subscribe(UP)
    samples = []
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(answers.listen(device, lambda: tick(counted))),
            group.create_task(count_up(service, counted)),
        ]
        for number in range(TICKETS + 1):
            await asyncio.sleep(SETTLE_S)
            counted.cost()
            made, payload = take_ticket()
            answered = answers.expect(mark(made))
            await device.publish(REQUEST, payload, qos=1)
            await asyncio.wait_for(answered, 10)
            if number:  # the first one warms up
                samples.append(counted.cost())
        for task in tasks:
            task.cancel()
    return samples


async def count_up(service: aiomqtt.Client, counted: Counted) -> None:
    """Every message that the device sent."""
    async for _ in service.messages:
        tick(counted)


def tick(counted: Counted) -> None:
    """One message."""
    counted.happened(Kind.MESSAGE)


def take_ticket() -> tuple[MessageId, bytes]:
    """A touch on the waiting-area screen."""
    made = MessageId(new_uuid())
    clock = Clock()
    body = TakeTicket(service=SERVICE, language=Language.FINNISH, age_s=0.0, boot_id=boot_id())
    now = clock.now()
    return made, wrap(body, id=made, now=now, expires_at=now + timedelta(seconds=20))


@contextlib.asynccontextmanager
async def in_process(world: Backend) -> AsyncIterator[Counted]:
    """The control plane as a task of ours, with its statements counted."""
    ports, state = world.ports, world.state
    settings = Settings(
        state_dir=state.control_plane,
        port=ports.web,
        public_origin=f"http://127.0.0.1:{ports.web}",
        mqtt_host="127.0.0.1",
        mqtt_port=ports.mqtt_services,
        mqtt_device_port=ports.mqtt_devices,
        device_host="127.0.0.1",
        device_port=ports.device_https,
    )
    with counting() as counted:
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(application.run(settings))
            await asyncio.wait_for(readiness.control_plane_ready(ports), 30)
            await asyncio.wait_for(readiness.listening(ports.device_https), 30)
            yield counted
            serving.cancel()


@contextlib.contextmanager
def counting() -> Iterator[Counted]:
    """Listen to every engine of this process."""
    counted = Counted()

    def statement(*facts: Any) -> None:
        if not CONTROL.match(facts[2]):
            counted.happened(Kind.STATEMENT)

    def commit(*_: object) -> None:
        counted.happened(Kind.COMMIT)

    sa.event.listen(Engine, "before_cursor_execute", statement)
    sa.event.listen(Engine, "commit", commit)
    try:
        yield counted
    finally:
        sa.event.remove(Engine, "before_cursor_execute", statement)
        sa.event.remove(Engine, "commit", commit)
