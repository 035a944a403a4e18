"""When a document may be printed here, and when a job may be called out."""

import hashlib
from dataclasses import replace

import pytest

from edge_agent.core.printing import (
    MAX_UNFINISHED,
    Job,
    OfferAnswer,
    advance,
    after_restart,
    answer_offer,
    ended,
)
from shared.documents import MAX_DOCUMENT, Announced, PrintOffer
from shared.identifiers import JobId, TransferId, VisitId, new_uuid
from shared.telemetry import Condition
from shared.visits import FINAL_PRINT_STATES, PrintState


def offer(*, size: int = 1000, media_type: str = "application/pdf") -> PrintOffer:
    about = Announced(
        transfer_id=TransferId(new_uuid()),
        size=size,
        sha256=hashlib.sha256(b"").hexdigest(),
        media_type=media_type,
    )
    return PrintOffer(job_id=JobId(new_uuid()), document=about)


def job(state: PrintState = PrintState.OFFERED, *, pages: int = 0, copies: int = 1) -> Job:
    ids = JobId(new_uuid()), VisitId(new_uuid())
    return Job(*ids, copies=copies, state=state, pages=pages)


def answer(
    asked: PrintOffer,
    *,
    known: Job | None = None,
    allowed: bool = True,
    unfinished: int = 0,
    printer: Condition | None = Condition.READY,
) -> OfferAnswer:
    return answer_offer(asked, known=known, allowed=allowed, unfinished=unfinished, printer=printer)


@pytest.mark.parametrize("media_type", ["application/pdf", "image/jpeg", "image/png"])
def test_paper_and_pictures_may_be_sent(media_type: str) -> None:
    assert answer(offer(media_type=media_type)) is OfferAnswer.SEND


@pytest.mark.parametrize(
    ("asked", "printer", "unfinished", "expected"),
    [
        (offer(size=MAX_DOCUMENT + 1), Condition.READY, 0, OfferAnswer.TOO_LARGE),
        (offer(media_type="text/html"), Condition.READY, 0, OfferAnswer.NOT_A_DOCUMENT),
        (offer(), None, 0, OfferAnswer.NO_PRINTER),
        (offer(), Condition.UNPLUGGED, 0, OfferAnswer.PRINTER_NOT_READY),
        (offer(), Condition.UNKNOWN, 0, OfferAnswer.PRINTER_NOT_READY),
        (offer(), Condition.PAPER_OUT, 0, OfferAnswer.SEND),
        (offer(), Condition.BUSY, 0, OfferAnswer.SEND),
        (offer(), Condition.READY, MAX_UNFINISHED, OfferAnswer.TOO_MANY_JOBS),
    ],
)
def test_an_offer_is_answered_by_size_kind_and_printer(
    asked: PrintOffer, printer: Condition | None, unfinished: int, expected: OfferAnswer
) -> None:
    assert answer(asked, printer=printer, unfinished=unfinished) is expected


def test_nothing_is_printed_where_the_agency_has_not_switched_it_on() -> None:
    assert answer(offer(), allowed=False) is OfferAnswer.NOT_SWITCHED_ON
    # What had begun before goes on as it was allowed.
    assert answer(offer(), known=job(), allowed=False) is OfferAnswer.SEND


def test_a_job_that_was_only_offered_may_be_sent_again_and_any_other_is_only_told() -> None:
    for state in PrintState:
        again = OfferAnswer.SEND if state is PrintState.OFFERED else OfferAnswer.SAY_AGAIN
        assert answer(offer(), known=job(state)) is again


@pytest.mark.parametrize("end", sorted(FINAL_PRINT_STATES))
@pytest.mark.parametrize("later", list(PrintState))
def test_the_end_is_the_end(end: PrintState, later: PrintState) -> None:
    assert advance(job(end), later).state is end


def test_a_job_never_goes_back() -> None:
    printing = job(PrintState.PRINTING)
    assert advance(printing, PrintState.CHECKED) == printing
    assert advance(printing, PrintState.OFFERED) == printing


@pytest.mark.parametrize(
    ("sheets", "failed", "state", "reason"),
    [
        (6, "", PrintState.OUT, ""),
        (None, "", PrintState.DOUBTFUL, "not_counted"),
        (5, "", PrintState.FAILED, "sheets_missing"),
        (0, "", PrintState.FAILED, "sheets_missing"),
        (7, "", PrintState.DOUBTFUL, "count_differs"),
        (6, "aborted", PrintState.FAILED, "aborted"),
    ],
)
def test_a_job_is_out_only_with_every_sheet_of_every_copy_counted(
    sheets: int | None, failed: str, state: PrintState, reason: str
) -> None:
    done = ended(job(PrintState.PRINTING, pages=3, copies=2), sheets=sheets, failed=failed)
    assert (done.state, done.reason, done.sheets) == (state, reason, sheets)


def test_after_a_crash_nothing_is_printed_again_by_itself() -> None:
    after = {state: after_restart(job(state)).state for state in PrintState}
    assert after == {
        **{state: state for state in FINAL_PRINT_STATES},
        PrintState.OFFERED: PrintState.PURGED,
        PrintState.CHECKED: PrintState.PURGED,
        PrintState.PRINTING: PrintState.DOUBTFUL,
    }


def test_a_job_keeps_its_pages_on_its_way() -> None:
    checked = advance(job(), PrintState.CHECKED, pages=4)
    assert advance(checked, PrintState.PRINTING).pages == 4
    assert replace(checked, told=True).final is False
