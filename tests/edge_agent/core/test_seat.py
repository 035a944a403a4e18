"""Does whoever is sent on to another clerk stay seated, and is nobody else let in?"""

from edge_agent.core.booth import (
    Announce,
    AskOut,
    AskToStay,
    Booth,
    CloseRoom,
    Phase,
    Remind,
    Restarted,
    TellArrived,
    TellWiped,
    Wiped,
)
from edge_agent.core.booth_steps import (
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
    assert story.booth == Booth()
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
