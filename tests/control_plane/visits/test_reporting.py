"""Does a report tell of the visits that were, to the unit, and each agency of its own only?"""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.reports.rules.figures import Course, End, Level, Result, Way
from control_plane.reports.rules.periods import Unit, period
from control_plane.security.scope import Role, Scope
from control_plane.service_points.queries import SETUP
from control_plane.service_points.tables import agencies, service_points
from control_plane.staff import history
from control_plane.visits.operations import course, standing, transferring
from control_plane.visits.queries import Visit
from control_plane.visits.reporting.making import Choice, report
from control_plane.visits.reporting.views import FiguresView, Report, ReportRow
from shared.commands import CommandState
from shared.tickets import CancelTicket, TicketIssued
from shared.visits import BoothWiped, Outcome, VisitorArrived, VisitRated
from tests.control_plane.visits.steps import SYSTEM, pass_time, supervisor
from tests.control_plane.visits.test_links import open_link
from tests.control_plane.visits.test_transfer import send_on
from tests.control_plane.visits.test_walking import wishes
from tests.control_plane.world import World, visit_id

DAY = date(2026, 11, 24)  # of the tests' clock, noon at Salla


@pytest.fixture(autouse=True)
async def joined(world: World) -> None:
    """What `app` joins: every change of a clerk's state is told."""
    world.store.before_commit(lambda tx: history.follow(tx, SYSTEM, world.clock.now()))
    facts.Listeners().install(world.store)


async def told(world: World, scope: Scope, unit: Unit = Unit.DAY, **choice: str) -> Report:
    chosen = Choice(period(unit, DAY), **choice)
    return await world.store.read(lambda tx: report(tx, scope, chosen, world.clock.now()))


async def owner(world: World) -> Scope:
    return await world.account("omistaja", Role.OWNER)


async def met(
    world: World,
    clerk: Scope,
    *,
    wait_s: int = 60,
    way_s: int = 30,
    number: TicketIssued | None = None,
    service: str = "kela-tuki",
    device: str = "d-salla-01",
) -> Visit:
    """A visit that began, of a number just taken, after a wait and a way of so long."""
    if number is None:
        await world.take(service, device=device)
    world.clock.pass_(seconds=wait_s)
    visit = await world.call_next(clerk)
    return await walked(world, visit, way_s=way_s)


async def walked(world: World, visit: Visit, *, way_s: int = 30) -> Visit:
    await world.reported(visit)
    world.clock.pass_(seconds=way_s)
    arrived = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(arrived, device=visit.device)
    return await world.visit(visit)


async def ended(
    world: World,
    clerk: Scope,
    visit: Visit,
    outcome: Outcome = Outcome.DONE,
    *,
    talk_s: int = 300,
    smiley: int | None = None,
) -> None:
    """The visit ends, the booth is clean, and the clerk has wrapped up."""
    world.clock.pass_(seconds=talk_s)
    now = world.clock.now()
    await world.run(
        lambda tx: course.end(tx, world.setup, clerk, visit.id, outcome=outcome, now=now)
    )
    if smiley is not None:
        await world.event(
            VisitRated(visit_id=visit_id(visit), smiley=smiley, at=now), device=visit.device
        )
    await cleaned(world, clerk, visit)


async def cleaned(world: World, clerk: Scope | tuple[Scope, ...], visit: Visit) -> None:
    wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now())
    await world.event(wiped, device=visit.device)
    await pass_time(world, seconds=31, present=clerk)


def row(rows: list[ReportRow], code: str) -> FiguresView:
    return next(each for each in rows if each.code == code).figures


async def test_a_days_visits_are_in_the_report_to_the_unit(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    for at, (talk_s, outcome, smiley) in enumerate(
        [
            (100, Outcome.DONE, 5),
            (200, Outcome.DONE, 5),
            (300, Outcome.DONE, 4),
            (400, Outcome.DONE, 5),
            (500, Outcome.DONE, 5),
            (600, Outcome.DONE, 5),
        ]
    ):
        visit = await met(world, aino, wait_s=60 * (at + 7), way_s=10 + at)
        await ended(world, aino, visit, outcome, talk_s=talk_s, smiley=smiley)
    own = await told(world, await supervisor(world))
    figures = own.total.figures
    assert (figures.numbers, figures.ends[End.SERVED], figures.visits) == (6, 6, 6)
    assert figures.ways == {**dict.fromkeys(Way, 0), Way.QUEUE: 6}
    assert figures.courses[Course.CONCLUDED] == 6
    # A touch takes a second to the server, as the device says.
    assert (figures.wait_s.median, figures.wait_s.p90) == (9 * 60 + 1, 12 * 60 + 1)
    assert (figures.way_s.median, figures.way_s.p90) == (12, 15)
    assert (figures.talk_s.median, figures.talk_s.p90) == (300, 600)
    assert (figures.wrap_up_s.count, figures.wrap_up_s.median) == (6, 31)
    answers = own.total.answers
    assert answers is not None
    assert answers.results == {**dict.fromkeys(Result, 0), Result.DONE: 6}
    # Three of six within ten minutes: which of them they were is too few to tell.
    assert answers.levels == {Level.WITHIN: None, Level.BEYOND: None}
    assert answers.level_percent is None
    assert answers.smileys is not None
    assert (answers.smileys[4], answers.smileys[5], answers.rated) == (None, None, 6)
    assert (answers.mean_low, answers.mean_high) == (4.0, 5.0)
    assert row(own.services, "kela-tuki") == row(own.points, "salla") == figures
    assert row(own.services, "kela-elake").numbers == 0
    assert [each.figures for each in own.days] == [figures]


async def test_every_way_that_a_number_can_go_is_one_end_of_its_own(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    quick, slow = await world.take(), await world.take()
    for after, each in ((10, quick), (200, slow)):
        world.clock.pass_(seconds=after)
        await world.ask(CancelTicket(ticket_id=each.ticket_id))
    await world.take()
    missed = await world.call_next(aino)
    await world.reported(missed)
    await pass_time(world, seconds=301, present=aino)
    await cleaned(world, aino, missed)
    await world.take()
    withheld = await world.call_next(aino)
    await world.reported(withheld, state=CommandState.REFUSED, reason="camera")
    await pass_time(world, seconds=61, present=aino)
    await cleaned(world, aino, withheld)
    broken = await walked(world, await world.call_next(aino))
    now = world.clock.now()
    await world.run(
        partial(
            transferring.another_booth, setup=world.setup, scope=aino, visit_id=broken.id, now=now
        )
    )
    figures = (await told(world, await supervisor(world))).total.figures
    assert figures.numbers == 4
    assert {end: many for end, many in figures.ends.items() if many} == {
        End.MISTAKEN: 1,
        End.GIVEN_UP: 1,
        End.NO_SHOW: 1,
        End.OPEN: 1,
    }
    assert (figures.missed, figures.returned, figures.not_prepared) == (1, 0, 1)
    assert (figures.visits, figures.courses[Course.BROKEN_OFF]) == (1, 1)
    assert figures.wait_s.count == 2


async def test_a_visitor_who_is_sent_on_counts_where_the_number_was_taken(world: World) -> None:
    await world.device_up()
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    visit = await send_on(world, kela, await met(world, kela))
    await cleaned(world, (kela, vero), visit)
    second = await world.call_next(vero)
    assert second.seated
    await ended(world, vero, await walked(world, second), Outcome.NOT_ABLE)
    of_kela = await told(world, await supervisor(world))
    of_vero = await told(world, await supervisor(world, "vero"))
    assert (of_kela.total.figures.numbers, of_kela.total.figures.ends[End.SERVED]) == (1, 1)
    assert (of_kela.total.figures.sent_on, of_kela.total.figures.visits) == (1, 1)
    assert of_kela.total.figures.courses[Course.MOVED_ON] == 1
    # The other agency had a visit of a number that was not taken of it; nobody had to walk.
    assert (of_vero.total.figures.numbers, of_vero.total.figures.visits) == (0, 1)
    assert of_vero.total.figures.way_s.count == 0
    assert {each.code for each in of_vero.services} == {"vero-kortti"}
    whole = await told(world, await owner(world))
    assert (whole.total.figures.numbers, whole.total.figures.visits) == (1, 2)
    assert [(each.code, each.figures.visits) for each in whole.agencies if each.figures.visits] == [
        ("kela", 1),
        ("vero", 1),
    ]


async def test_how_a_visit_came_about_is_told(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await ended(world, aino, await met(world, aino))
    await open_link(world, aino)
    await ended(world, aino, await met(world, aino))
    booked = await world.take()
    at = world.clock.now() + timedelta(minutes=5)
    await world.run(
        lambda tx: standing.check_in(
            tx, aino, booked.ticket_id, booked_for=at, now=world.clock.now()
        )
    )
    await ended(world, aino, await met(world, aino, number=booked))
    await wishes(world)
    assert (await world.take()).at_once
    visit = (await world.desk(aino)).visit
    assert visit is not None
    await ended(world, aino, await walked(world, await world.stored(str(visit.id))))
    figures = (await told(world, await supervisor(world))).total.figures
    assert figures.ways == {Way.QUEUE: 1, Way.LINK: 1, Way.BOOKING: 1, Way.STRAIGHT_IN: 1}


async def test_a_day_is_the_points_own_and_nothing_counts_on_two(world: World) -> None:
    world.clock.at = datetime(2026, 11, 24, 21, 50, tzinfo=UTC)  # ten to midnight at Salla
    await world.device_up()
    aino = await world.clerk()
    visit = await met(world, aino)
    await ended(world, aino, visit, talk_s=1800)
    await ended(world, aino, await met(world, aino))
    own = await supervisor(world)

    async def visits(day: date, unit: Unit = Unit.DAY) -> int:
        chosen = Choice(period(unit, day))
        found = await world.store.read(lambda tx: report(tx, own, chosen, world.clock.now()))
        assert sum(each.figures.visits for each in found.days) == found.total.figures.visits
        assert sum(each.figures.numbers for each in found.days) == found.total.figures.numbers
        return found.total.figures.visits

    assert await visits(DAY) == 1
    assert await visits(DAY + timedelta(days=1)) == 1
    assert await visits(DAY, Unit.WEEK) == await visits(DAY, Unit.MONTH) == 2


def in_training(tx: Tx) -> None:
    tx.execute(
        sa.update(service_points).where(service_points.c.code == "salla").values(training=True)
    )
    tx.execute(sa.update(agencies).where(agencies.c.code == "vero").values(training=True))
    tx.touch(SETUP)


async def test_a_training_point_never_counts(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await ended(world, aino, await met(world, aino), smiley=1)
    await world.run(in_training)
    whole = await told(world, await owner(world))
    assert (whole.total.figures.numbers, whole.total.figures.visits) == (0, 0)
    assert whole.total.answers is not None
    assert whole.total.answers.rated == 0
    assert {each.code for each in whole.points} == {"inari"}
    assert "vero" not in {each.code for each in whole.agencies}
    assert {each.point for each in whole.booths} == {"inari"}


async def test_what_a_choice_shows_is_a_row_of_what_the_whole_shows(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    kela = await world.clerk()
    for _ in range(5):
        await ended(world, kela, await met(world, kela))
    vero = await world.clerk("vilho", "vero")
    for device in ("d-salla-01", "d-inari-01"):
        visit = await met(world, vero, service="vero-kortti", device=device)
        await ended(world, vero, visit, Outcome.POSTED)
    boss = await owner(world)
    whole = await told(world, boss)
    assert whole.total.answers is not None
    assert whole.total.answers.results[Result.DONE] is None
    for code in ("kela", "vero"):
        chosen = await told(world, boss, agency=code)
        assert chosen.total.answers == next(
            each.answers for each in whole.agencies if each.code == code
        )
        assert [each.answers for each in chosen.points] == [None, None]
        assert chosen.agencies == chosen.services == []
    there = await told(world, boss, point="salla")
    assert there.total.answers == next(e.answers for e in whole.points if e.code == "salla")
    assert (await told(world, boss, agency="kela", point="salla")).total.answers is None
    assert there.total.figures.visits == 6
    own = await told(world, await supervisor(world), point="inari")
    assert own.total.figures.visits == 0


async def test_nobody_is_told_of_another_agency_or_of_a_point_that_is_none(world: World) -> None:
    own = await supervisor(world)
    for choice in ({"agency": "vero"}, {"agency": "nobody"}, {"point": "nowhere"}):
        with pytest.raises(Refusal) as refusal:
            await told(world, own, Unit.DAY, **choice)
        assert refusal.value.code == "not_found"


async def test_a_booths_downtime_is_that_of_its_device_in_the_points_hours(world: World) -> None:
    world.clock.at = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    await world.device_up()
    world.clock.pass_(hours=2)
    await world.device_up(online=False)
    world.clock.pass_(hours=1)
    await world.device_up()
    world.clock.pass_(hours=3)
    [salla, *_] = [
        each for each in (await told(world, await owner(world))).booths if each.point == "salla"
    ]
    # The point is always open: its day began at 22 hours of the day before.
    assert salla.open_s == 14 * 3600
    assert (salla.unknown_s, salla.down_s) == (8 * 3600, 3600)


async def test_an_empty_day_is_a_report_of_nothing(world: World) -> None:
    whole = await told(world, await owner(world), Unit.WEEK)
    assert whole.total.figures.numbers == 0
    assert whole.total.figures.wait_s.median is None
    assert [each.day for each in whole.days] == [
        date(2026, 11, 23) + timedelta(days=each) for each in range(7)
    ]
    assert whole.goes_on
