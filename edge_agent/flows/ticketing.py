"""A ticket, touch to paper: how does a visitor get a number?"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from edge_agent.clock import Clock
from edge_agent.core.ticket_rules import further, refused_here
from edge_agent.core.words import slip_lines, written_time
from edge_agent.errors import Offline, PeripheralError
from edge_agent.flows.showing import Showing
from edge_agent.ports import TicketPrinter, TicketSlip, Uplink
from shared.identifiers import BootId, MessageId, ServiceCode, TicketId
from shared.languages import Language
from shared.telemetry import Condition, Port
from shared.tickets import (
    CancelTicket,
    PassTicket,
    RefusalCode,
    Refused,
    ReturnTicket,
    TakeTicket,
    TicketAccepted,
    TicketIssued,
)

log = structlog.get_logger()

ANSWER_S = 6.0


class Ticketing:
    """`ports.Ticketing`; `run` prints, so that no screen waits for paper."""

    def __init__(  # noqa: PLR0913 - each is another port
        self,
        *,
        uplink: Uplink,
        printer: TicketPrinter | None,
        showing: Showing,
        clock: Clock,
        boot: BootId,
        trouble: Callable[[Port, Condition], None],
    ) -> None:
        self._uplink = uplink
        self._printer = printer
        self._showing = showing
        self._clock = clock
        self._boot = boot
        self._trouble = trouble
        self._slips: asyncio.Queue[tuple[TicketIssued, Language]] = asyncio.Queue()
        # One wish, one paper, however often the page asks.
        self._printed: dict[MessageId, None] = {}

    async def take(
        self,
        id: MessageId,  # noqa: A002
        service: ServiceCode,
        language: Language,
        more: tuple[ServiceCode, ...] = (),
        *,
        in_order: bool = False,
    ) -> TicketIssued | Refused:
        """A number, or why not; the paper follows by itself. In order: ``service`` comes first."""
        for each in (service, *more):
            code = refused_here(
                each, connected=self._uplink.connected, catalogue=self._showing.scene.catalogue
            )
            if code is not None:
                return Refused(code=code)
        wish = TakeTicket(
            service=service,
            language=language,
            age_s=0.0,
            boot_id=self._boot,
            more=further(service, more, in_order=in_order),
        )
        try:
            answer = await self._uplink.request(wish, id=id, timeout_s=ANSWER_S)
        except Offline:
            return Refused(code=RefusalCode.OFFLINE)
        if isinstance(answer, TicketIssued):
            if id not in self._printed:
                self._printed[id] = None
                while len(self._printed) > 64:  # noqa: PLR2004 - a page repeats within seconds
                    del self._printed[next(iter(self._printed))]
                self._slips.put_nowait((answer, language))
            return answer
        return answer if isinstance(answer, Refused) else _not_understood()

    async def cancel(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """The visitor changed their mind."""
        return await self._change(id, CancelTicket(ticket_id=ticket))

    async def give_back(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """A visitor who missed the call is here again."""
        return await self._change(id, ReturnTicket(ticket_id=ticket))

    async def let_pass(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """A visitor who is not ready lets others pass."""
        return await self._change(id, PassTicket(ticket_id=ticket))

    async def _change(
        self,
        id: MessageId,  # noqa: A002
        wish: CancelTicket | ReturnTicket | PassTicket,
    ) -> TicketAccepted | Refused:
        if not self._uplink.connected:
            return Refused(code=RefusalCode.OFFLINE)
        try:
            answer = await self._uplink.request(wish, id=id, timeout_s=ANSWER_S)
        except Offline:
            return Refused(code=RefusalCode.OFFLINE)
        return answer if isinstance(answer, TicketAccepted | Refused) else _not_understood()

    async def run(self) -> None:
        """Print the numbers one after the other."""
        while True:
            ticket, language = await self._slips.get()
            if self._printer is None:
                continue
            try:
                await self._printer.print_ticket(self._slip(ticket, language))
            except PeripheralError as trouble:
                # The number stands on the screen, which says that there is no paper.
                log.warning("a number was not printed", reason=trouble.reason)
                self._trouble(Port.TICKET_PRINTER, _condition(trouble.reason))

    def _slip(self, ticket: TicketIssued, language: Language) -> TicketSlip:
        twin = self._showing.scene.twin
        local = _local(self._clock.now(), twin.timezone if twin else "Europe/Helsinki")
        return TicketSlip(
            number=ticket.number,
            point_name=twin.point_name.in_(language) if twin else "",
            printed_at=written_time(language, local),
            lines=slip_lines(language, errands=1 + len(ticket.more)),
            language=language,
        )


def _local(at: datetime, zone: str) -> datetime:
    try:
        return at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        log.warning("the point's time zone is not known", zone=zone)
        return at


def _condition(reason: str) -> Condition:
    return Condition(reason) if reason in set(Condition) else Condition.FAILED


def _not_understood() -> Refused:
    return Refused(code=RefusalCode.NOT_UNDERSTOOD)
