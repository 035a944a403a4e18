"""A page, clerk to paper: what happens to a document from its offer to the last sheet?

offered → checked → printing → out, or it ends as refused, doubtful, failed or purged. Each
step is in the journal before it is taken; each end is told to the clerk and, without any
content, to the control plane. Unfinished jobs die with the visit.
"""

import asyncio
from contextlib import aclosing

import structlog

from edge_agent.core.printing import (
    Job,
    OfferAnswer,
    advance,
    after_restart,
    answer_offer,
    ended,
)
from edge_agent.errors import PeripheralError
from edge_agent.flows.print_journal import PrintJournal
from edge_agent.ports import (
    CheckedDocument,
    DocumentGate,
    DocumentPrinter,
    Rooms,
    SheetProgress,
    Uplink,
)
from shared.documents import PrintOffer, PrintProgress
from shared.identifiers import JobId, VisitId
from shared.visits import PrintEnded, PrintState

log = structlog.get_logger()


class Printing:
    """`run` owns the printer; the other calls come from the room and from the visit."""

    def __init__(
        self,
        *,
        printer: DocumentPrinter | None,
        gate: DocumentGate,
        rooms: Rooms,
        uplink: Uplink,
        journal: PrintJournal,
    ) -> None:
        self._printer = printer
        self._gate = gate
        self._rooms = rooms
        self._uplink = uplink
        self._journal = journal
        self._checked: asyncio.Queue[tuple[JobId, CheckedDocument]] = asyncio.Queue()
        self._printing: tuple[JobId, asyncio.Task[None]] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Settle what a crash left, then print what was checked, one job after the other."""
        self._journal.open()
        if self._printer is not None:
            await self._purge_printer(self._printer)
        for job in self._journal.unfinished:
            await self._note(after_restart(job))
        for job in self._journal.untold:
            await self._tell(job)
        async with asyncio.TaskGroup() as jobs:
            while True:
                id_, document = await self._checked.get()
                self._idle.clear()
                task = jobs.create_task(self._print(id_, document))
                self._printing = (id_, task)
                await asyncio.wait([task])
                self._printing = None
                self._idle.set()

    async def offered(self, visit: VisitId, offer: PrintOffer, *, allowed: bool) -> bool:
        """May the document be sent? If not, the clerk is told why here."""
        known = self._journal.find(offer.job_id)
        answer = answer_offer(
            offer,
            known=known,
            allowed=allowed,
            unfinished=len(self._journal.unfinished),
            printer=None if self._printer is None else await self._printer.status(),
        )
        job = known or Job(id=offer.job_id, visit=visit, copies=offer.copies)
        match answer:
            case OfferAnswer.SEND:
                await self._note(job)
                return True
            case OfferAnswer.SAY_AGAIN:
                await self._rooms.say(_progress(job))
            case _:
                await self._end(advance(job, PrintState.REFUSED, reason=answer))
        return False

    async def arrived(self, id_: JobId, document: bytes) -> None:
        """A whole document: through the gate, then into the printer's line."""
        job = self._journal.find(id_)
        if job is None or job.state is not PrintState.OFFERED:
            return
        checked = await self._gate.check(document)
        job = self._journal.find(id_) or job
        if job.final:  # cancelled in the meantime
            return
        if not isinstance(checked, CheckedDocument):
            await self._end(advance(job, PrintState.REFUSED, reason=checked))
            return
        job = advance(job, PrintState.CHECKED, pages=checked.pages)
        await self._note(job)
        self._checked.put_nowait((id_, checked))

    async def cancelled(self, id_: JobId) -> None:
        """Not after all; what is out is out."""
        job = self._journal.find(id_)
        if job is None or job.final:
            return
        await self._end(advance(job, PrintState.PURGED, reason="cancelled", sheets=job.sheets))
        if self._printing is not None and self._printing[0] == id_:
            self._printing[1].cancel()
            await self._idle.wait()

    async def purge(self) -> int:
        """The visit is over: nothing of it may come out later. Gives how many jobs died."""
        jobs = self._journal.unfinished
        for job in jobs:
            await self._end(advance(job, PrintState.PURGED, reason="visit_over", sheets=job.sheets))
        while not self._checked.empty():
            self._checked.get_nowait()
        if self._printing is not None:
            self._printing[1].cancel()
            await self._idle.wait()
        if self._printer is not None:
            await self._purge_printer(self._printer)
        return len(jobs)

    async def _print(self, id_: JobId, document: CheckedDocument) -> None:
        job = self._journal.find(id_)
        if job is None or job.final or self._printer is None:
            return
        job = advance(job, PrintState.PRINTING)
        await self._note(job)
        handed_over = False
        try:
            progress = self._printer.print_document(
                id_, document.pdf, copies=job.copies, pages=document.pages
            )
            async with aclosing(progress) as steps:
                async for step in steps:
                    handed_over = True
                    job = self._journal.find(id_) or job
                    if step.finished:
                        await self._end(ended(job, sheets=step.sheets, failed=step.failed))
                    else:
                        await self._note(_waiting(job, step))
        except PeripheralError as trouble:
            job = self._journal.find(id_) or job
            # What happened on paper after the printer had it, nobody can tell any more.
            state = PrintState.DOUBTFUL if handed_over else PrintState.FAILED
            await self._end(advance(job, state, reason=trouble.reason))

    async def _purge_printer(self, printer: DocumentPrinter) -> None:
        try:
            await printer.purge()
        except PeripheralError as trouble:
            log.warning("the printer could not be purged", reason=trouble.reason)

    async def _note(self, job: Job) -> None:
        if self._journal.find(job.id) == job:
            return
        await self._journal.note(job)
        await self._rooms.say(_progress(job))

    async def _end(self, job: Job) -> None:
        await self._note(job)
        if not job.told:
            await self._tell(job)

    async def _tell(self, job: Job) -> None:
        await self._uplink.tell(
            PrintEnded(
                visit_id=job.visit,
                job_id=job.id,
                state=job.state,
                reason=job.reason[:40],
                pages=job.pages,
                sheets=job.sheets,
            )
        )
        await self._journal.note_told(job)


def _waiting(job: Job, step: SheetProgress) -> Job:
    reason = "" if step.waiting_for is None else str(step.waiting_for)
    return advance(job, PrintState.PRINTING, reason=reason, sheets=step.sheets)


def _progress(job: Job) -> PrintProgress:
    return PrintProgress(
        job_id=job.id,
        state=job.state,
        reason=job.reason,
        pages=job.pages,
        sheets=job.sheets,
    )
