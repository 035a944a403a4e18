"""Are drawn visitors as many, as long and as repeatable as asked?"""

from dataclasses import replace
from statistics import mean

from control_plane.routing.simulation.draws import MORNING, Demand, Habits, Service, visitors
from shared.languages import Language

SERVICES = (Service(7, 0.4), Service(14, 0.4), Service(30, 0.2))
KELA = Demand("kela", {"salla": 300.0, "inari": 100.0}, SERVICES)
VERO = Demand("vero", {"salla": 50.0}, SERVICES)
HABITS = Habits(languages={Language.FINNISH: 0.8, Language.SWEDISH: 0.2})


def test_a_seed_always_draws_the_same() -> None:
    assert visitors([KELA, VERO], HABITS, 1) == visitors([KELA, VERO], HABITS, 1)
    assert visitors([KELA, VERO], HABITS, 1) != visitors([KELA, VERO], HABITS, 2)


def test_another_spread_of_lengths_moves_no_arrival() -> None:
    wild = replace(KELA, services=tuple(replace(each, spread=None) for each in SERVICES))
    first, second = visitors([KELA], HABITS, 1), visitors([wild], HABITS, 1)
    assert [each.ticket for each in first] == [each.ticket for each in second]
    assert [each.lasts for each in first] != [each.lasts for each in second]


def test_another_agency_moves_no_arrival_of_the_first() -> None:
    def of_kela(*demands: Demand) -> list[object]:
        drawn = visitors(demands, HABITS, 1)
        return [
            (each.ticket.arrived_at, each.ticket.point, each.lasts)
            for each in drawn
            if each.ticket.need.agency == "kela"
        ]

    assert of_kela(KELA) == of_kela(VERO, KELA)


def test_the_means_are_those_asked_for() -> None:
    drawn = [each for seed in range(25) for each in visitors([KELA], HABITS, seed)]
    assert abs(len(drawn) / 25 - 400) < 3 * (400 / 25) ** 0.5 + 1
    tickets = [each.ticket for each in drawn]
    assert abs(mean(ticket.point == "salla" for ticket in tickets) - 0.75) < 0.02
    assert abs(mean(ticket.need.language == "sv" for ticket in tickets) - 0.2) < 0.02
    assert abs(mean(each.lasts.total_seconds() for each in drawn) / 60 - KELA.minutes) < 0.4
    assert KELA.minutes == 14.4
    assert all(MORNING <= ticket.arrived_at < MORNING + HABITS.open_for for ticket in tickets)


def test_tickets_are_numbered_in_the_order_of_arrival() -> None:
    tickets = [each.ticket for each in visitors([KELA, VERO], HABITS, 1)]
    assert [ticket.id.int for ticket in tickets] == list(range(1, len(tickets) + 1))
    assert tickets == sorted(tickets, key=lambda each: each.arrived_at)


def test_an_agency_that_nobody_visits_has_no_visitors() -> None:
    assert visitors([Demand("kela", {"salla": 0.0}, SERVICES)], HABITS, 1) == ()
