"""Does a visit in the booth keep its rules, in every order of events?"""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.booth import (
    ORDER,
    Announce,
    AskOut,
    AskToStay,
    Booth,
    ClerkJoined,
    ClerkLost,
    CloseRoom,
    Event,
    MoreTime,
    OpenRoom,
    Phase,
    Prepared,
    Rated,
    Remind,
    Restarted,
    ShowCamera,
    SomebodyCame,
    TellArrived,
    TellEnded,
    TellLost,
    TellRated,
    TellWiped,
    TimePassed,
    VisitorFinished,
    Wipe,
    Wiped,
    may_send,
    sub_of,
)
from edge_agent.core.booth_steps import (
    BROKEN_S,
    CALLED_S,
    ENDED_KEPT,
    FINISH_S,
    OVER,
    PREPARE_S,
    RATE_S,
    READY_S,
    REJOIN_S,
    REMIND_S,
    SILENT_S,
    THANKS_S,
    WIPE_AGAIN_S,
    step,
    wakes_at,
)
from edge_agent.core.readiness import Checks
from shared.identifiers import RoomId, VisitId
from shared.rooms import Participant
from shared.visits import (
    BeginVisit,
    CancelVisit,
    ChangeParties,
    EndVisit,
    PrepareVisit,
)
from tests.edge_agent.core.stories import (
    DEAF,
    GOOD,
    NO_PICTURE,
    Story,
    begin,
    call,
    cancel,
    checked,
    end,
    in_visit,
    leave,
    of,
    parties,
    phase,
    preparation,
    prepared,
    visit_id,
)


def test_a_whole_visit_goes_through_every_phase_in_order() -> None:
    story = Story().happens(preparation())
    assert phase(story) is Phase.PREPARE
    assert of(story, OpenRoom)
    story.happens(checked(NO_PICTURE))
    assert not of(story, Prepared)
    story.happens(checked(), call())
    assert of(story, Prepared) == [Prepared(visit_id(1))]
    assert phase(story) is Phase.CALLED
    story.happens(SomebodyCame())
    assert of(story, TellArrived)
    assert not of(story, ShowCamera)
    story.happens(begin())
    assert phase(story) is Phase.VISIT
    assert of(story, ShowCamera)
    story.happens(VisitorFinished())
    assert of(story, TellEnded)
    story.happens(end())
    assert phase(story) is Phase.ENDING
    assert of(story, CloseRoom)
    assert of(story, Remind)
    assert phase(story.passes(REMIND_S)) is Phase.RATE
    assert phase(story.happens(Rated(5))) is Phase.THANKS
    assert of(story, TellRated) == [TellRated(visit_id(1), 5)]
    assert phase(story.passes(THANKS_S)) is Phase.WIPING
    story.happens(Wiped(visit_id(1), clean=True))
    assert story.booth == Booth(ended=(visit_id(1),))
    assert of(story, TellWiped) == [TellWiped(visit_id(1), clean=True, found=())]


def test_nobody_has_to_rate() -> None:
    story = in_visit().happens(end()).passes(REMIND_S).passes(RATE_S)
    assert phase(story) is Phase.THANKS
    assert not of(story, TellRated)


def test_more_time_for_the_smileys_can_be_had() -> None:
    story = in_visit().happens(end()).passes(REMIND_S).passes(RATE_S - 1)
    story.happens(MoreTime()).passes(RATE_S - 1)
    assert phase(story) is Phase.RATE


def test_only_one_smiley_counts() -> None:
    story = in_visit().happens(end()).passes(REMIND_S).happens(Rated(5), Rated(1))
    assert of(story, TellRated) == [TellRated(visit_id(1), 5)]


def test_a_visit_is_not_called_before_the_picture_is_up() -> None:
    story = Story().happens(preparation(), checked(NO_PICTURE), call())
    assert story.refusals[-1] == "not_prepared"
    assert not of(story, Announce)


def test_a_visit_cannot_begin_before_it_is_prepared() -> None:
    story = Story().happens(preparation(), begin())
    assert story.refusals[-1] == "not_prepared"
    assert phase(story) is Phase.PREPARE


def test_a_report_about_another_visit_prepares_nothing() -> None:
    story = Story().happens(preparation(), checked(number=2))
    assert not story.booth.prepared


def test_a_broken_microphone_that_lasts_fails_the_preparation() -> None:
    story = Story().happens(preparation(), checked(DEAF)).passes(BROKEN_S - 0.1)
    assert phase(story) is Phase.PREPARE
    story.passes(0.2)
    assert of(story, Prepared) == [Prepared(visit_id(1), "microphone_failed")]
    assert phase(story) is Phase.WIPING


def test_a_microphone_that_was_only_slow_fails_nothing() -> None:
    story = Story().happens(preparation(), checked(DEAF)).passes(1).happens(checked())
    assert of(story, Prepared) == [Prepared(visit_id(1), "")]


def test_a_silent_page_is_missing_and_a_page_without_picture_says_that() -> None:
    silent = Story().happens(preparation()).passes(SILENT_S)
    assert of(silent, Prepared) == [Prepared(visit_id(1), "screen_missing")]
    blind = Story().happens(preparation(), checked(NO_PICTURE)).passes(PREPARE_S)
    assert of(blind, Prepared) == [Prepared(visit_id(1), "no_picture")]


def test_a_cancelled_preparation_fails_with_the_reason() -> None:
    story = Story().happens(preparation(), cancel())
    assert of(story, Prepared) == [Prepared(visit_id(1), "no_show")]
    assert of(story, Wipe)


def test_a_recall_is_announced_once() -> None:
    story = prepared().happens(call(), call(), call(attempt=2), call(attempt=1))
    assert [effect.call.attempt for effect in story.effects if isinstance(effect, Announce)] == [
        1,
        2,
    ]


def test_another_visit_is_refused_while_one_goes_on() -> None:
    assert in_visit().happens(preparation(2)).refusals[-1] == "busy"


def test_a_booth_that_is_not_clean_takes_nobody_until_it_is() -> None:
    story = prepared().happens(cancel(), Wiped(visit_id(1), clean=False, found=("spool",)))
    assert phase(story) is Phase.OUT_OF_USE
    assert story.happens(preparation(2)).refusals[-1] == "booth_not_wiped"
    story.passes(WIPE_AGAIN_S)
    assert len(of(story, Wipe)) == 2
    story.happens(Wiped(visit_id(1), clean=True))
    assert phase(story) is Phase.IDLE
    assert [effect.clean for effect in story.effects if isinstance(effect, TellWiped)] == [
        False,
        True,
    ]


def test_a_lost_clerk_is_waited_for_and_then_the_visit_ends_without_smileys() -> None:
    story = in_visit().happens(ClerkLost()).passes(REJOIN_S - 1)
    assert phase(story) is Phase.VISIT
    story.happens(ClerkJoined()).passes(REJOIN_S)
    assert phase(story) is Phase.VISIT
    story.happens(ClerkLost()).passes(REJOIN_S)
    assert of(story, TellLost) == [TellLost(visit_id(1), "clerk_lost")]
    assert of(story, Remind)  # papers may lie there
    assert phase(story.passes(REMIND_S)) is Phase.WIPING


def test_a_visitor_who_ended_is_not_kept_by_a_silent_control_plane() -> None:
    story = in_visit().happens(VisitorFinished(), ClerkJoined()).passes(FINISH_S)
    assert phase(story) is Phase.ENDING


def test_a_visit_that_nobody_goes_on_with_ends() -> None:
    assert prepared().passes(READY_S).booth.phase is Phase.WIPING
    called = prepared().happens(call()).passes(CALLED_S)
    assert of(called, TellLost) == [TellLost(visit_id(1), "no_answer")]


def test_after_a_restart_a_visit_is_taken_up_if_the_clerk_comes_back() -> None:
    story = Story().happens(Restarted(preparation(), Phase.VISIT))
    assert phase(story) is Phase.VISIT
    assert of(story, OpenRoom)
    assert phase(story.happens(ClerkJoined()).passes(REJOIN_S)) is Phase.VISIT
    alone = Story().happens(Restarted(preparation(), Phase.VISIT)).passes(REJOIN_S)
    assert of(alone, TellLost)


def test_after_a_restart_a_called_visit_still_begins() -> None:
    story = Story().happens(Restarted(preparation(), Phase.CALLED), begin())
    assert phase(story) is Phase.VISIT


def test_after_a_restart_an_unfinished_wiping_is_done() -> None:
    for left in (Phase.ENDING, Phase.RATE, Phase.THANKS, Phase.WIPING, Phase.OUT_OF_USE):
        story = Story().happens(Restarted(preparation(), left))
        assert phase(story) is Phase.WIPING
        assert of(story, Wipe)


# --- who else is there ---------------------------------------------------------------------------


def test_a_colleague_is_known_from_when_the_control_plane_says_so_until_it_says_no_more() -> None:
    story = in_visit()
    assert sub_of(story.booth, Participant.COLLEAGUE) is None
    story.happens(parties(1, 1, "clerk-8"))
    assert sub_of(story.booth, Participant.COLLEAGUE) == "clerk-8"
    assert sub_of(story.booth, Participant.INTERPRETER) is None
    story.happens(parties(1, 2))
    assert sub_of(story.booth, Participant.COLLEAGUE) is None
    assert phase(story) is Phase.VISIT
    assert len(of(story, OpenRoom)) == 1, "the room is the same"


def test_what_was_said_before_counts_no_more_when_it_comes_late() -> None:
    story = in_visit().happens(parties(1, 2), parties(1, 1, "clerk-8"))
    assert story.booth.companions == ()
    story.happens(parties(2, 3, "clerk-8"))
    assert story.booth.companions == (), "of another visit"


def test_another_clerk_goes_on_in_another_room_where_the_camera_is_shown_again() -> None:
    story = in_visit()
    opened, shown = len(of(story, OpenRoom)), len(of(story, ShowCamera))
    story.happens(parties(1, 1, room=1003))
    assert phase(story) is Phase.VISIT
    assert len(of(story, OpenRoom)) == opened + 1
    assert len(of(story, ShowCamera)) == shown + 1
    assert sub_of(story.booth, Participant.CLERK) == "clerk-1003"
    assert may_send(story.booth, RoomId(UUID(int=1003)))
    assert not may_send(story.booth, RoomId(UUID(int=1001))), "the former clerk sees nobody"
    story.happens(end())
    assert of(story, CloseRoom) == [CloseRoom(RoomId(UUID(int=1003)))]


def test_another_clerk_who_never_comes_ends_the_visit() -> None:
    story = in_visit().happens(parties(1, 1, room=1003)).passes(REJOIN_S)
    assert of(story, TellLost) == [TellLost(visit_id(1), "clerk_lost")]
    came = in_visit().happens(parties(1, 1, room=1003), ClerkJoined()).passes(REJOIN_S)
    assert phase(came) is Phase.VISIT


def test_nobody_comes_into_a_visit_that_is_over() -> None:
    story = in_visit().happens(end(), parties(1, 1, "clerk-8", room=1003))
    assert story.booth.companions == ()
    assert len(of(story, OpenRoom)) == 1


def test_after_a_restart_it_is_known_who_is_there() -> None:
    there = in_visit().happens(parties(1, 3, "clerk-8")).booth
    again = Story().happens(
        Restarted(preparation(), Phase.VISIT, there.companions, there.turn), parties(1, 2)
    )
    assert sub_of(again.booth, Participant.COLLEAGUE) == "clerk-8"


def test_a_visit_whose_end_came_before_its_preparation_does_not_begin() -> None:
    for ends in (cancel(), end()):
        story = Story().happens(ends, preparation())
        assert story.refusals == ["", OVER]
        assert phase(story) is Phase.IDLE
        assert story.effects == []
        # The booth is there for the next one.
        assert phase(story.happens(preparation(2))) is Phase.PREPARE


def test_a_late_preparation_does_not_begin_a_visit_that_is_over_again() -> None:
    story = in_visit().happens(end(1, "moved", 20), Wiped(visit_id(1), clean=True))
    assert phase(story) is Phase.SEATED
    assert phase(story.happens(preparation())) is Phase.SEATED
    assert len(of(story, OpenRoom)) == 1


def test_not_every_end_is_remembered_for_ever() -> None:
    story = Story().happens(*(cancel(number) for number in range(1, ENDED_KEPT + 2)))
    assert len(story.booth.ended) == ENDED_KEPT
    assert visit_id(1) not in story.booth.ended


# --- in every order ----------------------------------------------------------------------------

NUMBERS = st.sampled_from([1, 2])
CHECKS = st.builds(
    Checks,
    microphone=st.booleans(),
    camera=st.booleans(),
    speaker=st.booleans(),
    clerk_seen=st.booleans(),
)
EVENTS = st.one_of(
    NUMBERS.map(preparation),
    st.builds(call, NUMBERS, st.integers(1, 3)),
    NUMBERS.map(begin),
    NUMBERS.map(cancel),
    st.builds(
        parties,
        NUMBERS,
        st.integers(1, 4),
        st.sampled_from(["clerk-8", "clerk-9"]),
        room=st.sampled_from([None, 1003]),
    ),
    st.builds(end, NUMBERS, st.sampled_from(["ended", "lost", "moved"]), st.sampled_from([0, 20])),
    NUMBERS.map(leave),
    st.builds(checked, st.one_of(CHECKS, st.just(GOOD)), NUMBERS),
    st.just(SomebodyCame()),
    st.just(VisitorFinished()),
    st.integers(1, 5).map(Rated),
    st.just(MoreTime()),
    st.just(ClerkJoined()),
    st.just(ClerkLost()),
    st.builds(
        Restarted,
        NUMBERS.map(preparation),
        st.sampled_from([each for each in Phase if each is not Phase.IDLE]),
    ),
    st.builds(Wiped, NUMBERS.map(visit_id), st.booleans()),
    st.just(TimePassed()),
)
STORIES = st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.0, 1.0, 5.0, 40.0])), max_size=40)


@settings(max_examples=400, deadline=None)
@given(STORIES)
def test_nothing_of_the_booth_may_leave_before_the_visit_began(
    story: list[tuple[Event, float]],
) -> None:
    """Only `BeginVisit`, or the journal of a begun visit, opens camera and microphone."""
    now, booth, begun = 0.0, Booth(), set[VisitId]()
    for event, pause in story:
        now += pause
        before = booth
        taken = step(booth, event, now)
        booth = taken.booth
        if isinstance(event, BeginVisit) and not taken.refusal:
            begun.add(event.visit_id)
        if isinstance(event, Restarted) and event.phase is Phase.VISIT:
            begun.add(event.visit.visit_id)
        for room in (RoomId(UUID(int=number)) for number in (1001, 1002, 1003)):
            if may_send(booth, room):
                assert booth.visit is not None
                assert booth.visit.room_id == room
                assert booth.visit.visit_id in begun
        if any(isinstance(effect, ShowCamera) for effect in taken.effects):
            assert booth.phase is Phase.VISIT
            another_clerk = isinstance(event, ChangeParties) and booth.visit != before.visit
            assert another_clerk == (before.phase is Phase.VISIT)


@settings(max_examples=400, deadline=None)
@given(STORIES)
def test_a_visit_never_goes_backwards(story: list[tuple[Event, float]]) -> None:
    now, booth = 0.0, Booth()
    for event, pause in story:
        now += pause
        before, booth = booth, step(booth, event, now).booth
        if before.visit is not None and booth.visit is not None:
            if Phase.SEATED in {before.phase, booth.phase}:
                # The first visit is over; whoever sits there goes on or is asked out.
                assert before.visit.number == booth.visit.number
                continue
            assert before.visit.visit_id == booth.visit.visit_id
            assert ORDER.index(booth.phase) >= ORDER.index(before.phase)
            assert booth.attempt >= before.attempt
        if before.visit is not None and booth.visit is None:
            assert before.phase in {Phase.WIPING, Phase.OUT_OF_USE}


@settings(max_examples=400, deadline=None)
@given(STORIES)
def test_no_visit_is_prepared_after_its_end(story: list[tuple[Event, float]]) -> None:
    now, booth, over = 0.0, Booth(), set[VisitId]()
    for event, pause in story:
        now += pause
        taken = step(booth, event, now)
        booth = taken.booth
        if isinstance(event, CancelVisit | EndVisit):
            over.add(event.visit_id)
        if isinstance(event, PrepareVisit) and event.visit_id in over:
            assert taken.effects == ()


@settings(max_examples=400, deadline=None)
@given(STORIES)
def test_an_event_that_comes_twice_has_the_effect_of_one(
    story: list[tuple[Event, float]],
) -> None:
    now, booth = 0.0, Booth()
    for event, pause in story:
        now += pause
        taken = step(booth, event, now)
        booth = taken.booth
        again = step(booth, event, now)
        tells = (
            Announce,
            AskOut,
            AskToStay,
            TellArrived,
            TellEnded,
            TellRated,
            TellWiped,
            OpenRoom,
            Remind,
        )
        assert not [effect for effect in again.effects if isinstance(effect, tells)] or isinstance(
            event, PrepareVisit | Restarted
        )


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_left_alone_every_visit_ends_in_the_wiping(story: list[tuple[Event, float]]) -> None:
    """Nobody comes back, the control plane is gone: the booth frees itself."""
    now, booth = 0.0, Booth()
    wipes = 0
    for event, pause in story:
        now += pause
        taken = step(booth, event, now)
        booth = taken.booth
        wipes += sum(isinstance(effect, Wipe) for effect in taken.effects)
    if booth.phase is Phase.VISIT:
        booth = step(booth, ClerkLost(), now).booth
    for _ in range(12):
        due = wakes_at(booth)
        if due is None or booth.phase is Phase.OUT_OF_USE:
            break
        now = max(now, due)
        taken = step(booth, TimePassed(), now)
        booth = taken.booth
        wipes += sum(isinstance(effect, Wipe) for effect in taken.effects)
    assert booth.phase in {Phase.IDLE, Phase.WIPING, Phase.OUT_OF_USE}
    if booth.phase is Phase.WIPING:
        assert wipes
