"""On which days and at which hours can a number be had, and who is served on which?"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from control_plane.errors import Refusal
from control_plane.queues.rules.closing import Kind
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.routing.rules.due import next_due
from control_plane.routing.rules.eligibility import WhyNot
from control_plane.routing.rules.matching import match
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import audit
from control_plane.service_points.rules.days import (
    DayChoices,
    DayKind,
    HourChoices,
    OtherDay,
    OtherHours,
    WeeklyOpening,
)
from control_plane.visits import supervision
from control_plane.visits.nation import Nation
from control_plane.visits.operations import days, parking, standing, supervising, transferring
from control_plane.visits.operations.board import look
from control_plane.visits.operations.transferring import Transfer
from control_plane.visits.rules import TransferReason
from shared.tickets import (
    AgencyState,
    FurtherErrand,
    Readiness,
    RefusalCode,
    Refused,
    ReturnTicket,
    TicketIssued,
)
from shared.visits import VisitorArrived
from tests.control_plane.visits.steps import called, close, pass_time, supervisor
from tests.control_plane.world import World, counted_statements, take

TODAY = date(2026, 11, 24)  # a Tuesday; it is 12:00 there
NEXT_QUEUE_DAY = datetime(2026, 11, 25, 22, tzinfo=UTC)  # Thursday, by the clock of the point


def other(kind: DayKind, day: date = TODAY) -> DayChoices:
    """This day is of another kind than all others."""
    return DayChoices(other_days=(OtherDay(day=day, kind=kind),))


BOOKING_WEEK = DayChoices(
    week=tuple(DayKind("booking" if day < 3 else "queue") for day in range(7))
)


def hours(*openings: tuple[int, int]) -> HourChoices:
    """Every day from one full hour to another."""
    return HourChoices(
        week=tuple(
            WeeklyOpening(weekday=day, opens=time(opens), closes=time(closes))
            for day in range(7)
            for opens, closes in openings
        )
    )


async def main_user(world: World, agency: str = "kela") -> Scope:
    return await world.account(f"paa-{agency}", Role.AGENCY_ADMIN, agency=agency)


async def set_days(
    world: World,
    who: Scope,
    choices: DayChoices,
    *,
    agency: str = "kela",
    point: str = "salla",
    instead_of: int = 0,
) -> int:
    made = await world.run(
        lambda tx: days.set_days(
            tx, who, agency, point, choices, instead_of=instead_of, now=world.clock.now()
        )
    )
    return made.version


async def set_hours(
    world: World, who: Scope, choices: HourChoices, *, agency: str = "kela", instead_of: int = 0
) -> int:
    made = await world.run(
        lambda tx: days.set_hours(
            tx, who, agency, choices, instead_of=instead_of, now=world.clock.now()
        )
    )
    return made.version


async def door(world: World, agency: str = "kela", point: str = "salla") -> AgencyState:
    found = await world.store.read(lambda tx: look(tx, world.setup, point, world.clock.now()))
    assert found is not None
    return next(each for each in found.board.agencies if each.agency == agency)


async def until(world: World) -> datetime | None:
    found = await world.store.read(lambda tx: look(tx, world.setup, "salla", world.clock.now()))
    assert found is not None
    return found.until


async def refused(world: World, wish: Any = None, device: str = "d-salla-01") -> Refused:
    answer = await world.ask(wish or take(), device=device)
    assert isinstance(answer, Refused), answer
    return answer


async def check_in(world: World, who: Scope, issued: TicketIssued, minutes: int) -> None:
    """The visitor came for a booking so many minutes from now."""
    now = world.clock.now()
    at = now + timedelta(minutes=minutes)
    await world.run(lambda tx: standing.check_in(tx, who, issued.ticket_id, booked_for=at, now=now))


async def test_on_a_booking_day_it_is_said_before_a_number_and_the_next_queue_day(
    world: World,
) -> None:
    await world.clerk()
    await world.clerk("tuija", "vero")
    await set_days(world, await main_user(world), BOOKING_WEEK)
    state = await door(world)
    assert (state.readiness, state.opens_at) == (Readiness.BOOKING_DAY, NEXT_QUEUE_DAY)
    answer = await refused(world)
    assert (answer.code, answer.opens_at) == (RefusalCode.BOOKING_DAY, NEXT_QUEUE_DAY)
    # Neither another agency's day nor another point's.
    assert (await door(world, "vero")).readiness is Readiness.OPEN
    assert (await door(world, point="inari")).readiness is Readiness.OPEN
    await world.take("vero-kortti")
    await world.take(device="d-inari-01")


async def test_the_day_turns_at_the_points_own_midnight(world: World) -> None:
    await world.clerk()
    await set_days(world, await main_user(world), other(DayKind.BOOKING, TODAY + timedelta(1)))
    midnight = datetime(2026, 11, 24, 22, tzinfo=UTC)
    assert (await door(world)).readiness is Readiness.OPEN
    assert await until(world) == midnight
    world.clock.at = midnight - timedelta(microseconds=1)
    assert (await door(world)).readiness is Readiness.OPEN
    world.clock.at = midnight
    assert (await door(world)).readiness is Readiness.BOOKING_DAY


async def test_on_a_closed_day_nobody_gets_a_number(world: World) -> None:
    await world.clerk()
    await set_days(world, await main_user(world), other(DayKind.CLOSED))
    tomorrow = datetime(2026, 11, 24, 22, tzinfo=UTC)
    assert ((await door(world)).readiness, (await door(world)).opens_at) == (
        Readiness.CLOSED,
        tomorrow,
    )
    answer = await refused(world)
    assert (answer.code, answer.opens_at) == (RefusalCode.CLOSED, tomorrow)


async def test_a_visit_of_several_errands_has_none_at_an_agency_without_a_queue_day(
    world: World,
) -> None:
    await world.clerk()
    await world.clerk("tuija", "vero")
    await set_days(world, await main_user(world), other(DayKind.BOOKING))
    wish = take("vero-kortti").model_copy(update={"more": (FurtherErrand(service="kela-tuki"),)})
    assert (await refused(world, wish)).code is RefusalCode.BOOKING_DAY
    assert isinstance(await world.ask(take("vero-kortti")), TicketIssued)


async def test_nobody_is_sent_on_to_an_agency_without_a_queue_day(world: World) -> None:
    await world.device_up()
    vero = await world.clerk("tuija", "vero")
    await world.clerk()
    boss = await main_user(world)
    await world.take("vero-kortti")
    visit = await world.call_next(vero)
    await world.reported(visit)
    await world.event(VisitorArrived(visit_id=visit.id, at=world.clock.now()))
    await set_days(world, boss, other(DayKind.BOOKING))

    async def send() -> None:
        wanted = Transfer("kela-tuki", TransferReason.OTHER_MATTER)
        await world.run(
            lambda tx: transferring.transfer(
                tx, world.setup, vero, visit.id, wanted=wanted, now=world.clock.now()
            )
        )

    found = await world.store.read(
        lambda tx: transferring.targets(tx, vero, visit.id, world.clock.now())
    )
    assert {each.agency for each in found.offers} == {"vero", "ita-lappi"}
    with pytest.raises(Refusal, match="no_queue_today"):
        await send()
    await set_days(world, boss, DayChoices(), instead_of=1)
    await set_hours(world, boss, hours((8, 12)))
    with pytest.raises(Refusal, match="closed_now"):
        await send()
    await set_hours(world, boss, hours((8, 13)), instead_of=1)
    await send()


async def test_today_is_no_other_day_while_its_numbers_wait(world: World) -> None:
    await world.clerk()
    clerk = await world.clerk("bertta")
    boss = await main_user(world)
    first = await world.take()
    with pytest.raises(Refusal, match="numbers_wait") as found:
        await set_days(world, boss, other(DayKind.BOOKING))
    assert found.value.detail == {"numbers": 1}
    # Tomorrow is free, and so is another point.
    assert await set_days(world, boss, BOOKING_WEEK, point="inari") == 1
    assert await set_days(world, boss, other(DayKind.BOOKING, TODAY + timedelta(1))) == 1
    await check_in(world, clerk, first, 30)
    with pytest.raises(Refusal, match="numbers_wait"):
        await set_days(world, boss, other(DayKind.CLOSED), instead_of=1)
    assert await set_days(world, boss, other(DayKind.BOOKING), instead_of=1) == 2


async def test_a_call_that_was_missed_before_the_day_changed_brings_nobody_back(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await main_user(world)
    visit = await called(world, clerk)
    await pass_time(world, present=clerk, seconds=world.setup.timings.no_show.total_seconds() + 1)
    await set_days(world, boss, other(DayKind.BOOKING))
    answer = await refused(world, ReturnTicket(ticket_id=visit.ticket_id))
    assert answer.code is RefusalCode.BOOKING_DAY
    steerer = await world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    with pytest.raises(Refusal, match="no_queue_today"):
        await world.run(
            lambda tx: supervising.give_back(
                tx, steerer, visit.ticket_id, reason="test", now=world.clock.now()
            )
        )
    with pytest.raises(Refusal, match="no_queue_today"):
        await world.run(
            lambda tx: parking.take_back_missed(
                tx, world.setup, clerk, visit.ticket_id, world.clock.now()
            )
        )


async def test_outside_its_hours_an_agency_gives_no_number_and_says_when_it_opens(
    world: World,
) -> None:
    await world.clerk()
    await world.clerk("tuija", "vero")
    boss = await main_user(world)
    await set_hours(world, boss, hours((8, 12), (13, 16)))
    at = datetime(2026, 11, 24, 11, tzinfo=UTC)
    state = await door(world)
    assert (state.readiness, state.opens_at) == (Readiness.CLOSED, at)
    assert (await refused(world)).opens_at == at
    assert (await door(world, point="inari")).readiness is Readiness.CLOSED
    assert (await door(world, "vero")).readiness is Readiness.OPEN
    assert await until(world) == at
    world.clock.at = at
    await world.take()
    closed = HourChoices(
        week=hours((8, 16)).week,
        other_days=(OtherHours(day=TODAY), OtherHours(day=date(2026, 11, 25))),
    )
    await set_hours(world, boss, closed, instead_of=1)
    assert (await door(world)).opens_at == datetime(2026, 11, 26, 6, tzinfo=UTC)


async def test_the_board_tells_a_supervisor_what_today_is_and_when_that_changes(
    world: World,
) -> None:
    kela, vero = await supervisor(world), await supervisor(world, "vero")
    boss = await main_user(world)
    await set_hours(world, boss, hours((8, 12), (13, 16)))
    await set_days(world, boss, other(DayKind.BOOKING), point="inari")

    async def told(who: Scope) -> dict[str, tuple[DayKind, bool, object, object]]:
        board = await world.store.read(lambda tx: supervision.board(tx, who, world.clock.now()))
        return {
            each.point: (each.kind, each.is_open, each.closes_at, each.opens_at)
            for each in board.hours
        }

    closes, opens = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (14, 11))
    tomorrow = datetime(2026, 11, 25, 6, tzinfo=UTC)
    assert await told(kela) == {
        "salla": (DayKind.QUEUE, False, closes, opens),  # 12:00 there: a break
        "inari": (DayKind.BOOKING, False, None, tomorrow),
    }
    world.clock.at = opens
    assert (await told(kela))["salla"] == (DayKind.QUEUE, True, closes, None)
    assert (await told(vero))["salla"] == (DayKind.QUEUE, True, None, None)
    owner = await world.account("omistaja", Role.OWNER)
    assert await told(owner) == {}


async def test_a_queue_closes_ahead_of_the_agencys_own_last_hour(world: World) -> None:
    await world.clerk()
    await close(world, await supervisor(world), Kind.AHEAD)
    boss = await main_user(world)
    await set_hours(world, boss, hours((8, 13)))
    assert await until(world) == datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
    world.clock.pass_(minutes=50)
    assert (await refused(world, take("kela-elake"))).code is RefusalCode.CLOSING_SOON
    await set_hours(world, boss, hours((8, 14)), instead_of=1)
    await world.take("kela-elake")


async def test_only_the_agencys_main_user_and_the_owner_set_days_and_hours(world: World) -> None:
    stranger, owner = await main_user(world, "vero"), await world.account("oma", Role.OWNER)
    boss = await world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    for who, why in ((stranger, "not_found"), (boss, "not_allowed")):
        with pytest.raises(Refusal, match=why):
            await set_hours(world, who, hours((8, 16)))
        with pytest.raises(Refusal, match=why):
            await set_days(world, who, BOOKING_WEEK)
    with pytest.raises(Refusal, match="not_found"):
        await set_hours(world, owner, hours((8, 16)), agency="kukaan")
    with pytest.raises(Refusal, match="not_served_there"):
        await set_days(world, owner, BOOKING_WEEK, point="utsjoki")
    assert await set_hours(world, owner, hours((8, 16))) == 1
    assert await set_days(world, owner, BOOKING_WEEK) == 1


async def test_each_version_leaves_its_row_and_the_same_again_leaves_none(world: World) -> None:
    boss = await main_user(world)
    assert await set_hours(world, boss, hours((8, 16))) == 1
    assert await set_hours(world, boss, hours((8, 16))) == 1
    assert await set_days(world, boss, BOOKING_WEEK) == 1
    assert await set_days(world, boss, BOOKING_WEEK) == 1
    for stale in (0, 2):
        with pytest.raises(Refusal, match="changed_meanwhile") as found:
            await set_hours(world, boss, hours((9, 16)), instead_of=stale)
        assert found.value.detail == {"version": 1}
        with pytest.raises(Refusal, match="changed_meanwhile"):
            await set_days(world, boss, DayChoices(), instead_of=stale)
    assert await set_hours(world, boss, HourChoices(), instead_of=1) == 2
    rows = await world.store.read(
        lambda tx: tx.execute(
            sa.select(audit.c.action, audit.c.subject)
            .where(audit.c.action.in_(["agency.hours_set", "agency.days_set"]))
            .order_by(audit.c.seq)
        ).all()
    )
    assert [tuple(each) for each in rows] == [
        ("agency.hours_set", "agency:kela"),
        ("agency.days_set", "point:salla"),
        ("agency.hours_set", "agency:kela"),
    ]


async def test_a_number_on_a_day_with_hours_costs_no_statement_more(world: World) -> None:
    await world.clerk()
    boss = await main_user(world)
    await set_hours(world, boss, hours((8, 16)))
    await set_days(world, boss, other(DayKind.BOOKING, TODAY + timedelta(1)))
    await world.take()
    with counted_statements() as statements:
        await world.take()
    assert len(statements) <= 6, statements


async def nation(world: World) -> Nation:
    now = world.clock.now()
    found = await world.store.read(lambda tx: Nation.load(tx, now))
    found.come_due(now)
    return found


async def why_not(world: World, clerk: Scope) -> list[str]:
    return (await world.desk(clerk)).queue[0].why_not


async def pushes(world: World) -> None:
    """Kela's queue offers visitors by itself."""
    owner = await world.account("omistaja", Role.OWNER)
    choices = Choices(offers=OfferChoice(mode=Mode.MIXED))
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", choices, instead_of=0, now=world.clock.now())
    )


async def test_in_a_break_nobody_is_called_and_the_moment_it_ends_somebody_is(
    world: World,
) -> None:
    await world.device_up()
    await pushes(world)
    clerk = await world.clerk()
    issued = await world.take()
    await set_hours(world, await main_user(world), hours((8, 11), (13, 16)))
    assert await why_not(world, clerk) == [WhyNot.HOURS]
    with pytest.raises(Refusal, match="no_ticket"):
        await world.call_next(clerk)
    found = await nation(world)
    opens = datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert match(found.board, world.clock.now()) == []
    assert next_due(found.board, world.clock.now()) == opens
    assert [each.ticket.id for each in match(found.board, opens)] == [issued.ticket_id]
    await pass_time(world, present=clerk, hours=1)
    assert (await world.call_next(clerk)).number == issued.number


async def test_who_waits_when_the_last_hour_is_over_is_still_served(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    await set_hours(world, await main_user(world), hours((8, 12)))
    assert (await refused(world)).code is RefusalCode.CLOSED
    assert await why_not(world, clerk) == []
    assert (await world.call_next(clerk)).number == issued.number


async def test_on_a_booking_day_a_booking_is_served_in_its_window_and_nobody_else(
    world: World,
) -> None:
    await world.device_up()
    await pushes(world)
    clerk = await world.clerk()
    issued = await world.take()
    await check_in(world, clerk, issued, 30)
    await set_days(world, await main_user(world), other(DayKind.BOOKING))
    assert await why_not(world, clerk) == [WhyNot.NO_QUEUE_TODAY]
    with pytest.raises(Refusal, match="no_ticket"):
        await world.call_next(clerk)
    found = await nation(world)
    window = world.clock.now() + timedelta(minutes=20)
    assert next_due(found.board, world.clock.now()) == window
    assert [each.ticket.id for each in match(found.board, window)] == [issued.ticket_id]
    await pass_time(world, present=clerk, minutes=20)
    assert await why_not(world, clerk) == []
    assert (await world.call_next(clerk)).number == issued.number
