"""A page, clerk to paper: the real gate, a simulated printer, and a journal on disk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge_agent.flows.print_journal import PrintJournal
from edge_agent.flows.printing import Printing
from edge_agent.media.gate.warden import LimitedGate
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.document_printer import SimulatedDocumentPrinter
from edge_agent.ports import ToClerk
from shared.documents import Announced, PrintOffer, PrintProgress
from shared.envelope import Body
from shared.identifiers import JobId, MessageId, RoomId, TransferId, VisitId, new_uuid
from shared.rooms import Signal
from shared.visits import PrepareVisit, PrintEnded, PrintState
from tests.edge_agent.media import odd_documents as odd
from tests.virtual.patience import until

VISIT = VisitId(new_uuid())
SECRET = b"(Salaisuus 010101-123N)"


@dataclass
class Clerk:
    """Fulfils `ports.Rooms`: hears what the booth says."""

    heard: list[PrintProgress] = field(default_factory=list)

    async def say(self, message: ToClerk) -> None:
        assert isinstance(message, PrintProgress)
        self.heard.append(message)

    async def open(self, visit: PrepareVisit) -> None:
        raise NotImplementedError

    async def take_signal(self, signal: Signal) -> None:
        raise NotImplementedError

    async def faces_are_up(self) -> None:
        raise NotImplementedError

    async def show_camera(self) -> None:
        raise NotImplementedError

    async def close(self, room: RoomId) -> None:
        raise NotImplementedError

    def states(self, job: JobId) -> list[PrintState]:
        seen = [one.state for one in self.heard if one.job_id == job]
        return list(dict.fromkeys(seen))

    async def until(self, job: JobId, state: PrintState) -> PrintProgress:
        await until(lambda: state in self.states(job), 20)
        return next(one for one in self.heard if (one.job_id, one.state) == (job, state))


@dataclass
class Line:
    """Fulfils `ports.Uplink`: what the control plane is told."""

    connected: bool = True
    told: list[PrintEnded] = field(default_factory=list)

    async def tell(self, body: Body) -> None:
        assert isinstance(body, PrintEnded)
        self.told.append(body)

    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        raise NotImplementedError

    async def signal(self, signal: Signal) -> None:
        raise NotImplementedError


@dataclass
class Booth:
    printing: Printing
    printer: SimulatedDocumentPrinter
    clerk: Clerk
    line: Line
    path: Path

    async def send(self, document: bytes, *, job: JobId | None = None, copies: int = 1) -> JobId:
        offer = offer_of(document, job=job, copies=copies)
        if await self.printing.offered(VISIT, offer, allowed=True):
            await self.printing.arrived(offer.job_id, document)
        return offer.job_id


def offer_of(document: bytes, *, job: JobId | None = None, copies: int = 1) -> PrintOffer:
    about = Announced(
        transfer_id=TransferId(new_uuid()),
        size=max(1, len(document)),
        sha256=hashlib.sha256(document).hexdigest(),
        media_type="application/pdf",
    )
    return PrintOffer(job_id=job or JobId(new_uuid()), document=about, copies=copies)


@asynccontextmanager
async def booth_at(path: Path, *, seconds_per_sheet: float = 0.05) -> AsyncIterator[Booth]:
    printer = SimulatedDocumentPrinter(Bell(), seconds_per_sheet=seconds_per_sheet)
    clerk, line = Clerk(), Line()
    printing = Printing(
        printer=printer, gate=LimitedGate(), rooms=clerk, uplink=line, journal=PrintJournal(path)
    )
    running = asyncio.get_running_loop().create_task(printing.run())
    await asyncio.sleep(0)
    try:
        yield Booth(printing, printer, clerk, line, path)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    async with booth_at(tmp_path / "prints.jsonl") as booth:
        yield booth


async def test_a_page_goes_from_the_clerk_to_paper_and_everybody_hears_of_it(
    booth: Booth,
) -> None:
    job = await booth.send(odd.plain(2), copies=2)
    out = await booth.clerk.until(job, PrintState.OUT)
    assert (out.pages, out.sheets) == (2, 4)
    assert booth.clerk.states(job) == [
        PrintState.OFFERED,
        PrintState.CHECKED,
        PrintState.PRINTING,
        PrintState.OUT,
    ]
    assert len(booth.printer.sheets) == 4
    await until(lambda: len(booth.line.told) == 1, 5)
    assert booth.line.told == [
        PrintEnded(visit_id=VISIT, job_id=job, state=PrintState.OUT, pages=2, sheets=4)
    ]


async def test_a_job_that_arrives_twice_prints_once(booth: Booth) -> None:
    document = odd.plain()
    job = await booth.send(document)
    await booth.clerk.until(job, PrintState.OUT)
    heard = len(booth.clerk.heard)
    await booth.send(document, job=job)
    assert len(booth.printer.sheets) == 1
    assert [one.state for one in booth.clerk.heard[heard:]] == [PrintState.OUT], "told again"


async def test_a_document_that_comes_twice_under_one_offer_prints_once(booth: Booth) -> None:
    document = odd.plain()
    offer = offer_of(document)
    assert await booth.printing.offered(VISIT, offer, allowed=True)
    assert await booth.printing.offered(VISIT, offer, allowed=True), (
        "a page that was loaded again offers anew"
    )
    await booth.printing.arrived(offer.job_id, document)
    await booth.printing.arrived(offer.job_id, document)
    await booth.clerk.until(offer.job_id, PrintState.OUT)
    assert len(booth.printer.sheets) == 1


@pytest.mark.parametrize(
    ("document", "reason"),
    [(odd.text_named_pdf(), "not_a_pdf"), (odd.encrypted(), "encrypted")],
)
async def test_what_the_gate_refuses_is_never_printed_and_said_with_its_reason(
    booth: Booth, document: bytes, reason: str
) -> None:
    job = await booth.send(document)
    refused = await booth.clerk.until(job, PrintState.REFUSED)
    assert refused.reason == reason
    assert booth.line.told[0].state is PrintState.REFUSED
    assert not booth.printer.sheets


async def test_a_booth_whose_printer_is_unplugged_refuses_at_once(booth: Booth) -> None:
    booth.printer.turn("unplug")
    job = await booth.send(odd.plain())
    assert (await booth.clerk.until(job, PrintState.REFUSED)).reason == "printer_not_ready"


async def test_a_job_waits_for_paper_in_words_and_goes_on(booth: Booth) -> None:
    booth.printer.turn("paper_out")
    job = await booth.send(odd.plain())
    await until(lambda: any(one.reason == "paper_out" for one in booth.clerk.heard), 10)
    booth.printer.turn("paper_in")
    await booth.clerk.until(job, PrintState.OUT)


async def test_a_plug_pulled_in_the_middle_makes_it_doubtful_and_never_done(
    tmp_path: Path,
) -> None:
    async with booth_at(tmp_path / "prints.jsonl", seconds_per_sheet=0.3) as booth:
        job = await booth.send(odd.plain(3))
        await until(lambda: len(booth.printer.sheets) == 1, 10)
        booth.printer.turn("unplug")
        booth.printer.turn("plug")
        assert (await booth.clerk.until(job, PrintState.DOUBTFUL)).reason == "not_counted"
        assert PrintState.OUT not in booth.clerk.states(job)


async def test_a_cancelled_job_stops_and_the_next_one_prints(tmp_path: Path) -> None:
    async with booth_at(tmp_path / "prints.jsonl", seconds_per_sheet=0.3) as booth:
        job = await booth.send(odd.plain(5))
        await until(lambda: len(booth.printer.sheets) == 1, 10)
        await booth.printing.cancelled(job)
        assert booth.clerk.states(job)[-1] is PrintState.PURGED
        printed = len(booth.printer.sheets)
        assert printed < 5
        other = await booth.send(odd.plain())
        await booth.clerk.until(other, PrintState.OUT)
        assert len(booth.printer.sheets) == printed + 1


async def test_unfinished_jobs_die_with_the_visit(booth: Booth) -> None:
    booth.printer.turn("paper_out")
    jobs = [await booth.send(odd.plain()) for _ in range(3)]
    offered = offer_of(odd.plain())
    await booth.printing.offered(VISIT, offered, allowed=True)
    assert await booth.printing.purge() == 4
    for job in (*jobs, offered.job_id):
        assert booth.clerk.states(job)[-1] is PrintState.PURGED
    assert {one.reason for one in booth.line.told} == {"visit_over"}
    booth.printer.turn("paper_in")
    await booth.printing.arrived(offered.job_id, odd.plain())
    await asyncio.sleep(0.3)
    assert not booth.printer.sheets


async def test_the_journal_holds_nothing_of_the_document(booth: Booth) -> None:
    pdf = odd.blank()
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT " + SECRET + b" Tj ET")
    document = odd.written(pdf, compress_streams=False)
    assert SECRET in document
    job = await booth.send(document)
    await booth.clerk.until(job, PrintState.OUT)
    kept = booth.path.read_bytes()
    assert SECRET not in kept
    assert str(job).encode() in kept


async def test_after_a_crash_in_the_middle_nothing_prints_and_the_end_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "prints.jsonl"
    async with booth_at(path, seconds_per_sheet=0.3) as booth:
        printing = await booth.send(odd.plain(4))
        await until(lambda: len(booth.printer.sheets) == 1, 10)
        waiting = await booth.send(odd.plain())
        # The process dies here: what is on disk is all there is.
        left = path.read_bytes()
    path.write_bytes(left + b'{"job": "torn by the power cu')
    async with booth_at(path) as booth:
        await until(lambda: len(booth.line.told) == 2, 5)
        ends = {one.job_id: (one.state, one.reason) for one in booth.line.told}
        assert ends == {
            printing: (PrintState.DOUBTFUL, "agent_restarted"),
            waiting: (PrintState.PURGED, "agent_restarted"),
        }
        await booth.send(odd.plain(), job=printing)
        await asyncio.sleep(0.3)
        assert not booth.printer.sheets
    async with booth_at(path) as booth:
        await asyncio.sleep(0.2)
        assert booth.line.told == [], "each end is told once"
