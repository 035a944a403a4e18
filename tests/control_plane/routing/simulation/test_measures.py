"""Are waits counted as a reader would count them?"""

from datetime import timedelta
from uuid import UUID

from control_plane.routing.rules.facts import Need, WaitingTicket
from control_plane.routing.simulation.day import Visit
from control_plane.routing.simulation.measures import Waits, by_agency, waits, waits_by
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW


def visit(minutes: int, agency: str = "kela") -> Visit:
    ticket = WaitingTicket(UUID(int=1), NOW, "salla", Need(agency, Language.FINNISH))
    called = NOW + timedelta(minutes=minutes)
    return Visit(ticket, UUID(int=2), "1", called, called, called, called, called)


def test_waits_of_a_few() -> None:
    found = waits([visit(each) for each in (0, 10, 20, 30)], goal=timedelta(minutes=10))
    assert found == Waits(4, 900.0, 600.0, 1800.0, 1800.0, 0.5)


def test_of_nobody_all_were_in_time() -> None:
    assert waits([]) == Waits(0, 0.0, 0.0, 0.0, 0.0, 1.0)


def test_groups_are_counted_apart() -> None:
    found = waits_by([visit(10), visit(20, "vero"), visit(30)], by_agency)
    assert {agency: each.mean_s for agency, each in found.items()} == {"kela": 1200, "vero": 1200}
    assert found["vero"].count == 1
