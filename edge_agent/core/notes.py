"""Which hand-over note is on this device, who may read it, and when is it gone? Values only.

A note is passed on once: to the next visit of the same number on the same day in this booth's
device, after that visit has begun, to the clerk who was proven to be its own. Until then it is
in memory and nowhere else. Four rules hold in every order of events, also doubled and late ones:
nothing is passed on that the visitor has not approved as it stands; another number gets nothing;
what was not approved is gone at once, at the latest with its visit; and nothing outlives `KEEP_S`
after the visit in which it was written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never

from shared.identifiers import NoteId, VisitId
from shared.notes import (
    NoteFromBooth,
    NoteHere,
    NoteOffer,
    NoteProgress,
    NoteRead,
    NoteState,
    NoteWithdraw,
    flaw,
)
from shared.tickets import TicketNumber
from shared.visits import PrepareVisit

KEEP_S = 3600.0

NO_VISIT = "no_visit"
ID_USED = "id_used"


@dataclass(frozen=True, slots=True)
class Note:
    """The clerk's text; ``approved_at`` is there when the visitor has said yes to it."""

    id: NoteId
    text: str = field(repr=False)
    agency_name: str
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Numbers begin anew each day."""

    number: TicketNumber
    day: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An approved note whose visit is over; ``until`` is in monotonic seconds."""

    note: Note
    whose: Whose
    visit: VisitId  # the latest visit of the number here: its end may be the number's end
    until: float
    read: bool = False  # it has been passed on, and goes with the visit that goes on


@dataclass(frozen=True, slots=True)
class Notes:
    """Every note of this device; ``visit`` is the one that goes on, ``own`` was written in it."""

    visit: PrepareVisit | None = None
    begun: bool = False
    clerk_here: bool = False
    own: Note | None = None
    # How earlier texts of this visit ended: a repeat of an id has the effect of one.
    settled: tuple[tuple[NoteId, NoteState], ...] = ()
    kept: tuple[Kept, ...] = ()


# --- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit is prepared or taken up again."""

    visit: PrepareVisit


@dataclass(frozen=True, slots=True)
class ClerkChanged:
    """Another clerk has the visit now: what only the former one wished to pass on is not asked."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The visitor is in the booth."""


@dataclass(frozen=True, slots=True)
class Over:
    """Clerk and visitor are parted."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The control plane's word about a visit: has its number another one to come?"""

    visit: VisitId
    goes_on: bool


@dataclass(frozen=True, slots=True)
class ClerkCame:
    """The control channel of the visit's proven clerk is open."""


@dataclass(frozen=True, slots=True)
class ClerkLeft:
    """The control channel is gone."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The visitor's answer on the booth's screen."""

    note: NoteId
    approved: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened, but time went on."""


Event = (
    Opened
    | ClerkChanged
    | Begun
    | Over
    | Ended
    | ClerkCame
    | ClerkLeft
    | NoteOffer
    | NoteWithdraw
    | NoteRead
    | Answered
    | TimePassed
)


@dataclass(frozen=True, slots=True)
class Step:
    """The notes after an event, and what the clerk is told."""

    notes: Notes
    say: tuple[NoteFromBooth, ...] = ()


def step(notes: Notes, event: Event, now: float) -> Step:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """What does this event change? What does not fit changes nothing."""
    notes = _keep(notes, lambda kept: now < kept.until)
    match event:
        case Opened():
            return Step(_opened(notes, event.visit))
        case ClerkChanged():
            return Step(_clerk_changed(notes))
        case Begun():
            return _begun(notes)
        case Over():
            return Step(_over(notes, now))
        case Ended():
            return Step(_ended(notes, event, now))
        case ClerkCame():
            here = replace(notes, clerk_here=True)
            return Step(here, (_progress(here), *_passed_on(here)))
        case ClerkLeft():
            return Step(replace(notes, clerk_here=False))
        case NoteOffer():
            return _offered(notes, event)
        case NoteWithdraw():
            return _withdrawn(notes, event.note_id)
        case NoteRead():
            return Step(_read(notes, event.note_id))
        case Answered():
            return _answered(notes, event)
        case TimePassed():
            return Step(notes)
        case _:
            assert_never(event)


def wakes_at(notes: Notes) -> float | None:
    """When must `TimePassed` be looked at, if nothing happens before?"""
    return min((kept.until for kept in notes.kept), default=None)


def held(notes: Notes) -> frozenset[NoteId]:
    """Whose texts are in memory, and must be found nowhere else?"""
    own = () if notes.own is None else (notes.own.id,)
    return frozenset((*own, *(kept.note.id for kept in notes.kept)))


def news(before: Notes, after: Notes) -> str | None:
    """What the visitor is told in the calm strip of the booth's screen; None: nothing new."""
    if before.visit != after.visit:
        return None
    if after.own is None and len(after.settled) > len(before.settled):
        return f"note_{after.settled[-1][1]}"
    if sum(kept.read for kept in after.kept) > sum(kept.read for kept in before.kept):
        return "note_passed_on"
    return None


def _whose(visit: PrepareVisit) -> Whose:
    return Whose(number=visit.number, day=visit.day)


def _keep(notes: Notes, wanted: Callable[[Kept], bool]) -> Notes:
    return replace(notes, kept=tuple(kept for kept in notes.kept if wanted(kept)))


def _opened(notes: Notes, visit: PrepareVisit) -> Notes:
    if notes.visit is not None and notes.visit.visit_id == visit.visit_id:
        return notes
    kept = tuple(
        replace(one, visit=visit.visit_id) if one.whose == _whose(visit) else one
        for one in notes.kept
        if not one.read
    )
    return Notes(visit=visit, kept=kept)


def _clerk_changed(notes: Notes) -> Notes:
    own = notes.own
    if own is not None and own.approved_at is None:
        notes = _settle(notes, own.id, NoteState.WITHDRAWN)
    return replace(notes, clerk_here=False)


def _begun(notes: Notes) -> Step:
    if notes.visit is None or notes.begun:
        return Step(notes)
    begun = replace(notes, begun=True)
    return Step(begun, _passed_on(begun) if begun.clerk_here else ())


def _over(notes: Notes, now: float) -> Notes:
    visit, own = notes.visit, notes.own
    kept = tuple(one for one in notes.kept if not one.read)
    if visit is not None and own is not None and own.approved_at is not None:
        mine = Kept(note=own, whose=_whose(visit), visit=visit.visit_id, until=now + KEEP_S)
        kept = (*(one for one in kept if one.whose != mine.whose), mine)
    return Notes(kept=kept)


def _ended(notes: Notes, end: Ended, now: float) -> Notes:
    if notes.visit is not None and notes.visit.visit_id == end.visit:
        notes = _over(notes, now)
    return notes if end.goes_on else _keep(notes, lambda kept: kept.visit != end.visit)


def _passed_on(notes: Notes) -> tuple[NoteHere, ...]:
    visit = notes.visit
    # A room into which any of the staff might have come gets nothing.
    if visit is None or not notes.begun or not visit.clerk_sub:
        return ()
    return tuple(
        NoteHere(
            note_id=kept.note.id,
            text=kept.note.text,
            agency_name=kept.note.agency_name,
            approved_at=kept.note.approved_at,
        )
        for kept in notes.kept
        if kept.whose == _whose(visit) and kept.note.approved_at is not None
    )


def _progress(notes: Notes) -> NoteProgress:
    visit, own = notes.visit, notes.own
    if own is not None:
        state = NoteState.ASKED if own.approved_at is None else NoteState.APPROVED
        # As with a note that is passed on: not into a room for any of the staff.
        text = own.text if visit is not None and visit.clerk_sub else ""
        return NoteProgress(note_id=own.id, state=state, text=text)
    if notes.settled:
        note_id, state = notes.settled[-1]
        return NoteProgress(note_id=note_id, state=state)
    return NoteProgress(state=NoteState.NONE)


def _offered(notes: Notes, offer: NoteOffer) -> Step:
    visit, own, known = notes.visit, notes.own, dict(notes.settled)
    if visit is None or not notes.begun:
        return _refused(notes, offer, NO_VISIT)
    if offer.note_id in known:
        return Step(notes, (NoteProgress(note_id=offer.note_id, state=known[offer.note_id]),))
    if own is not None and own.id == offer.note_id:
        same = own.text == offer.text
        return Step(notes, (_progress(notes),)) if same else _refused(notes, offer, ID_USED)
    wrong = flaw(offer.text)
    if wrong:
        return _refused(notes, offer, wrong)
    if own is not None:
        notes = _settle(notes, own.id, NoteState.WITHDRAWN)
    asked = replace(
        notes,
        own=Note(id=offer.note_id, text=offer.text, agency_name=visit.agency_name),
    )
    return Step(asked, (_progress(asked),))


def _refused(notes: Notes, offer: NoteOffer, reason: str) -> Step:
    refused = NoteProgress(note_id=offer.note_id, state=NoteState.REFUSED, reason=reason)
    return Step(notes, (refused,))


def _settle(notes: Notes, note_id: NoteId, state: NoteState) -> Notes:
    """The text goes at once; only how it ended is remembered, until the visit is over."""
    return replace(notes, own=None, settled=(*notes.settled, (note_id, state)))


def _withdrawn(notes: Notes, note_id: NoteId) -> Step:
    if notes.own is None or notes.own.id != note_id:
        state = dict(notes.settled).get(note_id, NoteState.WITHDRAWN)
        return Step(notes, (NoteProgress(note_id=note_id, state=state),))
    gone = _settle(notes, note_id, NoteState.WITHDRAWN)
    return Step(gone, (_progress(gone),))


def _answered(notes: Notes, answer: Answered) -> Step:
    own = notes.own
    if own is None or own.id != answer.note:
        return Step(notes)
    if not answer.approved:
        gone = _settle(notes, own.id, NoteState.DECLINED)
        return Step(gone, (_progress(gone),))
    if own.approved_at is not None:
        return Step(notes)
    approved = replace(notes, own=replace(own, approved_at=answer.at))
    return Step(approved, (_progress(approved),))


def _read(notes: Notes, note_id: NoteId) -> Notes:
    visit = notes.visit
    if visit is None or not notes.begun or not notes.clerk_here:
        return notes
    return replace(
        notes,
        kept=tuple(
            replace(one, read=True)
            if one.note.id == note_id and one.whose == _whose(visit)
            else one
            for one in notes.kept
        ),
    )
