"""Is nobody called whose visitor gave the number up while a clerk was getting it?"""

from uuid import UUID

import pytest

from control_plane.database import Tx
from control_plane.visits.operations import calling, leaving
from control_plane.visits.operations.steps import hold_of_ticket
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.tickets import CancelTicket, TicketAccepted
from tests.control_plane.visits.test_day_set_meanwhile import asked, both
from tests.control_plane.world import World


async def test_a_call_that_commits_between_the_look_and_the_end_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look finds no visit, since the call has not committed; then it has."""
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    visit = await world.call_next(clerk)
    looks = []

    def not_yet(tx: Tx, ticket: UUID) -> Visit | None:
        looks.append(ticket)
        return None if len(looks) == 1 else hold_of_ticket(tx, ticket)

    monkeypatch.setattr(leaving, "hold_of_ticket", not_yet)
    assert isinstance(await world.ask(CancelTicket(ticket_id=issued.ticket_id)), TicketAccepted)
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN


async def test_a_number_given_up_while_it_is_called_ends_the_visit_too(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    visit, answer = await both(
        world,
        lambda tx: calling.call_next(tx, world.setup, clerk, world.clock.now()),
        world,
        asked(world, CancelTicket(ticket_id=issued.ticket_id)),
    )
    assert isinstance(visit, Visit)
    assert isinstance(answer, TicketAccepted)
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
