"""How does a ticket printer behave when it is none? It keeps the slips as pictures."""

import asyncio
import textwrap
from dataclasses import dataclass

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.paper import Page, png
from edge_agent.peripherals.simulated.switches import Switches
from edge_agent.ports import TicketSlip
from shared.identifiers import new_uuid
from shared.telemetry import Condition, Port

SECONDS_PER_SLIP = 0.3
KEPT = 12
_COLUMNS = 32
_WIDTH_MM = 80.0


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """A slip in the tray."""

    id: str
    slip: TicketSlip


class SimulatedTicketPrinter:
    """Takes the time that a printer takes, and has its troubles."""

    port = Port.TICKET_PRINTER
    simulated = True

    def __init__(self, bell: Bell, *, seconds_per_slip: float = SECONDS_PER_SLIP) -> None:
        self.switches = Switches(bell)
        self.slips: list[PrintedSlip] = []
        self._bell = bell
        self._seconds = seconds_per_slip
        self._one_at_a_time = asyncio.Lock()

    async def status(self) -> Condition:
        """As the switches stand; busy while a slip comes out."""
        if self.switches.works and self._one_at_a_time.locked():
            return Condition.BUSY
        return self.switches.condition

    async def print_ticket(self, slip: TicketSlip) -> None:
        """A slip in the tray, or what is wrong."""
        async with self._one_at_a_time:
            self._must_work()
            await asyncio.sleep(self._seconds)
            self._must_work()
            self.slips.append(PrintedSlip(id=str(new_uuid()), slip=slip))
            del self.slips[:-KEPT]
            self._bell.ring()

    def _must_work(self) -> None:
        if not self.switches.works:
            raise PeripheralError(self.switches.condition)

    def picture(self, id: str) -> bytes | None:  # noqa: A002 - the URL's own word
        """A slip as it looks."""
        found = next((printed.slip for printed in self.slips if printed.id == id), None)
        return None if found is None else png(draw(found).picture(dpi=160))

    async def close(self) -> None:
        """Nothing to let go of."""


def draw(slip: TicketSlip) -> Page:
    """The slip's layout on an 80 mm roll."""
    lines = [part for line in slip.lines for part in textwrap.wrap(line, _COLUMNS) or [""]]
    page = Page(width_mm=_WIDTH_MM, height_mm=58 + 5.0 * len(lines))
    page.box(0, 0, (_WIDTH_MM, page.height_mm), grey=1)
    page.centred(9, slip.point_name, size=11, bold=True)
    page.centred(36, str(slip.number), size=72, bold=True)
    page.centred(46, slip.printed_at, size=10)
    for row, line in enumerate(lines):
        page.centred(54 + 5.0 * row, line, size=10)
    return page
