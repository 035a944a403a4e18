"""The A4 printer's driver on a real CUPS with a virtual IPP printer behind it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from edge_agent.peripherals.drivers.cups_printer import CupsDocumentPrinter, condition_of
from edge_agent.peripherals.drivers.ipp_query import PrinterWord
from edge_agent.peripherals.drivers.sheet_counter import (
    SnmpAddress,
    read_life_count,
    same_run,
)
from shared.identifiers import JobId, new_uuid
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_document_printer import (
    DocumentPrinterContract,
    DocumentPrinterRig,
    document,
    printed,
    until_out,
)
from tests.virtual.print_stack import PrintStack
from tests.virtual.snmp_responder import HOURS, snmp_responder

PACE_S = 0.15


class Rig(DocumentPrinterRig):
    def __init__(self, stack: PrintStack, **options: str | int) -> None:
        self.stack = stack
        self.printer: CupsDocumentPrinter = CupsDocumentPrinter(
            queue=stack.queue,
            server="127.0.0.1",
            server_port=stack.cups_port,
            poll_s=0.2,
            settle_s=3.0,
            **options,  # type: ignore[arg-type]
        )
        self._from = stack.life_count
        self._log_from = len(stack.printer_log())

    async def turn(self, action: str) -> None:
        match action:
            case "paper_out":
                await asyncio.to_thread(self.stack.set_paper, 0)
            case "paper_in":
                await asyncio.to_thread(self.stack.set_paper, 250)
            case "unplug":
                await asyncio.to_thread(self.stack.kill_printer)
            case "plug":
                await asyncio.to_thread(self.stack.start_printer)
            case "slow":
                self.stack.set_pace(1.0)
            case _:
                raise ValueError(action)

    def sheets(self) -> int:
        return self.stack.life_count - self._from

    async def nothing_follows(self) -> bool:
        # ippeveprinter says yes to a Cancel-Job and draws all the same when paper comes: what
        # can be proved here is that the printer was told.
        told = self.stack.printer_log()[self._log_from :]
        return told.count("Create-Job successful-ok") == told.count("Cancel-Job successful-ok")

    def remains(self) -> int:
        return len(self.stack.spooled())


@pytest.fixture
async def rig(print_stack: PrintStack) -> AsyncIterator[Rig]:
    rig = Rig(print_stack)
    yield rig
    await rig.printer.purge()
    await rig.printer.close()
    await asyncio.to_thread(_as_new, print_stack)


def _as_new(stack: PrintStack) -> None:
    """A fresh printer: one that was cancelled in the middle still draws to its end."""
    stack.set_pace(PACE_S)
    stack.kill_printer()
    stack.start_printer()


@pytest.mark.system
class TestCups(DocumentPrinterContract):
    async def test_the_document_that_arrives_is_the_one_that_was_sent(self, rig: Rig) -> None:
        before = len(rig.stack.arrived())
        await printed(rig, pages=1)
        (arrived,) = rig.stack.arrived()[before:]
        assert arrived.read_bytes().startswith(b"%PDF-")

    async def test_low_toner_is_told_and_printed_with(self, rig: Rig) -> None:
        await asyncio.to_thread(rig.stack.set_toner, 5)
        assert await rig.printer.status() is Condition.SUPPLIES_LOW
        assert (await printed(rig, pages=1)).sheets == 1
        await asyncio.to_thread(rig.stack.set_toner, 75)

    async def test_a_purge_takes_every_job_out_of_the_queue(self, rig: Rig) -> None:
        await rig.turn("paper_out")
        job = rig.printer.print_document(JobId(new_uuid()), document(1), copies=1, pages=1)
        await anext(job)
        assert await rig.printer.purge() == 1
        assert rig.remains() == 0
        await job.aclose()
        await rig.turn("paper_in")

    async def test_a_job_that_the_print_service_stops_has_failed(self, rig: Rig) -> None:
        # CUPS's unprivileged filter cannot reach its files, fails, and the job stops for good.
        rig.stack.root.chmod(0o700)
        try:
            last = await printed(rig, pages=1)
        finally:
            rig.stack.root.chmod(0o755)
        assert last.finished
        assert last.failed == "aborted"
        assert rig.remains() == 0

    async def test_without_a_print_service_it_has_failed(self) -> None:
        printer = CupsDocumentPrinter(queue="a4", server="127.0.0.1", server_port=1)
        assert await printer.status() is Condition.FAILED
        await printer.close()


@pytest.mark.system
class TestLifeCounter:
    async def test_the_printers_own_counter_is_believed_over_a_restart(
        self, print_stack: PrintStack
    ) -> None:
        async with snmp_responder(lambda: print_stack.life_count) as port:
            rig = Rig(print_stack, snmp_host="127.0.0.1", snmp_port=port)
            assert (await printed(rig, pages=2)).sheets == 2
            await rig.turn("slow")
            async with asyncio.TaskGroup() as tasks:
                job = tasks.create_task(printed(rig, pages=3))
                await until_out(rig, 3)
                await rig.turn("unplug")
                await rig.turn("plug")
                last = await job
            assert last.finished
            assert last.sheets == 1
            await rig.printer.close()
            _as_new(print_stack)

    async def test_a_counter_that_counts_something_else_is_not_believed(
        self, print_stack: PrintStack
    ) -> None:
        async with snmp_responder(lambda: print_stack.life_count, unit=HOURS) as port:
            assert await read_life_count(SnmpAddress("127.0.0.1", port, "public")) is None

    async def test_nobody_who_answers_is_no_count(self, print_stack: PrintStack) -> None:
        async with snmp_responder(lambda: print_stack.life_count) as port:
            assert await read_life_count(SnmpAddress("127.0.0.1", port, "private")) is None


def word(*, uuid: str = "urn:uuid:1", up_time_s: int | None = 100) -> PrinterWord:
    return PrinterWord(state=3, reasons=(), uuid=uuid, up_time_s=up_time_s)


@pytest.mark.parametrize(
    ("after", "same"),
    [
        (word(up_time_s=110), True),
        (word(up_time_s=109), True),
        (word(up_time_s=4), False),
        (word(up_time_s=105), False),
        (word(uuid="urn:uuid:2", up_time_s=110), False),
        (word(uuid="", up_time_s=110), False),
        (word(up_time_s=None), False),
    ],
)
def test_it_is_the_same_run_only_when_uuid_and_up_time_say_so(
    after: PrinterWord, *, same: bool
) -> None:
    assert same_run(word(), after, elapsed_s=10.0) is same


@pytest.mark.parametrize(
    ("reasons", "stopped", "condition"),
    [
        (["none"], False, Condition.READY),
        ("none", False, Condition.READY),
        (["media-empty-error", "toner-low-warning"], True, Condition.PAPER_OUT),
        (["media-jam-error"], True, Condition.JAMMED),
        (["cover-open"], False, Condition.COVER_OPEN),
        (["toner-low-report"], False, Condition.SUPPLIES_LOW),
        (["media-low-warning"], False, Condition.PAPER_LOW),
        (["toner-empty-error"], True, Condition.FAILED),
        (["offline-report"], False, Condition.UNPLUGGED),
        (["something-new-error"], True, Condition.FAILED),
    ],
)
def test_the_printers_reasons_become_our_words(
    reasons: object, condition: Condition, *, stopped: bool
) -> None:
    assert condition_of(reasons, stopped=stopped) is condition
