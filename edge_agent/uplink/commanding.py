"""What happens to a command on this device? Checked, stored, carried out once, reported."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from edge_agent.clock import Clock
from edge_agent.ports import Orders
from edge_agent.uplink.inbox import RESTARTED, Inbox
from edge_agent.uplink.orders import EXPIRED, claimed_id, out_of_time, read_order
from edge_agent.uplink.outbox import Lane, NewMessage
from shared.commands import COMMANDS, CommandReported, CommandState
from shared.envelope import Body, Message, NotUnderstood, wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.orders import CommandKeys, NotProven
from shared.topics import LIMITS, Down

log = structlog.get_logger()

# The outbox of the control plane sends again what finds no room here.
MOST_PENDING = 64


@dataclass(frozen=True, slots=True)
class Commanding:
    """The one who takes commands, in the order of their arrival."""

    device: DeviceName
    keys: Callable[[], CommandKeys]
    keys_unknown: Callable[[], None]
    inbox: Inbox
    orders: Orders
    clock: Clock
    time_known: asyncio.Event
    say: Callable[[bytes], Awaitable[None]]
    stored: Callable[[], None]  # a report was put on disk
    pending: asyncio.Queue[bytes] = field(
        default_factory=lambda: asyncio.Queue(maxsize=MOST_PENDING)
    )

    def take(self, payload: bytes) -> None:
        """Something came on the command topic."""
        try:
            self.pending.put_nowait(payload)
        except asyncio.QueueFull:
            log.warning("too many commands at once")

    async def run(self) -> None:
        """Judge one after the other; carry out side by side, since a preparation takes a while."""
        async with asyncio.TaskGroup() as group:
            while True:
                payload = await self.pending.get()
                command = await self._admit(payload)
                if command is not None:
                    group.create_task(self._carry_out(command))

    async def end_interrupted(self) -> None:
        """At the start: what a former process did not finish has failed, and is told so."""
        for command in await self.inbox.interrupted():
            await self._finish(command, CommandState.FAILED, RESTARTED)

    async def _admit(self, payload: bytes) -> Message[Body] | None:
        try:
            command = read_order(
                payload,
                device=self.device,
                keys=self.keys(),
                words=COMMANDS,
                limit=LIMITS[Down.COMMAND],
            )
        except NotProven as trouble:
            self.keys_unknown()
            await self._refuse_stranger(payload, trouble.reason)
            return None
        except NotUnderstood as trouble:
            await self._refuse_stranger(payload, trouble.reason)
            return None
        # Until the server's time is known nobody can say whether a command is still in time.
        await self.time_known.wait()
        known = await self.inbox.find(command.id)
        if known is not None:
            await self._report(command.id, known.state, known.reason)
            return None
        reason = out_of_time(command, now=self.clock.now())
        if reason:
            state = CommandState.EXPIRED if reason == EXPIRED else CommandState.REFUSED
            log.warning("command refused", kind=command.body.kind, reason=reason)
            await self._report(command.id, state, reason)
            return None
        await self.inbox.receive(
            command.id, kind=command.body.kind, at_s=int(self.clock.now().timestamp())
        )
        await self._report(command.id, CommandState.RECEIVED)
        return command

    async def _carry_out(self, command: Message[Body]) -> None:
        await self.inbox.running(command.id)
        reason = await self.orders.obey(command.body)
        state = CommandState.FAILED if reason else CommandState.DONE
        await self._finish(command.id, state, reason)
        log.info("command ended", kind=command.body.kind, state=state, reason=reason)

    async def _finish(self, command: MessageId, state: CommandState, reason: str) -> None:
        payload, report = self._wrapped(command, state, reason)
        kind = CommandReported.kind
        await self.inbox.finish(
            command,
            state=state,
            reason=reason,
            report=NewMessage(id=report, lane=Lane.REPORT, kind=kind, payload=payload),
        )
        self.stored()

    async def _refuse_stranger(self, payload: bytes, reason: str) -> None:
        """It may claim the id of a real command, so nothing of it is stored."""
        log.warning("command refused", reason=reason)
        claimed = claimed_id(payload)
        if claimed is not None and await self.inbox.find(claimed) is None:
            await self._report(claimed, CommandState.REFUSED, reason)

    async def _report(self, command: MessageId, state: CommandState, reason: str = "") -> None:
        payload, _ = self._wrapped(command, state, reason)
        await self.say(payload)

    def _wrapped(
        self, command: MessageId, state: CommandState, reason: str
    ) -> tuple[bytes, MessageId]:
        report = MessageId(new_uuid())
        body = CommandReported(state=state, reason=reason)
        return wrap(body, id=report, now=self.clock.now(), re=command), report
