"""Does whoever is sent on stay seated, or leave when they say so, and is nobody else let in?"""

from edge_agent.core.booth import (
    Announce,
    AskOut,
    AskToStay,
    Booth,
    CloseRoom,
    Phase,
    Remind,
    Restarted,
    StopAnnouncing,
    TellArrived,
    TellEnded,
    TellWiped,
    VisitorFinished,
    WayOut,
    Wiped,
    way_out,
)
from edge_agent.core.booth_steps import (
    FINISH_S,
    LEAVE_S,
    REMIND_S,
    SEAT_GRACE_S,
)
from shared.visits import (
    CancelVisit,
)
from tests.edge_agent.core.stories import (
    Story,
    begin,
    call,
    cancel,
    checked,
    end,
    in_visit,
    leave,
    of,
    phase,
    preparation,
    visit_id,
)


def seated(seated_s: int = 300) -> Story:
    """The first clerk sent the visitor on, and the booth has forgotten that visit."""
    moved = in_visit().happens(end(reason="moved", seated_s=seated_s))
    return moved.happens(Wiped(visit_id(1), clean=True))


def test_whoever_is_sent_on_stays_seated_in_a_booth_that_forgot_the_first_visit() -> None:
    story = in_visit().happens(end(reason="moved", seated_s=300))
    assert phase(story) is Phase.WIPING
    assert of(story, CloseRoom)
    assert not of(story, Remind)
    story.happens(Wiped(visit_id(1), clean=True))
    assert phase(story) is Phase.SEATED
    assert of(story, TellWiped)
    assert of(story, AskToStay)
    left = story.booth.visit
    assert left is not None
    assert (left.number, left.clerk_name, left.ice_servers) == (104, "", ())


def test_the_next_clerk_meets_the_seated_visitor_without_a_call_outside() -> None:
    story = seated().happens(preparation(2), checked(number=2), call(2))
    assert of(story, TellArrived) == [TellArrived(visit_id(2))]
    assert len(of(story, Announce)) == 1  # of the first visit
    story.happens(begin(2))
    assert phase(story) is Phase.VISIT
    story.happens(end(2), Wiped(visit_id(2), clean=True)).passes(REMIND_S)
    assert phase(story) is Phase.RATE


def test_a_seated_visitor_whom_nobody_met_is_called_outside_too() -> None:
    story = seated().happens(preparation(2), checked(number=2), call(2), call(2, attempt=2))
    assert len(of(story, Announce)) == 2


def test_nobody_else_is_let_in_while_somebody_is_seated() -> None:
    story = seated().happens(preparation(2, ticket=105))
    assert story.refusals[-1] == "busy"
    assert phase(story) is Phase.SEATED


def test_a_visit_that_comes_to_nothing_leaves_the_visitor_seated() -> None:
    withdrawn = CancelVisit(visit_id=visit_id(2), reason="withdrawn")
    story = seated().happens(preparation(2), withdrawn, Wiped(visit_id(2), clean=True))
    assert phase(story) is Phase.SEATED
    assert phase(story.happens(preparation(3))) is Phase.PREPARE


def test_whose_time_is_over_is_asked_out_and_the_booth_wipes_once_more() -> None:
    story = seated().happens(leave())
    assert phase(story) is Phase.LEAVING
    assert of(story, AskOut)
    story.passes(LEAVE_S).happens(Wiped(visit_id(1), clean=True))
    assert story.booth == Booth(ended=(visit_id(1),))
    assert len(of(story, TellWiped)) == 2


def test_a_seat_ends_though_the_control_plane_is_gone() -> None:
    assert phase(seated().passes(300 + SEAT_GRACE_S)) is Phase.LEAVING


def test_a_booth_that_is_being_wiped_asks_the_visitor_out_after_it() -> None:
    story = in_visit().happens(end(reason="moved", seated_s=300), leave())
    assert phase(story) is Phase.WIPING
    story.happens(Wiped(visit_id(1), clean=True)).passes(0)
    assert phase(story) is Phase.LEAVING


def test_whoever_is_sent_on_without_a_seat_waits_outside_and_rates_nothing() -> None:
    story = in_visit().happens(end(reason="moved"))
    assert phase(story) is Phase.LEAVING
    assert phase(story.passes(LEAVE_S)) is Phase.WIPING


def test_what_comes_late_about_the_first_visit_changes_nothing_for_the_seated() -> None:
    story = seated()
    before = story.booth
    story.happens(end(), cancel(), begin(), call(attempt=3))
    assert story.booth == before


def test_after_a_restart_the_visitor_is_still_seated() -> None:
    story = Story().happens(Restarted(preparation(), Phase.SEATED))
    assert phase(story) is Phase.SEATED
    assert phase(story.happens(preparation(2))) is Phase.PREPARE


def test_whoever_is_seated_may_say_that_they_leave_and_the_booth_wipes_once_more() -> None:
    story = seated()
    assert way_out(story.booth) is WayOut.NUMBER
    story.happens(VisitorFinished(), VisitorFinished())
    assert phase(story) is Phase.ENDING
    assert of(story, TellEnded) == [TellEnded(visit_id(1))]
    assert len(of(story, Remind)) == 1
    assert len(of(story, CloseRoom)) == 1  # of the first visit
    story.passes(REMIND_S)
    assert phase(story) is Phase.WIPING  # nobody is asked for a smiley
    story.happens(Wiped(visit_id(1), clean=True))
    assert story.booth == Booth(ended=(visit_id(1),))
    assert len(of(story, TellWiped)) == 2


def test_whoever_leaves_while_the_booth_is_wiped_is_reminded_before_it_is_let() -> None:
    story = in_visit().happens(end(reason="moved", seated_s=300), VisitorFinished())
    assert phase(story) is Phase.WIPING
    assert of(story, TellEnded)
    story.happens(leave(), Wiped(visit_id(1), clean=True))
    assert phase(story) is Phase.ENDING
    assert not of(story, TellWiped)
    assert not of(story, AskToStay)
    story.passes(REMIND_S).happens(Wiped(visit_id(1), clean=True))
    assert story.booth == Booth(ended=(visit_id(1),))
    assert len(of(story, TellWiped)) == 1


def test_whoever_leaves_when_the_next_clerk_prepares_is_neither_met_nor_kept() -> None:
    withdrawn = CancelVisit(visit_id=visit_id(2), reason="withdrawn")
    story = seated().happens(preparation(2), VisitorFinished(), checked(number=2))
    assert of(story, TellEnded) == [TellEnded(visit_id(2))]
    story.happens(call(2))
    assert not of(story, TellArrived)
    story.happens(withdrawn)
    assert phase(story) is Phase.ENDING
    story.passes(REMIND_S).happens(Wiped(visit_id(2), clean=True))
    assert story.booth == Booth(ended=(visit_id(1), visit_id(2)))


def test_nobody_is_asked_to_leave_a_booth_to_which_nobody_was_called() -> None:
    story = Story().happens(preparation())
    assert way_out(story.booth) is None
    story.happens(VisitorFinished())
    assert not of(story, TellEnded)


def test_whoever_was_called_may_leave_before_the_visit() -> None:
    story = Story().happens(preparation(), checked(), call(), VisitorFinished())
    assert way_out(story.booth) is None  # once is enough
    assert of(story, TellEnded)
    assert of(story, StopAnnouncing)
    story.happens(call(attempt=2))
    assert len(of(story, Announce)) == 1
    story.happens(CancelVisit(visit_id=visit_id(1), reason="withdrawn"))
    assert phase(story) is Phase.ENDING
    assert phase(story.passes(REMIND_S)) is Phase.WIPING


def test_whoever_leaves_is_not_kept_by_a_silent_control_plane() -> None:
    story = Story().happens(preparation(), checked(), call(), VisitorFinished())
    assert phase(story.passes(FINISH_S)) is Phase.ENDING


def test_the_end_of_one_errand_is_not_the_end_of_the_next() -> None:
    story = in_visit().happens(VisitorFinished(), end(reason="moved", seated_s=300))
    story.happens(Wiped(visit_id(1), clean=True))
    assert phase(story) is Phase.SEATED
    assert way_out(story.booth) is WayOut.NUMBER
