"""What do the two clerks of a consult see of it, and of each other?"""

from datetime import datetime

from control_plane.visits.consult_queries import Consult
from control_plane.visits.consult_rules import ConsultState
from control_plane.visits.setup import Setup
from control_plane.visits.views import ConsultCall, ConsultRoom, ConsultView, Named
from shared.identifiers import RoomId


def consult_view(consult: Consult) -> ConsultView:
    """The colleague, for the visit's clerk."""
    return ConsultView(
        id=consult.id,
        state=consult.state,
        alias=consult.alias,
        agency=Named(code=consult.staff_agency, name=consult.staff_agency_name),
        sub=consult.sub,
        asked_at=consult.asked_at,
        expires_at=consult.expires_at,
        joined_at=consult.joined_at,
        can_keep=consult.staff_agency == consult.agency,
        handed_on=consult.handed_on,
    )


def consult_call(setup: Setup, consult: Consult, now: datetime) -> ConsultCall:
    """Who asks, for the colleague; the room once they have joined."""
    room = RoomId(consult.room_id)
    return ConsultCall(
        id=consult.id,
        state=consult.state,
        asked_by=consult.asked_by_alias,
        agency=Named(code=consult.agency, name=consult.agency_name),
        service=Named(code=consult.service, name=consult.service_name),
        language=consult.language,
        asked_at=consult.asked_at,
        expires_at=consult.expires_at,
        joined_at=consult.joined_at,
        can_keep=consult.staff_agency == consult.agency,
        handed_on=consult.handed_on,
        room=None
        if consult.state is not ConsultState.JOINED
        else ConsultRoom(
            room_id=room,
            ice_servers=list(setup.turn.servers(room, now=now)),
            relay_only=setup.relay_only,
            device=consult.device,
            clerk_sub=consult.asked_by_sub,
            on_hold=consult.on_hold,
        ),
    )
