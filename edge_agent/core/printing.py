"""May this document be printed here, and what has become of a job? Pure decisions."""

from dataclasses import dataclass, replace
from enum import StrEnum

from shared.documents import MAX_DOCUMENT, PrintOffer
from shared.identifiers import JobId, VisitId
from shared.telemetry import USABLE, Condition
from shared.visits import FINAL_PRINT_STATES, PrintState

PRINTABLE = frozenset({"application/pdf", "image/jpeg", "image/png"})
MAX_UNFINISHED = 10
# In these the job may wait: a person at the point can mend them.
MENDABLE = USABLE | {Condition.PAPER_OUT, Condition.COVER_OPEN, Condition.JAMMED}

_ORDER = (PrintState.OFFERED, PrintState.CHECKED, PrintState.PRINTING)


class OfferAnswer(StrEnum):
    """What to do with an offer; every value but the first two is a refusal's reason."""

    SEND = "send"
    SAY_AGAIN = "say_again"  # the job is known: its state is all there is to say
    TOO_LARGE = "too_large"
    NOT_A_DOCUMENT = "not_a_document"
    NOT_SWITCHED_ON = "not_switched_on"
    NO_PRINTER = "no_printer"
    PRINTER_NOT_READY = "printer_not_ready"
    TOO_MANY_JOBS = "too_many_jobs"


@dataclass(frozen=True, slots=True)
class Job:
    """A print job as the journal keeps it: nothing of its content."""

    id: JobId
    visit: VisitId
    copies: int
    state: PrintState = PrintState.OFFERED
    reason: str = ""
    pages: int = 0
    sheets: int | None = None
    told: bool = False  # the control plane knows how it ended

    @property
    def final(self) -> bool:
        """Nothing more comes."""
        return self.state in FINAL_PRINT_STATES


def answer_offer(  # noqa: PLR0911 - one a reason
    offer: PrintOffer,
    *,
    known: Job | None,
    allowed: bool,
    unfinished: int,
    printer: Condition | None,
) -> OfferAnswer:
    """May the document be sent to us? ``printer`` is None where there is none.

    ``allowed``: the agency of the visit prints here.
    """
    if known is not None:
        return OfferAnswer.SEND if known.state is PrintState.OFFERED else OfferAnswer.SAY_AGAIN
    if not allowed:
        return OfferAnswer.NOT_SWITCHED_ON
    if offer.document.size > MAX_DOCUMENT:
        return OfferAnswer.TOO_LARGE
    if offer.document.media_type not in PRINTABLE:
        return OfferAnswer.NOT_A_DOCUMENT
    if printer is None:
        return OfferAnswer.NO_PRINTER
    if printer not in MENDABLE:
        return OfferAnswer.PRINTER_NOT_READY
    return OfferAnswer.TOO_MANY_JOBS if unfinished >= MAX_UNFINISHED else OfferAnswer.SEND


def advance(
    job: Job,
    state: PrintState,
    *,
    reason: str = "",
    pages: int | None = None,
    sheets: int | None = None,
) -> Job:
    """The job one step on; it never goes back, and the end is the end."""
    if job.final:
        return job
    if state in _ORDER and _ORDER.index(state) < _ORDER.index(job.state):
        return job
    return replace(
        job,
        state=state,
        reason=reason,
        pages=job.pages if pages is None else pages,
        sheets=sheets,
    )


def ended(job: Job, *, sheets: int | None, failed: str) -> Job:
    """How a job ended that the printer had: *out* only with every sheet counted."""
    expected = job.pages * job.copies
    if failed:
        return advance(job, PrintState.FAILED, reason=failed, sheets=sheets)
    if sheets is None:
        return advance(job, PrintState.DOUBTFUL, reason="not_counted")
    if sheets < expected:
        return advance(job, PrintState.FAILED, reason="sheets_missing", sheets=sheets)
    if sheets > expected:
        return advance(job, PrintState.DOUBTFUL, reason="count_differs", sheets=sheets)
    return advance(job, PrintState.OUT, sheets=sheets)


def after_restart(job: Job) -> Job:
    """The agent died under the job: nothing is printed again by itself."""
    if job.state is PrintState.PRINTING:
        return advance(job, PrintState.DOUBTFUL, reason="agent_restarted")
    return advance(job, PrintState.PURGED, reason="agent_restarted")
