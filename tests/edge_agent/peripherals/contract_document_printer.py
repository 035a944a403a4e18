"""What every A4 printer does, driver or twin; a subclass gives the rig."""

import asyncio
import io
from abc import ABC, abstractmethod
from contextlib import aclosing

import pikepdf

from edge_agent.ports import DocumentPrinter, SheetProgress
from shared.identifiers import JobId, new_uuid
from shared.telemetry import Condition, Port
from tests.virtual.patience import until

PATIENCE_S = 40.0


def document(pages: int) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    written = io.BytesIO()
    pdf.save(written)
    return written.getvalue()


class DocumentPrinterRig(ABC):
    """A printer and the hands on it."""

    printer: DocumentPrinter

    @abstractmethod
    async def turn(self, action: str) -> None:
        """``paper_out``, ``paper_in``, ``unplug``, ``plug``, ``slow``."""

    @abstractmethod
    def sheets(self) -> int:
        """How many came out since the rig was made."""

    @abstractmethod
    async def nothing_follows(self) -> bool:
        """Was a job that was given up taken from the printer too?"""

    @abstractmethod
    def remains(self) -> int:
        """Documents that still lie in a spool."""


async def printed(
    rig: DocumentPrinterRig,
    *,
    pages: int,
    copies: int = 1,
    steps: list[SheetProgress] | None = None,
) -> SheetProgress:
    """Print to the end; gives the last word."""
    seen = [] if steps is None else steps
    async with asyncio.timeout(PATIENCE_S):
        job = rig.printer.print_document(
            JobId(new_uuid()), document(pages), copies=copies, pages=pages
        )
        async with aclosing(job) as progress:
            async for step in progress:
                seen.append(step)
    return seen[-1]


async def until_waiting(steps: list[SheetProgress], condition: Condition) -> None:
    await until(lambda: any(step.waiting_for is condition for step in steps), PATIENCE_S)


async def until_out(rig: DocumentPrinterRig, sheets: int) -> None:
    await until(lambda: rig.sheets() >= sheets, PATIENCE_S)


class DocumentPrinterContract:
    async def test_it_stands_behind_its_port(self, rig: DocumentPrinterRig) -> None:
        assert rig.printer.port is Port.DOCUMENT_PRINTER
        assert await rig.printer.status() is Condition.READY

    async def test_every_sheet_is_counted(self, rig: DocumentPrinterRig) -> None:
        last = await printed(rig, pages=3)
        assert last == SheetProgress(finished=True, sheets=3)
        assert rig.sheets() == 3
        assert rig.remains() == 0

    async def test_copies_are_counted_too(self, rig: DocumentPrinterRig) -> None:
        assert (await printed(rig, pages=2, copies=2)).sheets == 4
        assert rig.sheets() == 4

    async def test_it_is_busy_while_a_job_runs(self, rig: DocumentPrinterRig) -> None:
        await rig.turn("slow")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(printed(rig, pages=2))
            await until_out(rig, 1)
            assert await rig.printer.status() is Condition.BUSY

    async def test_a_job_waits_for_paper_and_goes_on_by_itself(
        self, rig: DocumentPrinterRig
    ) -> None:
        await rig.turn("paper_out")
        assert await rig.printer.status() is Condition.PAPER_OUT
        steps: list[SheetProgress] = []
        async with asyncio.TaskGroup() as tasks:
            job = tasks.create_task(printed(rig, pages=2, steps=steps))
            await until_waiting(steps, Condition.PAPER_OUT)
            assert rig.sheets() == 0
            await rig.turn("paper_in")
            last = await job
        assert last == SheetProgress(finished=True, sheets=2)
        assert await rig.printer.status() is Condition.READY

    async def test_a_plug_pulled_in_the_middle_leaves_the_count_unknown(
        self, rig: DocumentPrinterRig
    ) -> None:
        await rig.turn("slow")
        steps: list[SheetProgress] = []
        async with asyncio.TaskGroup() as tasks:
            job = tasks.create_task(printed(rig, pages=3, steps=steps))
            await until_out(rig, 1)
            await rig.turn("unplug")
            assert await rig.printer.status() is Condition.UNPLUGGED
            await until_waiting(steps, Condition.UNPLUGGED)
            await rig.turn("plug")
            last = await job
        assert last.finished
        assert last.sheets is None

    async def test_a_job_that_is_given_up_leaves_nothing_behind(
        self, rig: DocumentPrinterRig
    ) -> None:
        await rig.turn("paper_out")
        job = rig.printer.print_document(JobId(new_uuid()), document(2), copies=1, pages=2)
        async with asyncio.timeout(PATIENCE_S), aclosing(job) as progress:
            async for step in progress:
                if step.waiting_for is Condition.PAPER_OUT:
                    break
        assert rig.remains() == 0
        assert await rig.nothing_follows()
        assert await rig.printer.purge() == 0

    async def test_an_unplugged_printer_says_so_in_time(self, rig: DocumentPrinterRig) -> None:
        await rig.turn("unplug")
        async with asyncio.timeout(3):
            assert await rig.printer.status() is Condition.UNPLUGGED
        await rig.turn("plug")
        assert await rig.printer.status() is Condition.READY
