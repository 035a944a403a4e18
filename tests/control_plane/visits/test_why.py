"""Is every decision kept with its reasons, and readable by the agency's own people alone?"""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane.errors import Refusal
from control_plane.routing import decision_queries as decisions
from control_plane.routing.decision_queries import PSEUDONYM, Decision
from control_plane.routing.rules.reasons import Because, Kind
from control_plane.security.scope import Scope
from control_plane.security.tables import audit
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations import calling
from control_plane.visits.operations.deciding import forget_names
from control_plane.visits.why import WhyView, why
from shared.identifiers import TicketId
from shared.languages import Language
from tests.control_plane.world import World

SYSTEM = Scope.system("test")


async def told(world: World, scope: Scope, ticket: TicketId) -> WhyView:
    now = world.clock.now()
    return await world.store.read(lambda tx: why(tx, scope, ticket, now))


async def decided(world: World, ticket: TicketId) -> list[Decision]:
    return await world.store.read(lambda tx: decisions.of_ticket(tx, SYSTEM, ticket))


async def test_the_next_is_kept_with_those_who_stood_ahead(world: World) -> None:
    await world.device_up()
    aino = await world.clerk(languages=[Language.FINNISH])
    swedish = await world.take(language=Language.SWEDISH)
    world.clock.pass_(minutes=3)
    finnish = await world.take()
    world.clock.pass_(minutes=12)
    await world.device_up()
    visit = await world.call_next(aino)
    assert visit.ticket_id == finnish.ticket_id
    [made] = await decided(world, finnish.ticket_id)
    assert (made.kind, made.point, made.booth, made.policy_version) == (
        Kind.NEXT,
        "salla",
        "salla-1",
        0,
    )
    assert made.clerk == aino.name
    assert made.reasons.score.waited_s == 12 * 60 + 1
    [passed] = made.reasons.passed
    assert (passed.ticket, passed.because) == (swedish.ticket_id, Because.EARLIER)
    assert passed.why_not[0] == "language"
    seen = await told(world, aino, finnish.ticket_id)
    assert seen.state is TicketState.OFFERED
    assert seen.place is None
    assert [each.number for each in seen.decisions[0].passed] == [swedish.number]


async def test_a_place_in_the_queue_says_who_goes_before_and_why(world: World) -> None:
    aino = await world.clerk()
    first = await world.take()
    world.clock.pass_(minutes=1)
    second = await world.take()
    seen = await told(world, aino, second.ticket_id)
    assert (seen.place, [each.number for each in seen.before]) == (2, [first.number])
    assert seen.before[0].because is Because.EARLIER
    assert (await told(world, aino, first.ticket_id)).place == 1


async def test_who_is_called_by_number_is_kept_as_out_of_turn(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await world.take()
    world.clock.pass_(seconds=5)
    second = await world.take()
    await world.run(
        lambda tx: calling.call_this(
            tx, world.setup, aino, second.ticket_id, reason="urgent", now=world.clock.now()
        )
    )
    [made] = await decided(world, second.ticket_id)
    assert made.kind is Kind.THIS
    assert [each.why_not for each in made.reasons.passed] == [("out_of_turn",)]


async def test_an_offer_is_kept_when_it_is_made(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    issued = await world.take()
    await world.offer(aino)
    [made] = await decided(world, issued.ticket_id)
    assert (made.kind, made.clerk) == (Kind.OFFER, aino.name)


async def test_another_agency_reads_nothing(world: World) -> None:
    await world.clerk()
    issued = await world.take()
    stranger = await world.clerk("tuija", "vero")
    with pytest.raises(Refusal, match="not_found"):
        await told(world, stranger, issued.ticket_id)


async def test_after_the_time_a_clerk_stands_under_a_pseudonym(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    old = await world.take()
    await world.call_next(aino)
    world.clock.pass_(days=31)
    bertta = await world.clerk("bertta")
    await world.device_up("d-inari-01")
    new = await world.take(device="d-inari-01")
    await world.call_next(bertta)
    for _ in range(2):
        await world.run(lambda tx: forget_names(tx, timedelta(days=30), world.clock.now()))
    [forgotten], [kept] = await decided(world, old.ticket_id), await decided(world, new.ticket_id)
    assert forgotten.clerk.startswith(PSEUDONYM)
    assert aino.name not in forgotten.clerk
    assert UUID(kept.clerk) == UUID(bertta.name)
    actions = await world.store.read(
        lambda tx: tx.execute(sa.select(audit.c.action)).scalars().all()
    )
    assert list(actions).count("routing.clerks_forgotten") == 1
