"""How is a clerk's own link shown?"""

from datetime import datetime

from control_plane.visits.desk_rows import Places
from control_plane.visits.link_queries import Link
from control_plane.visits.setup import Setup
from control_plane.visits.views import LinkView, VisitedBooth
from shared.identifiers import DeviceName, RoomId


def link_view(setup: Setup, link: Link, around: Places, now: datetime) -> LinkView:
    """With what the clerk's page needs to come into the link's room."""
    room = RoomId(link.room_id)
    return LinkView(
        id=link.id,
        point=around.point(link.point),
        booth=VisitedBooth(
            **dict(around.booth(link.point, link.booth)), device=DeviceName(link.device)
        ),
        room_id=room,
        ice_servers=list(setup.turn.servers(room, now=now)),
        relay_only=setup.relay_only,
        opened_at=link.opened_at,
        ends_at=link.ends_at,
    )
