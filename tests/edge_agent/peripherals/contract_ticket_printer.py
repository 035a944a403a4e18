"""What every ticket printer does, driver or twin; a subclass gives the rig."""

from abc import ABC, abstractmethod

import pytest

from edge_agent.errors import PeripheralError
from edge_agent.ports import TicketPrinter, TicketSlip
from shared.languages import Language
from shared.telemetry import Condition, Port

SLIP = TicketSlip(
    number=104,
    point_name="Sallan etäpalvelupiste",
    printed_at="24.11.2026 klo 12.05",
    lines=("Odota, että numerosi kutsutaan.", "Vänta tills ditt nummer ropas upp. Avgift 0 €."),
    language=Language.FINNISH,
)


class TicketPrinterRig(ABC):
    """A printer and the hands on it."""

    printer: TicketPrinter

    @abstractmethod
    async def turn(self, action: str) -> None:
        """``paper_out``, ``paper_in``, ``cover_open``, ``cover_close``, ``unplug``, ``plug``."""

    @abstractmethod
    def slips(self) -> int:
        """How many came out so far."""

    @abstractmethod
    def break_while_printing(self) -> None:
        """The paper ends under the next slip."""


class TicketPrinterContract:
    async def test_it_stands_behind_its_port(self, rig: TicketPrinterRig) -> None:
        assert rig.printer.port is Port.TICKET_PRINTER
        assert await rig.printer.status() is Condition.READY

    async def test_a_ticket_is_out_when_the_call_returns(self, rig: TicketPrinterRig) -> None:
        await rig.printer.print_ticket(SLIP)
        assert rig.slips() == 1

    @pytest.mark.parametrize(
        ("fault", "mend", "condition"),
        [
            ("paper_out", "paper_in", Condition.PAPER_OUT),
            ("cover_open", "cover_close", Condition.COVER_OPEN),
            ("unplug", "plug", Condition.UNPLUGGED),
        ],
    )
    async def test_a_fault_is_told_and_nothing_is_printed_until_it_is_mended(
        self, rig: TicketPrinterRig, fault: str, mend: str, condition: Condition
    ) -> None:
        await rig.turn(fault)
        assert await rig.printer.status() is condition
        with pytest.raises(PeripheralError) as trouble:
            await rig.printer.print_ticket(SLIP)
        assert trouble.value.reason == condition
        assert rig.slips() == 0
        await rig.turn(mend)
        assert await rig.printer.status() is Condition.READY
        await rig.printer.print_ticket(SLIP)
        assert rig.slips() == 1

    async def test_paper_that_ends_under_a_slip_is_told(self, rig: TicketPrinterRig) -> None:
        rig.break_while_printing()
        with pytest.raises(PeripheralError) as trouble:
            await rig.printer.print_ticket(SLIP)
        assert trouble.value.reason == Condition.PAPER_OUT
