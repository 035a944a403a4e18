"""Does the auditor follow a colleague who is asked into another clerk's visit, and may keep it?"""

from typing import Any

import pytest

from provisioning.virtual.record import Call, Outcome
from tests.history.auditor import Kind
from tests.history.stories import Story


def consult(story: Story, at: float, state: str, how: str = "", **more: Any) -> None:
    """Aino asks Bertta into visit v2."""
    known = story.rows.get("consults", {}).get("c1", {})
    row = {"visit_id": "v2", "asked_by": "aino", "staff_id": "bertta", "handed_on": False}
    row |= {"id": "c1", "asked_at": int(at * 1e6), "joined_at": None} | known | more
    story.change(at, "consults", "c1", **row | {"state": state, "how": how})
    story.made["c1"] = 1
    story.ended["c1"] = int(state == "ended")


def asked_in(story: Story) -> None:
    """Bertta comes into Aino's visit."""
    story.ticket(40, "t2", "offered")
    story.visit(41, "v2", "t2", "aino", "salla-1")
    story.asked("aino", "next", visit="v2")
    consult(story, 42, "asked")
    story.asked("aino", "ask", visit="v2", consult="c1")
    consult(story, 43, "joined", joined_at=43)
    story.asked("bertta", "join", consult="c1")


def done(story: Story, at: float = 60) -> None:
    story.end(at, "v2")
    story.ticket(at, "t2", "completed")


def test_a_colleague_comes_and_leaves(story: Story) -> None:
    asked_in(story)
    consult(story, 50, "ended", "left")
    story.asked("bertta", "leave", consult="c1")
    done(story)
    assert story.findings() == []


def test_a_colleague_keeps_the_visit_and_its_first_clerk_goes_on_to_the_next(
    story: Story,
) -> None:
    asked_in(story)
    consult(story, 50, "ended", "kept", handed_on=True)
    story.change(50, "visits", "v2", staff_id="bertta")
    story.asked("bertta", "keep", visit="v2", consult="c1")
    story.ticket(52, "t3", "offered")
    story.visit(52, "v3", "t3", "aino", "inari-1")
    story.asked("aino", "next", visit="v3")
    done(story)
    story.end(61, "v3")
    story.ticket(61, "t3", "completed")
    assert story.findings() == []
    # Nobody asked for it but its first clerk, whose wish is on record.
    story.calls = [call for call in story.calls if call.operation != "next"]
    story.asked("aino", "next", Outcome.UNKNOWN)
    assert story.kinds == {Kind.UNASKED}
    story.asked("aino", "next", Outcome.UNKNOWN)
    story.asked("aino", "next", Outcome.UNKNOWN)
    assert story.findings() == []


def test_a_colleague_with_a_visit_of_their_own_beside_the_consult(story: Story) -> None:
    asked_in(story)
    story.ticket(45, "t3", "offered")
    story.visit(45, "v3", "t3", "bertta", "inari-1")
    story.asked("bertta", "next", visit="v3")
    story.end(50, "v3")
    story.ticket(50, "t3", "completed")
    consult(story, 51, "ended", "left")
    done(story)
    assert story.kinds == {Kind.CLERK_TWICE}


def test_a_consult_without_an_end(story: Story) -> None:
    asked_in(story)
    done(story)
    assert story.kinds == {Kind.CONSULT_OPEN}
    consult(story, 61, "ended", "visit_over")
    assert story.findings() == []
    story.ended["c1"] = 2
    assert story.kinds == {Kind.CONSULT_OPEN}


def test_a_colleague_who_is_left_in_a_consult_that_is_over(story: Story) -> None:
    asked_in(story)
    consult(story, 50, "ended", "left")
    done(story)
    story.change(61, "clerks", "bertta", staff_id="bertta", state="consult", visit_id=None)
    assert story.kinds == {Kind.LEFT_BUSY}


@pytest.mark.parametrize("operation", ["join", "refuse", "leave", "keep", "hand-on"])
def test_what_a_consult_was_told_must_be_there(story: Story, operation: str) -> None:
    asked_in(story)
    consult(story, 50, "ended", "taken_back", joined_at=None)
    done(story)
    story.calls = [call for call in story.calls if call.operation != "join"]
    assert story.findings() == []
    call = Call("bertta", operation, 0.0, {"consult": "c1"})
    call.close(Outcome.OK, 1)
    story.calls.append(call)
    assert story.kinds == {Kind.EFFECT_MISSING}
