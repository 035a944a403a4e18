"""Who offers to whom? Exactly one side of every pair, for the connection's whole life."""

import itertools

import pytest

from shared import rooms
from shared.rooms import Participant


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(Participant, 2)))
def test_exactly_one_side_of_a_pair_offers(one: Participant, other: Participant) -> None:
    assert rooms.offers(one, other) != rooms.offers(other, one)


def test_the_browser_always_offers_to_the_agent() -> None:
    others = [each for each in Participant if each is not Participant.BOOTH_AGENT]
    assert all(rooms.offers(each, Participant.BOOTH_AGENT) for each in others)


def test_only_the_two_seats_of_a_booth_share_a_device() -> None:
    pairs = [
        {one, other}
        for one, other in itertools.combinations(Participant, 2)
        if rooms.of_one_device(one, other)
    ]
    assert pairs == [{Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT}]


def test_everybody_meets_everybody_but_the_agent_meets_the_clerk_alone() -> None:
    for one, other in itertools.combinations(Participant, 2):
        assert rooms.meet(one, other) == rooms.meet(other, one)
        pair = {one, other}
        if Participant.BOOTH_AGENT in pair:
            assert rooms.meet(one, other) == (pair == {Participant.BOOTH_AGENT, Participant.CLERK})
        else:
            assert rooms.meet(one, other)
    assert not any(rooms.meet(each, each) for each in Participant)
