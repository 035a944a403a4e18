"""How does the A4 printer behind a CUPS queue print, and what does it truly do?

pycups in one thread. CUPS's *completed* is not *on paper*: the sheets are counted apart. The
document goes to the queue over its socket, so that no file of ours is ever written.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.ipp_query import NoAnswer, ask_printer
from edge_agent.peripherals.drivers.sheet_counter import SheetCounter, SnmpAddress
from edge_agent.ports import SheetProgress
from shared.identifiers import JobId
from shared.telemetry import USABLE, Condition, Port

T = TypeVar("T")

_STATUS_S = 2.8  # the port promises an answer within 3 s
_ASK_S = 1.5
_CANCEL_S = 3.0
_STOPPED = 5  # printer-state, RFC 8011 §5.4.11
# job-state, RFC 8011 §5.3.7. A job that CUPS itself stopped (a filter failed) never goes on.
_JOB_STOPPED, _CANCELLED, _ABORTED, _COMPLETED = 6, 7, 8, 9
_FAILED = {_JOB_STOPPED: "aborted", _CANCELLED: "cancelled", _ABORTED: "aborted"}
_MISSING_HISTORY = "cups-ipp-missing-job-history"

# printer-state-reasons (RFC 8011 §5.4.12, PWG 5100.9) without their severity, worst first.
_REASONS: tuple[tuple[Condition, frozenset[str]], ...] = (
    (Condition.UNPLUGGED, frozenset({"offline", "shutdown", "timed-out"})),
    (Condition.COVER_OPEN, frozenset({"cover-open", "door-open", "interlock-open"})),
    (Condition.JAMMED, frozenset({"media-jam", "output-area-full"})),
    (Condition.PAPER_OUT, frozenset({"media-empty", "media-needed", "input-tray-missing"})),
    (
        Condition.FAILED,
        frozenset({"toner-empty", "marker-supply-empty", "marker-waste-full", "fuser-over-temp"}),
    ),
    (Condition.PAPER_LOW, frozenset({"media-low"})),
    (
        Condition.SUPPLIES_LOW,
        frozenset({"toner-low", "marker-supply-low", "marker-waste-almost-full"}),
    ),
)


class CupsDocumentPrinter:
    """A queue of one booth; nobody else prints there."""

    port = Port.DOCUMENT_PRINTER
    simulated = False

    def __init__(  # noqa: PLR0913 - the options of a table in the configuration
        self,
        *,
        queue: str,
        server: str = "/run/cups/cups.sock",
        server_port: int = 631,
        media: str = "iso_a4_210x297mm",
        snmp_host: str = "",
        snmp_port: int = 161,
        snmp_community: str = "public",
        settle_s: float = 8.0,
        poll_s: float = 0.5,
    ) -> None:
        snmp = SnmpAddress(snmp_host, snmp_port, snmp_community) if snmp_host else None
        self._queue, self._server, self._server_port = queue, server, server_port
        self._media = media
        self._poll_s = poll_s
        self._counter = SheetCounter(snmp=snmp, settle_s=settle_s, monotonic=time.monotonic)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cups")
        self._running = 0

    async def status(self) -> Condition:
        """As the printer tells it, when it can be asked, and as the queue stands."""
        try:
            async with asyncio.timeout(_STATUS_S):
                condition = await self._in_thread(self._condition)
        except TimeoutError:
            return Condition.UNKNOWN
        return Condition.BUSY if self._running and condition is Condition.READY else condition

    async def print_document(
        self, job: JobId, pdf: bytes, *, copies: int, pages: int
    ) -> AsyncGenerator[SheetProgress, None]:
        """Hand it to the queue and watch; whatever ends this takes the job out of the queue."""
        name = str(job)
        printer_uri = await self._in_thread(self._printer_uri)
        before = await self._counter.before(printer_uri)
        number = await self._in_thread(lambda: self._submit(name, pdf, copies=copies))
        self._running += 1
        try:
            last = SheetProgress(finished=False, sheets=None)
            yield last
            while (found := await self._in_thread(lambda: self._job(number))).state < _JOB_STOPPED:
                trouble = await self._in_thread(self._condition)
                progress = SheetProgress(
                    finished=False,
                    sheets=None,
                    waiting_for=None if trouble in USABLE else trouble,
                )
                if progress != last:
                    yield progress
                last = progress
                await asyncio.sleep(self._poll_s)
            sheets = await self._counter.count(
                before,
                printer_uri=printer_uri,
                name=name,
                expected=pages * copies,
                told=None if found.history_lost else found.sheets,
            )
            failed = _FAILED.get(found.state, "")
            yield SheetProgress(finished=True, sheets=sheets, failed=failed)
        finally:
            self._running -= 1
            await self._in_thread(lambda: self._forget(number))

    async def purge(self) -> int:
        """Cancel and forget every job of the queue."""
        return await self._in_thread(self._purge)

    async def close(self) -> None:
        """Connections live only as long as a question."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _connection(self) -> Any:
        import cups  # noqa: PLC0415 - an idle agent must not carry it

        # libcups keeps the server per thread, and some calls look it up there.
        cups.setServer(self._server)
        cups.setPort(self._server_port)
        return cups.Connection(host=self._server, port=self._server_port)

    def _ask_cups(self, question: Callable[[Any], T]) -> T:
        import cups  # noqa: PLC0415 - as above

        try:
            return question(self._connection())
        except (RuntimeError, cups.IPPError, cups.HTTPError):
            raise PeripheralError(Condition.FAILED) from None

    def _queue_attributes(self) -> dict[str, Any]:
        wanted = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"]
        wanted += ["device-uri"]
        return self._ask_cups(
            lambda cups: dict(cups.getPrinterAttributes(self._queue, requested_attributes=wanted))
        )

    def _printer_uri(self) -> str | None:
        uri = str(self._queue_attributes().get("device-uri", ""))
        return uri if uri.startswith(("ipp://", "ipps://")) else None

    def _condition(self) -> Condition:
        try:
            queue = self._queue_attributes()
        except PeripheralError as trouble:
            return Condition(trouble.reason)
        if queue.get("printer-state") == _STOPPED or not queue.get(
            "printer-is-accepting-jobs", True
        ):
            return Condition.FAILED
        uri = str(queue.get("device-uri", ""))
        if not uri.startswith(("ipp://", "ipps://")):
            return condition_of(queue.get("printer-state-reasons", ()), stopped=False)
        try:
            word = ask_printer(uri, timeout_s=_ASK_S)
        except NoAnswer:
            return Condition.UNPLUGGED
        return condition_of(word.reasons, stopped=word.state == _STOPPED)

    def _submit(self, name: str, pdf: bytes, *, copies: int) -> int:
        options = {"copies": str(copies), "sides": "one-sided", "media": self._media}

        def submit(cups: Any) -> int:
            number = int(cups.createJob(self._queue, name, options))
            cups.startDocument(self._queue, number, name, "application/pdf", 1)
            cups.writeRequestData(pdf, len(pdf))
            cups.finishDocument(self._queue)
            return number

        return self._ask_cups(submit)

    def _job(self, number: int) -> "_Job":
        wanted = ["job-state", "job-state-reasons", "job-media-sheets-completed"]
        wanted += ["job-printer-state-reasons"]
        found = self._ask_cups(
            lambda cups: dict(cups.getJobAttributes(number, requested_attributes=wanted))
        )
        return _Job(found)

    def _forget(self, number: int) -> None:
        """Out of the printer first, then out of the spool and the history.

        Purged at once, CUPS kills its own messenger before that has told the printer.
        """
        import cups  # noqa: PLC0415 - as above

        try:
            connection = self._connection()
            if self._job(number).state < _CANCELLED:
                connection.cancelJob(number)
                ends = time.monotonic() + _CANCEL_S
                while self._job(number).stopping and time.monotonic() < ends:
                    time.sleep(0.1)
            connection.cancelJob(number, purge_job=True)
        except (RuntimeError, cups.IPPError, cups.HTTPError, PeripheralError):
            return  # it is gone already

    def _purge(self) -> int:
        def jobs(cups: Any) -> dict[int, dict[str, Any]]:
            wanted = ["job-id", "job-state", "job-printer-uri"]
            return dict(cups.getJobs("all", my_jobs=False, requested_attributes=wanted))

        unfinished = 0
        for number, job in self._ask_cups(jobs).items():
            if str(job.get("job-printer-uri", "")).rsplit("/", 1)[-1] == self._queue:
                unfinished += int(job.get("job-state", _COMPLETED)) < _CANCELLED
                self._forget(number)
        return unfinished


class _Job:
    """CUPS's word about a job."""

    def __init__(self, found: dict[str, Any]) -> None:
        reasons = found.get("job-printer-state-reasons", ())
        self.state = int(found.get("job-state", _ABORTED))
        self.sheets: int | None = found.get("job-media-sheets-completed")
        # Cancelled, but the messenger to the printer is still at it.
        self.stopping = "processing-to-stop-point" in str(found.get("job-state-reasons", ""))
        self.history_lost = any(_MISSING_HISTORY in str(reason) for reason in reasons)


def condition_of(reasons: Any, *, stopped: bool) -> Condition:
    """printer-state-reasons in our words."""
    words = [reasons] if isinstance(reasons, str) else list(reasons)
    bare = {
        str(word).removesuffix("-error").removesuffix("-warning").removesuffix("-report")
        for word in words
    }
    for condition, names in _REASONS:
        if bare & names:
            return condition
    return Condition.FAILED if stopped else Condition.READY
