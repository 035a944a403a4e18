"""What does a supervisor see and do, and what does nobody else?"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from control_plane.errors import Refusal
from control_plane.routing.operations import choose
from control_plane.routing.rules.choices import Choices, LevelTarget
from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.tables import tickets as ticket_rows
from control_plane.visits import supervision
from control_plane.visits.message_queries import erase_ended, message_of
from control_plane.visits.operations import closing, supervising
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.supervision_views import Supervision
from shared.identifiers import AgencyCode
from shared.tickets import CancelTicket
from tests.control_plane.visits.steps import (
    begun,
    called,
    clerk_state,
    close,
    pass_time,
    supervisor,
)
from tests.control_plane.world import World, counted_statements

SYSTEM = Scope.system("test")


async def board(world: World, who: Scope) -> Supervision:
    return await world.store.read(lambda tx: supervision.board(tx, who, world.clock.now()))


async def force(world: World, who: Scope, clerk: Scope, state: ClerkState) -> None:
    await world.run(
        lambda tx: supervising.force_state(
            tx, who, UUID(clerk.name), wanted=state, reason="tauko", now=world.clock.now()
        )
    )


async def acts(world: World) -> list[str]:
    rows = await world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    return [each.entry.action for each in rows]


async def test_the_board_tells_where_who_waits_and_for_how_long(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await supervisor(world)
    await called(world, clerk)
    first = world.clock.now()
    await world.take("kela-tuki", device="d-inari-01")
    world.clock.pass_(minutes=5)
    await world.take("kela-tuki", device="d-inari-01")
    await world.take("kela-elake")
    shown = await board(world, boss)
    cells = {(each.service, each.point): each for each in shown.cells}
    assert cells["kela-tuki", "salla"].called == 1
    assert cells["kela-tuki", "inari"].waiting == 2
    assert cells["kela-tuki", "inari"].oldest_at == first - timedelta(seconds=1)
    assert cells["kela-elake", "salla"].waiting == 1
    assert [each.number for each in shown.tickets] == [1, 2, 2]
    booths = {each.code: (each.free, each.in_use, each.out_of_use) for each in shown.points}
    assert booths == {"salla": (0, 1, 0), "inari": (0, 0, 2)}
    assert [(each.state, each.name) for each in shown.clerks] == [("preparing", "aino Nimi")]


async def test_todays_figures_stand_by_their_definitions(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await supervisor(world)
    await called(world, clerk)  # answered within a second
    await pass_time(world, present=clerk, minutes=6)  # and missed
    slip = await world.take()
    world.clock.pass_(seconds=10)
    await world.ask(CancelTicket(ticket_id=slip.ticket_id))  # by mistake
    gives_up = await world.take()
    world.clock.pass_(minutes=2)
    await world.ask(CancelTicket(ticket_id=gives_up.ticket_id))
    await world.take()
    day = (await board(world, boss)).days[0]
    assert (day.offered, day.answered, day.served) == (3, 1, 0)
    assert (day.abandoned, day.short, day.missed, day.returned) == (1, 1, 1, 0)
    assert (day.level_answered, day.level_offered) == (100.0, 50.0)
    assert day.mean_wait_s == day.median_wait_s == pytest.approx(1.0)


async def test_the_target_is_the_agencys_choice(world: World) -> None:
    boss = await supervisor(world)
    main = await world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    chosen = Choices(service_level=LevelTarget(percent=70, within_s=300))
    kela = AgencyCode("kela")
    await world.run(lambda tx: choose(tx, main, kela, chosen, instead_of=0, now=world.clock.now()))
    day = (await board(world, boss)).days[0]
    assert (day.target_percent, day.target_s) == (70, 300)


async def test_the_owner_sees_the_country_and_no_visitors_matter(world: World) -> None:
    await world.device_up()
    await world.clerk()
    await world.clerk("tuija", "vero")
    issued = [await world.take("kela-elake"), await world.take("vero-kortti")]
    owner = await world.account("omistaja", Role.OWNER)
    shown = await board(world, owner)
    assert {(each.agency, each.point, each.waiting) for each in shown.cells} == {
        ("kela", "salla", 1),
        ("vero", "salla", 1),
    }
    assert {each.service for each in shown.cells} == {None}
    assert (shown.tickets, shown.clerks, shown.broadcasts) == ([], [], [])
    assert {(each.agency, each.count) for each in shown.states} == {("kela", 1), ("vero", 1)}
    text = shown.model_dump_json()
    assert not [each for each in issued if str(each.ticket_id) in text]
    assert (shown.may.close, shown.may.steer) == (True, False)


async def test_a_supervisor_sees_the_own_agency_only(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    await close(world, await supervisor(world), point="salla")
    stranger = await supervisor(world, "vero")
    shown = await board(world, stranger)
    assert [each.code for each in shown.agencies] == ["vero"]
    text = shown.model_dump_json()
    assert str(issued.ticket_id) not in text
    assert clerk.name not in text
    assert "kela" not in text


async def test_a_board_of_many_points_costs_no_statement_more(world: World) -> None:
    await world.device_up()
    await world.clerk()
    boss = await supervisor(world)
    await world.take()
    with counted_statements() as few:
        await board(world, boss)
    for device in ("d-inari-01", "d-inari-02"):
        await world.device_up(device)
        await world.take(device=device)
    for point in ("salla", "inari"):
        await close(world, boss, point=point)
    with counted_statements() as more:
        await board(world, boss)
    assert len(more) <= len(few) <= 12


async def test_a_number_moves_to_another_queue_and_keeps_its_place(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    issued = await world.take("kela-tuki")
    before = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, issued.ticket_id))
    world.clock.pass_(minutes=3)

    async def move(who: Scope, service: str) -> None:
        await world.run(
            lambda tx: supervising.move_ticket(
                tx,
                who,
                issued.ticket_id,
                service=service,
                reason="väärä jono",
                now=world.clock.now(),
            )
        )

    await move(boss, "kela-elake")
    await move(boss, "kela-elake")
    after = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, issued.ticket_id))
    assert before is not None
    assert after is not None
    assert (after.service, after.arrived_at) == ("kela-elake", before.arrived_at)
    with pytest.raises(Refusal, match="not_there"):
        await move(boss, "vero-kortti")
    with pytest.raises(Refusal, match="not_found"):
        await move(await supervisor(world, "vero"), "kela-tuki")
    assert (await acts(world)).count("ticket.moved") == 1


async def test_a_number_that_missed_its_call_gets_its_place_back(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await supervisor(world)
    visit = await called(world, clerk)

    async def back(who: Scope) -> None:
        await world.run(
            lambda tx: supervising.give_back(
                tx, who, visit.ticket_id, reason="tuli takaisin", now=world.clock.now()
            )
        )

    with pytest.raises(Refusal, match="not_waiting"):
        await back(boss)
    await pass_time(world, present=clerk, minutes=30)  # too late by the visitor's own hand
    with pytest.raises(Refusal, match="not_found"):
        await back(await supervisor(world, "vero"))
    await back(boss)
    await back(boss)
    found = await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM))
    assert [(each.id, each.returned) for each in found] == [(visit.ticket_id, True)]
    assert (await acts(world)).count("ticket.given_back") == 1


async def test_a_forced_state_holds_at_once_and_the_desk_says_who_and_why(world: World) -> None:
    clerk = await world.clerk()
    boss = await supervisor(world)
    await force(world, boss, clerk, ClerkState.ON_BREAK)
    desk = await world.desk(clerk)
    assert (desk.me.state, desk.me.reason) == (ClerkState.ON_BREAK, "supervisor")
    told = desk.messages[0]
    assert (told.code, told.text, told.sender) == (
        "forced_break",
        "tauko",
        "esihenkilo-kela Nimi",
    )
    assert (await board(world, boss)).clerks[0].forced

    await force(world, boss, clerk, ClerkState.AVAILABLE)  # taken back
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE
    assert [each.code for each in (await world.desk(clerk)).messages] == ["forced_available"]
    await world.choose(clerk, ClerkState.ON_BREAK)
    assert (await world.desk(clerk)).messages == []


async def test_a_visit_is_never_cut_off_by_a_forced_state(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await supervisor(world)
    visit = await begun(world, clerk)
    await force(world, boss, clerk, ClerkState.OFFLINE)
    assert await clerk_state(world, clerk) is ClerkState.IN_SESSION
    assert (await world.visit(visit)).state == "in_session"
    assert (await world.desk(clerk)).me.last_one
    await force(world, boss, clerk, ClerkState.AVAILABLE)  # taken back
    assert not (await world.desk(clerk)).me.last_one
    with pytest.raises(Refusal, match="clerk_busy"):
        await force(world, boss, clerk, ClerkState.AVAILABLE)


async def test_an_offer_ends_when_its_clerk_is_sent_on_a_break(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    made = await world.offer(clerk)
    await force(world, await supervisor(world), clerk, ClerkState.ON_BREAK)
    assert not await world.is_open(str(made.id))
    assert await clerk_state(world, clerk) is ClerkState.ON_BREAK
    waiting = await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM))
    assert [each.id for each in waiting] == [made.ticket_id]


async def test_nobody_is_made_available_who_is_not_there(world: World) -> None:
    clerk = await world.clerk()
    boss = await supervisor(world)
    await force(world, boss, clerk, ClerkState.OFFLINE)
    world.clock.pass_(minutes=5)
    with pytest.raises(Refusal, match="not_here"):
        await force(world, boss, clerk, ClerkState.AVAILABLE)
    with pytest.raises(Refusal, match="not_found"):
        await force(world, await supervisor(world, "vero"), clerk, ClerkState.ON_BREAK)


async def test_a_message_stands_on_every_desk_until_read_or_its_time_ends(world: World) -> None:
    aino, bertta = await world.clerk(), await world.clerk("bertta")
    other = await world.clerk("tuija", "vero")
    boss = await supervisor(world)
    message = uuid4()

    async def tell(who: Scope) -> None:
        await world.run(
            lambda tx: supervising.broadcast(
                tx, who, message, text="Kokous klo 14", minutes=30, now=world.clock.now()
            )
        )

    await tell(boss)
    await tell(boss)
    with pytest.raises(Refusal, match="not_found"):
        await tell(await supervisor(world, "vero"))
    assert [each.text for each in (await world.desk(aino)).messages] == ["Kokous klo 14"]
    assert (await world.desk(other)).messages == []
    with pytest.raises(Refusal, match="not_found"):
        await world.run(lambda tx: supervising.read(tx, other, message, UUID(other.name)))
    await world.run(lambda tx: supervising.read(tx, aino, message, UUID(aino.name)))
    assert (await world.desk(aino)).messages == []
    assert [each.read for each in (await board(world, boss)).broadcasts] == [1]

    now = world.clock.pass_(minutes=31)
    assert (await world.desk(bertta)).messages == []
    await world.run(lambda tx: erase_ended(tx, SYSTEM, now))
    found = await world.store.read(lambda tx: message_of(tx, SYSTEM, message))
    assert found is None
    assert "Kokous" not in str(await world.store.read(lambda tx: audit.rows(tx, SYSTEM)))


async def test_a_message_can_be_taken_back(world: World) -> None:
    aino = await world.clerk()
    boss = await supervisor(world)
    message = uuid4()
    now = world.clock.now()
    await world.run(
        lambda tx: supervising.broadcast(tx, boss, message, text="Hei", minutes=5, now=now)
    )
    await world.run(lambda tx: supervising.take_back_message(tx, boss, message, now))
    assert (await world.desk(aino)).messages == []


async def test_the_history_names_who_did_what_and_why(world: World) -> None:
    clerk = await world.clerk()
    boss = await supervisor(world)
    made = await close(world, boss, point="salla")
    await world.run(lambda tx: closing.reopen(tx, boss, made, "ohi", world.clock.now()))
    await force(world, boss, clerk, ClerkState.ON_BREAK)
    done = await world.store.read(lambda tx: supervision.history(tx, boss))
    assert [each.action for each in done] == [
        "clerk.state_forced",
        "queue.reopened",
        "queue.closed",
    ]
    assert {each.who for each in done} == {"esihenkilo-kela Nimi"}
    assert done[1].detail["reason"] == "ohi"
    assert done[0].detail["was"] == "available"
    owner = await world.account("omistaja", Role.OWNER)
    seen = await world.store.read(lambda tx: supervision.history(tx, owner))
    assert [each.action for each in seen] == ["queue.reopened", "queue.closed"]


async def test_a_clerks_own_choice_is_not_kept_from_them(world: World) -> None:
    clerk = await world.clerk()
    await force(world, await supervisor(world), clerk, ClerkState.OFFLINE)
    await world.run(
        lambda tx: at_desk.choose(tx, clerk, ClerkState.AVAILABLE, "", world.clock.now())
    )
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE


async def test_a_day_holds_more_numbers_than_are_listed(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    issued = await world.take()
    stored = await world.store.read(
        lambda tx: (
            tx.execute(ticket_rows.select().where(ticket_rows.c.id == issued.ticket_id))
            .mappings()
            .one()
        )
    )
    many = [dict(stored) | {"id": uuid4(), "number": number} for number in range(2, 122)]
    await world.run(lambda tx: tx.execute(ticket_rows.insert(), many).rowcount)
    shown = await board(world, boss)
    assert (len(shown.tickets), shown.more_tickets) == (100, 21)
    assert shown.cells[0].waiting == 121
