"""Is a recorded day told again as it was, and is it said who pays for another policy?"""

from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import given

from control_plane.routing.rules.facts import Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy, ShorterFirst
from control_plane.routing.simulation.day import Absence, Day, Duty, Outage, Room, Visitor
from control_plane.routing.simulation.replay import (
    BoothCame,
    BoothWent,
    Came,
    ClerkCame,
    ClerkWent,
    Overtaken,
    Recorded,
    compare,
    point_sizes,
    recorded_day,
)
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, policies
from tests.control_plane.routing.simulation.days import MINUTE, days

FINNISH = Profile(frozenset({Language.FINNISH}))
SHORTER = Policy(shorter_first=ShorterFirst(gain=2.0, mean_minutes=14, cap=timedelta(hours=1)))


def at(minute: int) -> timedelta:
    return minute * MINUTE


def visitor(number: int, minute: int, expected: int, point: str = "salla") -> Visitor:
    need = Need("kela", Language.FINNISH, minutes=expected)
    return Visitor(WaitingTicket(UUID(int=number), NOW + at(minute), point, need), at(expected))


LONG, SHORT = visitor(2, 1, 30), visitor(3, 2, 7)
EVENTS: list[Recorded] = [
    BoothCame(NOW, "salla", "1"),
    ClerkCame(NOW, UUID(int=9), "kela", FINNISH),
    Came(NOW, visitor(1, 0, 14)),
    Came(NOW + at(1), LONG),
    Came(NOW + at(2), SHORT),
]


def test_events_in_any_order_and_twice_tell_the_same_day() -> None:
    events = [
        *EVENTS,
        ClerkWent(NOW + at(60), UUID(int=9)),
        ClerkCame(NOW + at(90), UUID(int=9), "kela", FINNISH),
        ClerkWent(NOW + at(480), UUID(int=9)),
        BoothWent(NOW + at(100), "salla", "1"),
        BoothCame(NOW + at(110), "salla", "1"),
        BoothWent(NOW + at(480), "salla", "1"),
    ]
    mixed = events * 2
    Random(1).shuffle(mixed)  # noqa: S311 - any order
    assert recorded_day(mixed) == Day(
        (visitor(1, 0, 14), LONG, SHORT),
        (Duty(UUID(int=9), "kela", FINNISH, NOW, NOW + at(480), (Absence(NOW + at(60), at(30)),)),),
        (Room("salla", "1", NOW, NOW + at(480), (Outage(NOW + at(100), at(10)),)),),
    )


def test_who_went_before_coming_was_not_there() -> None:
    assert recorded_day([ClerkWent(NOW, UUID(int=9)), BoothWent(NOW, "salla", "1")]) == Day(
        (), (), ()
    )


def test_the_difference_says_who_waits_less_who_longer_and_who_is_overtaken() -> None:
    found = compare(recorded_day(EVENTS), DEFAULT, SHORTER)
    assert (found.shorter, found.longer, found.still_waiting) == (1, 1, (0, 0))
    assert found.overtaken == (Overtaken(LONG.ticket.id, 1, at(7)),)
    assert found.minutes[30].before.mean_s == 13 * 60
    assert found.minutes[30].after.mean_s == 20 * 60
    assert found.minutes[7].after.mean_s == 12 * 60
    assert found.agencies["kela"] == found.languages["fi"] == found.all


def test_points_are_sized_by_thirds_of_those_who_came() -> None:
    rooms = tuple(Room(point, "1", NOW) for point in ("a", "b", "c"))
    come = (visitor(1, 0, 7, "b"), visitor(2, 0, 7, "b"), visitor(3, 0, 7, "c"))
    assert point_sizes(Day(come, (), rooms)) == {"a": "small", "c": "middle", "b": "large"}


@given(days(), policies)
def test_a_policy_against_itself_changes_nothing(day: Day, policy: Policy) -> None:
    found = compare(day, policy, policy)
    assert found.shorter == found.longer == 0
    assert found.all.before == found.all.after
    assert all(each.longer_by == timedelta() for each in found.overtaken)


@given(days(plain=True), policies)
def test_under_the_defaults_nobody_is_overtaken(day: Day, policy: Policy) -> None:
    assert compare(day, policy, DEFAULT).overtaken == ()
