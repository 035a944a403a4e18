"""What follows when a clerk's standing picture in a booth comes to its end?"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.fleet import operations as fleet
from control_plane.rooms import operations as rooms
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.visits import link_queries, queries
from control_plane.visits.link_queries import Link
from control_plane.visits.link_rules import BY_CLERK, LinkEnd
from control_plane.visits.operations.steps import JOURNEY, LASTING
from control_plane.visits.queries import Noted
from shared.identifiers import DeviceName, RoomId
from shared.links import CloseLink

ENDED = "link_ended"


class LinkEnded(facts.Fact):
    """A clerk's picture stands in a booth no longer."""

    kind: ClassVar[str] = "link.ended"
    link: UUID
    clerk: UUID
    agency: str
    point: str
    booth: str
    how: LinkEnd
    lasted_s: int

    @property
    def subject(self) -> str:
        """The booth."""
        return f"booth:{self.point}/{self.booth}"


def end(tx: Tx, link: Link, how: LinkEnd, now: datetime, *, scope: Scope = JOURNEY) -> bool:
    """End a link; its room closes unless a visit goes on in it. False: it had ended already."""
    if not link_queries.end(tx, JOURNEY, link.id, how, now):
        return False
    if how is not LinkEnd.CALLED:
        rooms.close_room(tx, JOURNEY, RoomId(link.room_id), now)
        # One that is away hears it when it is back, as long as it would show the picture.
        fleet.command(
            tx,
            JOURNEY,
            DeviceName(link.device),
            CloseLink(link_id=link.id),
            now=now,
            expires_at=max(link.ends_at, now + LASTING),
        )
    if how not in BY_CLERK:
        queries.note(tx, JOURNEY, link.staff_id, Noted(ENDED, str(how), now, None))
    facts.record(
        tx,
        LinkEnded(
            link=link.id,
            clerk=link.staff_id,
            agency=link.agency,
            point=link.point,
            booth=link.booth,
            how=how,
            lasted_s=int((now - link.opened_at).total_seconds()),
        ),
        now=now,
    )
    audit.record(
        tx,
        scope,
        "link.ended",
        subject=staff.subject(link.staff_id),
        agency=link.agency,
        now=now,
        point=link.point,
        booth=link.booth,
        how=str(how),
    )
    tx.touch(staff.subject(link.staff_id))
    return True


def taken_over(tx: Tx, *, staff_id: UUID, point: str, booth: str, now: datetime) -> RoomId | None:
    """The room of the clerk's own link in this booth, which the visit goes on in; None: of none.

    Any other link that the visit meets ends: a booth waits for nobody's picture.
    """
    room = None
    for link in link_queries.met_by(tx, JOURNEY, staff_id=staff_id, point=point, booth=booth):
        own, here = link.staff_id == staff_id, (link.point, link.booth) == (point, booth)
        how = LinkEnd.ELSEWHERE
        if here:
            how = LinkEnd.CALLED if own else LinkEnd.BOOTH_NEEDED
        if end(tx, link, how, now) and how is LinkEnd.CALLED:
            room = RoomId(link.room_id)
    return room


def ends_sooner(tx: Tx, link: Link | None, until: datetime | None) -> None:
    """The clerk's shift, or the queue, ends before the link would have."""
    if link is not None and until is not None and until < link.ends_at:
        link_queries.shorten(tx, JOURNEY, link.id, until)
        tx.touch(staff.subject(link.staff_id))
