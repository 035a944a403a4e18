"""How does an A4 printer behave when it is none? Sheets become pictures, and it counts them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.paper import pictures, png
from edge_agent.peripherals.simulated.switches import Switches
from edge_agent.ports import SheetProgress
from shared.identifiers import JobId, new_uuid
from shared.telemetry import Condition, Port

SECONDS_PER_SHEET = 0.6
FULL_TRAY = 50
KEPT = 30
_DPI = 110


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet in the output tray; only in memory, since paper is forgotten by nobody's disk."""

    id: str
    png: bytes


class SimulatedDocumentPrinter:
    """A job waits while there is a fault and goes on when a hand mends it.

    A plug that is pulled in the middle of a job ends the proof of its sheets, as it does with
    a real printer: the job then ends without a count.
    """

    port = Port.DOCUMENT_PRINTER
    simulated = True

    def __init__(self, bell: Bell, *, seconds_per_sheet: float = SECONDS_PER_SHEET) -> None:
        self.switches = Switches(bell)
        self.sheets: list[PrintedSheet] = []
        self.paper = FULL_TRAY
        self._bell = bell
        self._seconds = seconds_per_sheet
        self._one_at_a_time = asyncio.Lock()
        self._jobs: set[JobId] = set()
        self._run = 0  # which life of the printer this is: a count is proved within one only

    async def status(self) -> Condition:
        """As the switches and the tray stand; busy while a job runs."""
        if self.switches.works and self._jobs:
            return Condition.BUSY
        return self.switches.condition

    def turn(self, action: str) -> None:
        """A switch of this printer; paper goes in by the tray."""
        match action:
            case "paper_in":
                self.paper = FULL_TRAY
            case "paper_out":
                self.paper = 0
            case "unplug":
                self._run += 1
            case _:
                pass
        self.switches.turn(action)

    async def print_document(
        self,
        job: JobId,
        pdf: bytes,
        *,
        copies: int,
        pages: int,  # noqa: ARG002 - it counts what it draws
    ) -> AsyncGenerator[SheetProgress, None]:
        """Sheet after sheet; waits where a real one would."""
        if self.switches.unplugged:
            raise PeripheralError(Condition.UNPLUGGED)
        if job in self._jobs:
            raise PeripheralError("repeated")
        self._jobs.add(job)
        try:
            async with self._one_at_a_time:
                drawn = await asyncio.to_thread(_draw, pdf)
                async with aclosing(self._put_out(drawn * copies)) as sheets:
                    async for progress in sheets:
                        yield progress
        finally:
            self._jobs.discard(job)
            self._bell.ring()

    async def _put_out(self, drawn: list[bytes]) -> AsyncGenerator[SheetProgress, None]:
        out, run = 0, self._run
        while out < len(drawn):
            if not self.switches.works:
                trouble = self.switches.condition
                yield SheetProgress(finished=False, sheets=out, waiting_for=trouble)
                await self._bell.until(self._is_no_longer(trouble))
                continue
            if not out:
                run = self._run
            if self._run == run:
                await asyncio.sleep(self._seconds)
            if self._run != run:  # it came back and knows nothing of this job
                break
            if self.switches.works:
                self._lay_out(drawn[out])
                out += 1
                yield SheetProgress(finished=False, sheets=out)
        while self.switches.unplugged:
            yield SheetProgress(finished=False, sheets=None, waiting_for=Condition.UNPLUGGED)
            await self._bell.until(lambda: not self.switches.unplugged)
        yield SheetProgress(finished=True, sheets=out if out == len(drawn) else None)

    def _is_no_longer(self, trouble: Condition) -> Callable[[], bool]:
        return lambda: self.switches.condition is not trouble

    def _lay_out(self, sheet: bytes) -> None:
        self.sheets.append(PrintedSheet(id=str(new_uuid()), png=sheet))
        del self.sheets[:-KEPT]
        self.paper -= 1
        if self.paper <= 0:
            self.switches.turn("paper_out")
        self._bell.ring()

    async def purge(self) -> int:
        """Jobs die with the iterator that prints them; what is still here is counted."""
        return len(self._jobs)

    def picture(self, id: str) -> bytes | None:  # noqa: A002 - the URL's own word
        """A sheet as it looks."""
        return next((sheet.png for sheet in self.sheets if sheet.id == id), None)

    async def close(self) -> None:
        """Nothing to let go of."""


def _draw(pdf: bytes) -> list[bytes]:
    return [png(picture) for picture in pictures(pdf, dpi=_DPI)]
