"""Does a note reach the next clerk of its number, approved and unchanged, and nobody else?"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.notes import (
    KEEP_S,
    Answered,
    Begun,
    ClerkCame,
    ClerkChanged,
    ClerkLeft,
    Ended,
    Event,
    Notes,
    Opened,
    Over,
    TimePassed,
    held,
    news,
    step,
    wakes_at,
)
from shared.identifiers import NoteId, RoomId, VisitId
from shared.languages import Language
from shared.notes import (
    NoteFromBooth,
    NoteHere,
    NoteOffer,
    NoteProgress,
    NoteRead,
    NoteState,
    NoteWithdraw,
)
from shared.visits import PrepareVisit

TODAY = date(2026, 11, 27)
AT = datetime(2026, 11, 27, 10, 5, tzinfo=UTC)
TEXT = "Hakemus on kesken. Seuraavaksi verokortti."


def note_id(number: int) -> NoteId:
    return NoteId(UUID(int=100 + number))


def visit_id(number: int) -> VisitId:
    return VisitId(UUID(int=number))


def visit(
    id: int,  # noqa: A002 - the visit's own
    number: int = 104,
    *,
    day: date | None = TODAY,
    sub: str = "clerk-1",
) -> PrepareVisit:
    return PrepareVisit(
        visit_id=visit_id(id),
        room_id=RoomId(UUID(int=1000 + id)),
        booth="salla-1",
        number=number,
        day=day,
        language=Language.FINNISH,
        clerk_name="A",
        clerk_sub=sub,
        agency_name="Kela",
        ice_servers=(),
        relay_only=False,
    )


@dataclass
class Story:
    """Events one after the other, and what the clerks were told."""

    now: float = 0.0
    notes: Notes = field(default_factory=Notes)
    said: list[NoteFromBooth] = field(default_factory=list)

    def happens(self, *events: Event, after: float = 0.0) -> "Story":
        self.now += after
        for event in events:
            taken = step(self.notes, event, self.now)
            self.notes = taken.notes
            self.said += taken.say
        return self

    def visit(self, opened: PrepareVisit) -> "Story":
        return self.happens(Opened(opened), ClerkCame(), Begun())

    def approved(self, number: int = 1, text: str = TEXT) -> "Story":
        return self.happens(offer(number, text), answer(number, approved=True))

    def ends(self, id: int, *, goes_on: bool) -> "Story":  # noqa: A002
        return self.happens(Over(), Ended(visit_id(id), goes_on=goes_on))

    @property
    def last(self) -> NoteProgress:
        return [one for one in self.said if isinstance(one, NoteProgress)][-1]

    @property
    def passed_on(self) -> list[str]:
        return [one.text for one in self.said if isinstance(one, NoteHere)]


def offer(number: int = 1, text: str = TEXT) -> NoteOffer:
    return NoteOffer(note_id=note_id(number), text=text)


def answer(number: int = 1, *, approved: bool) -> Answered:
    return Answered(note_id(number), approved=approved, at=AT)


def gone(story: Story) -> bool:
    return not held(story.notes)


# --- one visit ---------------------------------------------------------------------------------


def test_a_note_is_asked_about_and_the_answer_told_at_once() -> None:
    story = Story().visit(visit(1)).happens(offer())
    assert (story.last.state, story.last.text) == (NoteState.ASKED, TEXT)
    story.happens(answer(approved=True))
    assert (story.last.state, story.last.note_id) == (NoteState.APPROVED, note_id(1))


def test_a_declined_note_is_gone_at_once_and_a_repeat_asks_nobody_again() -> None:
    story = Story().visit(visit(1)).happens(offer(), answer(approved=False))
    assert story.last.state is NoteState.DECLINED
    assert gone(story)
    story.happens(offer())
    assert story.last.state is NoteState.DECLINED
    assert gone(story)


def test_the_visitor_may_take_back_a_yes_and_the_clerk_the_note() -> None:
    story = Story().visit(visit(1)).approved().happens(answer(approved=False))
    assert (story.last.state, gone(story)) == (NoteState.DECLINED, True)
    story.approved(2).happens(NoteWithdraw(note_id=note_id(2)))
    assert (story.last.state, gone(story)) == (NoteState.WITHDRAWN, True)


def test_a_changed_text_must_be_approved_again() -> None:
    story = Story().visit(visit(1)).approved().happens(offer(2, "Toinen teksti"))
    assert (story.last.state, story.last.note_id) == (NoteState.ASKED, note_id(2))
    story.happens(answer(1, approved=True))
    assert story.notes.own is not None
    assert story.notes.own.approved_at is None, "a late yes is to the text that was read"


def test_one_id_stands_for_one_text() -> None:
    story = Story().visit(visit(1)).approved().happens(offer(1, "Vaihdettu"))
    assert (story.last.state, story.last.reason) == (NoteState.REFUSED, "id_used")
    assert story.notes.own is not None
    assert story.notes.own.text == TEXT


def test_a_bad_text_is_refused_and_the_note_before_stays() -> None:
    story = Story().visit(visit(1)).approved().happens(offer(2, "x" * 601))
    assert (story.last.state, story.last.reason) == (NoteState.REFUSED, "too_long")
    assert story.notes.own is not None
    assert story.notes.own.approved_at is not None


def test_before_the_visit_and_after_it_no_note_is_taken() -> None:
    for story in (
        Story().happens(Opened(visit(1)), ClerkCame()),
        Story().visit(visit(1)).happens(Over()),
        Story(),
    ):
        story.happens(offer())
        assert (story.last.state, story.last.reason) == (NoteState.REFUSED, "no_visit")
        assert gone(story)


def test_a_page_that_was_loaded_again_hears_how_it_stands() -> None:
    story = Story().visit(visit(1)).happens(offer(), ClerkLeft(), ClerkCame())
    assert (story.last.state, story.last.text) == (NoteState.ASKED, TEXT)
    story.happens(answer(approved=False), ClerkLeft(), ClerkCame())
    assert (story.last.state, story.last.text) == (NoteState.DECLINED, "")
    assert Story().visit(visit(1)).last.state is NoteState.NONE


def test_the_strip_tells_the_visitor_what_became_of_it() -> None:
    story = Story().visit(visit(1)).happens(offer())
    asked = story.notes
    assert news(Notes(), asked) is None
    assert news(asked, step(asked, answer(approved=False), 0.0).notes) == "note_declined"
    withdrawn = step(asked, NoteWithdraw(note_id=note_id(1)), 0.0).notes
    assert news(asked, withdrawn) == "note_withdrawn"
    assert news(withdrawn, step(withdrawn, ClerkCame(), 0.0).notes) is None


# --- to the next visit -------------------------------------------------------------------------


def test_an_approved_note_is_passed_on_when_the_next_visit_has_begun() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.happens(Opened(visit(2)), ClerkCame())
    assert story.passed_on == [], "the visitor has not come yet"
    story.happens(Begun())
    [here] = [one for one in story.said if isinstance(one, NoteHere)]
    assert (here.text, here.agency_name, here.approved_at) == (TEXT, "Kela", AT)
    before = story.notes
    story.happens(NoteRead(note_id=note_id(1)))
    assert news(before, story.notes) == "note_passed_on"
    # For a page that is loaded again, in this visit only.
    story.happens(ClerkLeft(), ClerkCame())
    assert story.passed_on == [TEXT, TEXT]
    story.ends(2, goes_on=True)
    assert gone(story)


def test_a_note_that_nobody_has_read_waits_on() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.happens(Opened(visit(2)), Begun()).ends(2, goes_on=True)
    assert story.visit(visit(3)).passed_on == [TEXT]


def test_it_waits_while_the_number_is_called_in_vain() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.happens(Opened(visit(2)), ClerkCame()).ends(2, goes_on=True)
    assert story.visit(visit(3)).passed_on == [TEXT]


def test_another_number_gets_nothing_and_takes_nothing_away() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.visit(visit(2, 105)).happens(NoteRead(note_id=note_id(1))).ends(2, goes_on=False)
    assert story.passed_on == []
    assert story.visit(visit(3)).passed_on == [TEXT]


def test_the_same_number_of_another_day_gets_nothing() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    assert story.visit(visit(2, day=date(2026, 11, 28))).passed_on == []


def test_a_room_for_any_of_the_staff_gets_nothing() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    assert story.visit(visit(2, sub="")).passed_on == []
    story.happens(offer(2, "Oma"), ClerkLeft(), ClerkCame())
    assert (story.last.state, story.last.text) == (NoteState.ASKED, "")


def test_with_the_numbers_end_it_is_gone_also_when_the_word_comes_late() -> None:
    assert gone(Story().visit(visit(1)).approved().ends(1, goes_on=False))
    late = Story().visit(visit(1)).approved().happens(Over())
    assert not gone(late)
    assert gone(late.happens(Ended(visit_id(1), goes_on=False), after=30.0))


def test_a_late_word_about_a_former_visit_takes_nothing_from_the_present_one() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.happens(Opened(visit(2)), Ended(visit_id(1), goes_on=False), ClerkCame(), Begun())
    assert story.passed_on == [TEXT]


def test_after_an_hour_it_is_gone() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    assert wakes_at(story.notes) == KEEP_S
    assert not gone(story.happens(TimePassed(), after=KEEP_S - 1))
    assert gone(story.happens(TimePassed(), after=1))
    assert wakes_at(story.notes) is None
    late = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    assert late.happens(Opened(visit(2)), after=KEEP_S).visit(visit(2)).passed_on == []


def test_a_newer_note_of_the_number_takes_the_place_of_an_older() -> None:
    story = Story().visit(visit(1)).approved().ends(1, goes_on=True)
    story.visit(visit(2)).happens(NoteRead(note_id=note_id(1))).approved(2, "Uudempi")
    story.ends(2, goes_on=True)
    story.said.clear()
    assert story.visit(visit(3)).passed_on == ["Uudempi"]


# --- in every order ----------------------------------------------------------------------------

VISITS = st.sampled_from(
    [visit(1), visit(2), visit(3, 105), visit(4), visit(5, day=date(2026, 11, 28)), visit(6, 105)]
)
IDS = st.integers(1, 4)
EVENTS = st.one_of(
    VISITS.map(Opened),
    st.just(Begun()),
    st.just(Over()),
    st.builds(lambda seen, on: Ended(seen.visit_id, goes_on=on), VISITS, st.booleans()),
    st.just(ClerkCame()),
    st.just(ClerkLeft()),
    st.builds(offer, IDS, st.sampled_from(["yksi", "kaksi", "x" * 601, "a\u202eb"])),
    IDS.map(lambda number: NoteWithdraw(note_id=note_id(number))),
    IDS.map(lambda number: NoteRead(note_id=note_id(number))),
    st.builds(lambda number, yes: answer(number, approved=yes), IDS, st.booleans()),
    st.just(TimePassed()),
)
TEXTS = st.sampled_from(["yksi", "kaksi"])
# Random events alone hardly ever make a visit: pieces of likely ones, with the unlikely between.
PIECES = st.one_of(
    EVENTS.map(lambda event: (event,)),
    VISITS.map(lambda seen: (Opened(seen), ClerkCame(), Begun())),
    VISITS.map(lambda seen: (Opened(seen), Begun(), ClerkCame())),
    VISITS.map(lambda seen: (Opened(seen), ClerkCame())),
    st.builds(lambda at, text: (offer(at, text), answer(at, approved=True)), IDS, TEXTS),
    VISITS.map(lambda seen: (Over(), Ended(seen.visit_id, goes_on=True))),
)
PAUSES = st.sampled_from([0.0, 0.0, 0.0, 1.0, 1200.0])


def _joined(pieces: list[tuple[tuple[Event, ...], float]]) -> list[tuple[Event, float]]:
    return [
        (event, pause if at == 0 else 0.0)
        for events, pause in pieces
        for at, event in enumerate(events)
    ]


STORIES = st.lists(st.tuples(PIECES, PAUSES), min_size=4, max_size=20).map(_joined)


@dataclass
class Witness:
    """Seen from beside: who wrote what, and to which of it has the visitor said yes?"""

    visit: PrepareVisit | None = None
    begun: bool = False
    shown: tuple[NoteId, str] | None = None
    yes: bool = False
    # of visits that are over: (id, text) by number and day, with the end of the keeping
    may_travel: dict[tuple[int, date | None], tuple[NoteId, str, float]] = field(
        default_factory=dict
    )

    def sees(self, event: Event, before: Notes, after: Notes, now: float) -> None:
        match event:
            case Opened() if self.visit is None or self.visit.visit_id != event.visit.visit_id:
                self.visit, self.begun, self.shown, self.yes = event.visit, False, None, False
            case Begun() if self.visit is not None:
                self.begun = True
            case NoteOffer() if after.own is not None and after.own != before.own:
                self.shown, self.yes = (event.note_id, event.text), False
            case Answered() if self.shown and event.note == self.shown[0]:
                self.shown, self.yes = (self.shown, True) if event.approved else (None, False)
            case NoteWithdraw() if self.shown and event.note_id == self.shown[0]:
                self.shown, self.yes = None, False
            case Over():
                self._parts(now)
            case Ended() if self.visit is not None and event.visit == self.visit.visit_id:
                self._parts(now)
            case _:
                pass

    def _parts(self, now: float) -> None:
        if self.visit is not None and self.shown is not None and self.yes:
            key = (self.visit.number, self.visit.day)
            self.may_travel[key] = (*self.shown, now + KEEP_S)
        self.visit, self.begun, self.shown, self.yes = None, False, None, False


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_only_what_was_approved_as_it_stands_is_passed_on_and_only_to_its_number(
    story: list[tuple[Event, float]],
) -> None:
    now, notes, witness = 0.0, Notes(), Witness()
    for event, pause in story:
        now += pause
        before = notes
        taken = step(before, event, now)
        notes = taken.notes
        witness.sees(event, before, notes, now)
        for said in taken.say:
            if not isinstance(said, NoteHere):
                continue
            assert witness.visit is not None
            assert witness.begun
            known = witness.may_travel.get((witness.visit.number, witness.visit.day))
            assert known is not None
            assert (said.note_id, said.text) == known[:2]
            assert now < known[2]


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_nothing_is_held_but_the_present_note_and_approved_ones_within_the_hour(
    story: list[tuple[Event, float]],
) -> None:
    now, notes = 0.0, Notes()
    for event, pause in story:
        now += pause
        notes = step(notes, event, now).notes
        assert all(kept.note.approved_at is not None for kept in notes.kept)
        assert all(now < kept.until <= now + KEEP_S for kept in notes.kept)
        whose = [kept.whose for kept in notes.kept]
        assert len(whose) == len(set(whose)), "one note a number"
        if notes.visit is None or not notes.begun:
            assert notes.own is None
        if isinstance(event, Answered) and not event.approved:
            assert notes.own is None or notes.own.id != event.note
        if isinstance(event, Over):
            assert not any(kept.read for kept in notes.kept)
        due = wakes_at(notes)
        assert due is None or due > now
    assert gone(Story(now=now, notes=notes).happens(Over()).happens(TimePassed(), after=KEEP_S))


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_an_event_that_comes_twice_has_the_effect_of_one(story: list[tuple[Event, float]]) -> None:
    now, notes = 0.0, Notes()
    for event, pause in story:
        now += pause
        notes = step(notes, event, now).notes
        assert step(notes, event, now).notes == notes


def test_no_representation_shows_a_text() -> None:
    story = Story().visit(visit(1)).happens(offer(1, "salaisuus"))
    assert "salaisuus" not in repr(story.notes)
    assert "salaisuus" not in repr(step(story.notes, ClerkCame(), 0.0))


def test_what_only_the_former_clerk_wished_to_pass_on_is_asked_no_more() -> None:
    story = Story().visit(visit(1)).happens(offer())
    story.happens(ClerkChanged(), ClerkCame())
    assert story.notes.own is None
    assert story.last.state is NoteState.WITHDRAWN
    assert story.last.text == ""


def test_what_the_visitor_has_approved_is_passed_on_though_the_clerk_changed() -> None:
    story = Story().visit(visit(1)).approved()
    story.happens(ClerkChanged(), ClerkCame()).ends(1, goes_on=True).visit(visit(2))
    assert story.passed_on == [TEXT]
