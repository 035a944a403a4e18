"""Is nobody called whose visitor gave the number up while a clerk was getting it?"""

from control_plane.visits.operations import calling
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.tickets import CancelTicket, TicketAccepted
from tests.control_plane.visits.test_day_set_meanwhile import asked, both
from tests.control_plane.world import World


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
