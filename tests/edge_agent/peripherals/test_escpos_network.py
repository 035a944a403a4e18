"""The network ticket printer's driver, over TCP against a receiver that answers truthfully."""

from collections.abc import AsyncIterator

import pytest

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.escpos_network import EscposNetworkTicketPrinter
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_ticket_printer import (
    SLIP,
    TicketPrinterContract,
    TicketPrinterRig,
)
from tests.virtual.escpos_receiver import EscposReceiver


class Rig(TicketPrinterRig):
    def __init__(self, receiver: EscposReceiver) -> None:
        self.receiver = receiver
        self.printer: EscposNetworkTicketPrinter = EscposNetworkTicketPrinter(
            host="127.0.0.1", tcp_port=receiver.port, timeout_s=0.5, done_within_s=0.8
        )

    async def turn(self, action: str) -> None:
        match action:
            case "paper_out" | "paper_in":
                self.receiver.paper = action == "paper_in"
            case "cover_open" | "cover_close":
                self.receiver.cover_open = action == "cover_open"
            case "unplug":
                await self.receiver.stop()
            case "plug":
                await self.receiver.start()
            case _:
                raise ValueError(action)

    def slips(self) -> int:
        return len(self.receiver.slips)

    def break_while_printing(self) -> None:
        self.receiver.cut_fails_with = "paper"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    receiver = EscposReceiver()
    await receiver.start()
    rig = Rig(receiver)
    yield rig
    await rig.printer.close()
    await receiver.stop()


class TestEscposNetwork(TicketPrinterContract):
    async def test_the_slip_holds_the_number_and_finnish_and_swedish_letters(
        self, rig: Rig
    ) -> None:
        await rig.printer.print_ticket(SLIP)
        (text,) = rig.receiver.texts
        lines = [line.strip() for line in text.split("\n")]
        assert "Sallan etäpalvelupiste" in lines
        assert "104" in lines
        assert "24.11.2026 klo 12.05" in lines
        assert "Odota, että numerosi kutsutaan." in lines
        assert "€" in text

    async def test_paper_near_its_end_is_told_and_still_printed_on(self, rig: Rig) -> None:
        rig.receiver.paper_low = True
        assert await rig.printer.status() is Condition.PAPER_LOW
        await rig.printer.print_ticket(SLIP)
        assert rig.slips() == 1

    async def test_a_printer_that_answers_nothing_is_unknown_and_not_ready(self, rig: Rig) -> None:
        rig.receiver.dumb = True
        assert await rig.printer.status() is Condition.UNKNOWN
        with pytest.raises(PeripheralError) as trouble:
            await rig.printer.print_ticket(SLIP)
        assert trouble.value.reason == Condition.UNKNOWN
