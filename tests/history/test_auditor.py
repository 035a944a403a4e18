"""Does the auditor find in a history what is wrong with it, and nothing in one that is right?"""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.virtual.record import Call, Outcome
from tests.history.auditor import Kind
from tests.history.stories import Story


def test_a_day_as_it_should_be_is_found_to_be_so(story: Story) -> None:
    assert story.findings() == []


def test_a_number_that_was_given_and_is_not_there_is_a_lost_visitor(story: Story) -> None:
    story.asked("d-salla-01", "take", ticket="t9", number="9")
    assert story.kinds == {Kind.LOST}


@pytest.mark.parametrize("state", ["waiting", "offered", "called", "in_session"])
def test_whoever_still_waits_when_everybody_is_served_is_lost(story: Story, state: str) -> None:
    story.ticket(40, "t2", state)
    assert story.kinds == {Kind.LOST}


def test_one_visitor_with_two_visits_at_once(story: Story) -> None:
    story.ticket(40, "t2", "offered")
    story.visit(41, "v2", "t2", "aino", "salla-1")
    story.visit(42, "v3", "t2", "bertta", "inari-1")
    story.end(43, "v2")
    story.end(44, "v3")
    story.ticket(44, "t2", "completed")
    for clerk, visit in (("aino", "v2"), ("bertta", "v3")):
        story.asked(clerk, "next", visit=visit)
    assert story.kinds == {Kind.SERVED_TWICE}


def test_a_visitor_who_was_served_is_served_again(story: Story) -> None:
    story.visit(40, "v2", "t1", "aino", "salla-1")
    story.end(41, "v2")
    story.asked("aino", "next", visit="v2")
    assert story.kinds == {Kind.SERVED_TWICE}


def test_a_visit_that_broke_off_and_another_after_it_are_one_service(story: Story) -> None:
    story.ticket(40, "t2", "offered")
    story.visit(40, "v2", "t2", "aino", "salla-1")
    story.end(41, "v2", "lost")
    story.ticket(41, "t2", "waiting")
    story.ticket(42, "t2", "offered")
    story.visit(42, "v3", "t2", "bertta", "salla-1")
    story.end(43, "v3")
    story.ticket(43, "t2", "completed")
    for clerk, visit in (("aino", "v2"), ("bertta", "v3")):
        story.asked(clerk, "next", visit=visit)
    assert story.findings() == []


def two_visits(story: Story, *, clerks: tuple[str, str], booths: tuple[str, str]) -> None:
    for number, (clerk, booth) in enumerate(zip(clerks, booths, strict=True), start=2):
        story.ticket(40, f"t{number}", "offered")
        story.visit(41, f"v{number}", f"t{number}", clerk, booth)
        story.asked(clerk, "next", visit=f"v{number}")
    for number in (2, 3):
        story.end(50, f"v{number}")
        story.ticket(50, f"t{number}", "completed")


def test_a_booth_with_two_visits(story: Story) -> None:
    two_visits(story, clerks=("aino", "bertta"), booths=("salla-1", "salla-1"))
    assert story.kinds == {Kind.BOOTH_TWICE}


def test_a_clerk_with_two_visits(story: Story) -> None:
    two_visits(story, clerks=("aino", "aino"), booths=("salla-1", "inari-1"))
    assert story.kinds == {Kind.CLERK_TWICE}


def test_two_visits_that_share_nothing_are_nobodys_trouble(story: Story) -> None:
    two_visits(story, clerks=("aino", "bertta"), booths=("salla-1", "inari-1"))
    assert story.findings() == []


def offer(story: Story, at: float, state: str, *, name: str = "o1", ticket: str = "t2") -> None:
    place = {"point": "salla", "booth": "salla-1", "created_at": int(at * 1e6)}
    who = {"id": name, "ticket_id": ticket, "staff_id": "aino"}
    story.change(at, "offers", name, **who, **place, state=state)


def test_an_offer_holds_what_it_leased(story: Story) -> None:
    story.ticket(40, "t2", "offered")
    offer(story, 40, "open")
    story.visit(41, "v2", "t2", "bertta", "inari-1")
    offer(story, 42, "withdrawn")
    story.end(43, "v2")
    story.ticket(43, "t2", "completed")
    story.asked("bertta", "next", visit="v2")
    assert story.kinds == {Kind.SERVED_TWICE}


def accepted(story: Story) -> None:
    story.ticket(40, "t2", "offered")
    offer(story, 40, "open")
    offer(story, 42, "accepted")
    story.visit(42, "o1", "t2", "aino", "salla-1")
    story.end(45, "o1")
    story.ticket(45, "t2", "completed")
    story.made["o1"] += 1
    story.ended["o1"] += 1


def test_an_offer_that_is_accepted_becomes_its_visit(story: Story) -> None:
    accepted(story)
    story.asked("aino", "accept", offer="o1", visit="o1")
    assert story.findings() == []


def test_an_acceptance_of_which_nothing_is_known_is_missing(story: Story) -> None:
    story.asked("aino", "accept", offer="o1", visit="o1")
    assert story.kinds == {Kind.EFFECT_MISSING}


def test_an_offer_without_an_end(story: Story) -> None:
    story.ticket(40, "t2", "completed")
    offer(story, 40, "open")
    assert story.kinds == {Kind.SERVED_TWICE, Kind.OFFER_OPEN}
    story.rows["offers"]["o1"]["state"] = "timed_out"
    story.changes.pop()
    assert story.findings() == []
    story.made["o1"] = 1
    assert story.kinds == {Kind.OFFER_OPEN}
    story.ended["o1"] = 2
    assert story.kinds == {Kind.OFFER_OPEN}


def test_a_visit_that_nobody_asked_for(story: Story) -> None:
    two_visits(story, clerks=("aino", "bertta"), booths=("salla-1", "inari-1"))
    gone = story.calls.pop()
    assert story.kinds == {Kind.UNASKED}
    # Somebody whose answer was lost may have asked for it.
    story.asked("bertta", "next", Outcome.UNKNOWN)
    assert story.findings() == []
    assert gone.who == "bertta"


def test_one_visit_for_two_wishes(story: Story) -> None:
    story.asked("aino", "next", visit="v1")
    assert story.kinds == {Kind.UNASKED}


@pytest.mark.parametrize(
    ("operation", "about", "missing"),
    [
        ("next", {}, {"visit": "v9"}),
        ("withdraw", {"visit": "v1"}, {}),
        ("no-show", {"visit": "v1"}, {}),
        ("end", {"visit": "v1", "outcome": "posted"}, {}),
        ("cancel", {"ticket": "t1"}, {}),
        ("return", {"ticket": "t1"}, {}),
        ("event", {"message": "m1"}, {}),
        ("reject", {"offer": "o1"}, {}),
    ],
)
def test_what_was_acknowledged_must_be_there(
    story: Story, operation: str, about: dict[str, str], missing: dict[str, str]
) -> None:
    call = Call("aino", operation, 0.0, about)
    call.close(Outcome.OK, 1, **missing)
    story.calls.append(call)
    assert Kind.EFFECT_MISSING in story.kinds
    story.calls[-1].outcome = Outcome.REFUSED
    assert Kind.EFFECT_MISSING not in story.kinds


def test_a_clerk_who_is_busy_with_nobody_and_a_booth_that_waits_for_nobody(story: Story) -> None:
    story.change(40, "clerks", "aino", staff_id="aino", state="preparing", visit_id="v1")
    assert story.kinds == {Kind.LEFT_BUSY}
    story.rows["clerks"]["aino"]["state"] = "available"
    story.booth(41, "salla-1", "occupied")
    assert story.kinds == {Kind.LEFT_BUSY}


# --- overtaken ---------------------------------------------------------------------------------


def overtaken(story: Story, **first: Any) -> None:
    """The later of two is called, though the earlier waits at Inari with a booth."""
    story.ticket(40, "early", "waiting", point="inari", **first)
    story.ticket(45, "late", "waiting")
    story.ticket(60, "late", "offered")
    story.visit(60, "v2", "late", "aino", "salla-1")
    story.asked("aino", "next", visit="v2")


def in_the_end(story: Story, at: float = 100) -> None:
    """Both are served."""
    story.end(at, "v2")
    story.ticket(at, "late", "completed")
    if story.rows["tickets"]["early"]["state"] == "waiting":
        story.ticket(at, "early", "offered")
        story.ticket(at + 1, "early", "completed")


def test_a_later_visitor_is_called_before_an_earlier_one(story: Story) -> None:
    overtaken(story)
    in_the_end(story)
    assert story.kinds == {Kind.OVERTAKEN}


@pytest.mark.parametrize(
    "other", [{"language": "sv"}, {"service": "kela-elake"}, {"agency": "vero"}]
)
def test_whom_the_clerk_cannot_serve_is_not_overtaken(story: Story, other: dict[str, str]) -> None:
    overtaken(story, **other)
    in_the_end(story)
    assert story.findings() == []


def test_without_a_booth_nobody_is_overtaken(story: Story) -> None:
    story.booth(35, "inari-1", "wiping")
    overtaken(story)
    in_the_end(story)
    story.booth(101, "inari-1", "free")
    assert story.findings() == []


def test_a_booth_whose_device_is_away_is_none(story: Story) -> None:
    story.change(35, "device_states", "inari-1", online=0)
    overtaken(story)
    in_the_end(story)
    assert story.findings() == []


def test_a_booth_that_has_just_become_free_may_not_be_known_yet(story: Story) -> None:
    story.booth(35, "inari-1", "wiping")
    story.booth(58, "inari-1", "free")
    overtaken(story)
    in_the_end(story)
    assert story.findings() == []


def test_whom_another_clerk_got_in_the_same_moment_was_not_left_behind(story: Story) -> None:
    overtaken(story)
    story.ticket(60.5, "early", "offered")
    story.visit(60.5, "v3", "early", "bertta", "inari-1")
    story.asked("bertta", "next", visit="v3")
    story.end(90, "v3")
    story.ticket(90, "early", "completed")
    in_the_end(story)
    assert story.findings() == []


def test_a_booth_that_a_third_one_got_in_the_same_match_was_no_booth(story: Story) -> None:
    story.ticket(39, "first", "waiting", point="inari")
    story.ticket(59.9, "first", "offered")
    story.visit(60, "v3", "first", "bertta", "inari-1")
    overtaken(story)
    story.booth(60.1, "inari-1", "preparing")
    story.asked("bertta", "next", visit="v3")
    story.end(90, "v3")
    story.ticket(90, "first", "completed")
    story.booth(91, "inari-1", "free")
    in_the_end(story)
    assert story.findings() == []


def test_a_booth_that_the_later_one_got_before_the_earlier_was_one(story: Story) -> None:
    story.ticket(40, "early", "waiting", point="inari")
    story.ticket(45, "late", "waiting", point="inari")
    story.ticket(60, "late", "offered")
    story.visit(60, "v2", "late", "aino", "inari-1")
    story.asked("aino", "next", visit="v2")
    in_the_end(story)
    assert story.kinds == {Kind.OVERTAKEN}


def test_a_call_out_of_turn_has_its_reason_in_the_log(story: Story) -> None:
    overtaken(story)
    in_the_end(story)
    story.out_of_turn.add("late")
    assert story.findings() == []


def test_whose_visit_broke_off_is_first_in_line_and_overtakes_nobody(story: Story) -> None:
    story.ticket(40, "early", "waiting", point="inari")
    story.ticket(45, "late", "waiting")
    story.ticket(45.5, "late", "offered")
    story.visit(45.5, "v0", "late", "aino", "salla-1")
    story.asked("aino", "next", visit="v0")
    story.end(58, "v0", "lost")
    story.ticket(58, "late", "waiting")
    overtaken(story)
    in_the_end(story)
    assert story.findings() == []


def test_an_offer_overtakes_as_a_call_does(story: Story) -> None:
    story.ticket(40, "early", "waiting", point="inari")
    story.ticket(45, "late", "waiting")
    story.ticket(60, "late", "offered")
    offer(story, 60, "open", ticket="late")
    offer(story, 70, "timed_out", ticket="late")
    story.made["o1"], story.ended["o1"] = 1, 1
    for name in ("early", "late"):
        story.ticket(90, name, "cancelled")
    assert story.kinds == {Kind.OVERTAKEN}


def test_a_finding_says_where_to_look(story: Story) -> None:
    overtaken(story)
    in_the_end(story)
    [found] = story.findings()
    assert found == replace(found, about="ticket early by ticket late")
    assert found.seq is not None
    assert story.changes[found.seq - 1].row["id"] == "v2"
