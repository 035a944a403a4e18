"""What a contact centre asks of visits: the next one for a named clerk, and how they went."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import INVALID, NOT_FOUND, Refusal, responses
from control_plane.security.bearer import REFUSALS, integrated
from control_plane.security.integrations import Integration, Right
from control_plane.security.once import RunsOnce
from control_plane.staff import names
from control_plane.staff.names import Name
from control_plane.visits import contacts
from control_plane.visits.acting import At, House
from control_plane.visits.contacts import Contact, Cursor, Told
from control_plane.visits.operations import calling
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    KEPT_FOR_BOOKING,
    NO_BOOTH_READY,
    NO_TICKET,
    NOT_AVAILABLE,
    PUSH_ONLY,
)
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.envelope import WireTime
from shared.identifiers import TicketId, VisitId
from shared.languages import Language

router = APIRouter(prefix="/presence", tags=["presence"])

PAGE = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Router = Annotated[Integration, Depends(integrated(Right.ROUTING))]
Reporter = Annotated[Integration, Depends(integrated(Right.CONTACTS))]


class CalledFor(BaseModel):
    """The visit that the clerk's page now opens by itself."""

    visit: VisitId
    ticket: TicketId
    state: VisitState
    clerk: str
    point: str
    booth: str
    service: str
    language: Language
    since: WireTime


class ContactView(Told):
    """How a visit went, and by which clerk it was."""

    clerk: str


class ContactPage(BaseModel):
    """Contacts in the order of their ends; ask for those after ``cursor`` next time."""

    contacts: list[ContactView]
    cursor: str


@router.post(
    "/clerks/{clerk}/next",
    operation_id="call_next_for_clerk",
    responses={
        **REFUSALS,
        **responses(
            NOT_FOUND,
            NO_TICKET,
            NO_BOOTH_READY,
            KEPT_FOR_BOOKING,
            CLERK_BUSY,
            NOT_AVAILABLE,
            PUSH_ONLY,
        ),
    },
)
async def call_next_for_clerk(
    clerk: Annotated[Name, Path()], who: Router, setup: House, once: RunsOnce
) -> CalledFor:
    """The next visitor whom this clerk can serve, as if the clerk had called."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> CalledFor:
        found = names.clerk_named(tx, who.scope, who.id, clerk, now)
        if found is None:
            raise Refusal(NOT_FOUND)
        return _called(calling.call_next_for(tx, setup, who.scope, found.id, now), clerk)

    return await once.give(who.scope, CalledFor, operation)


@router.get("/contacts", operation_id="list_contacts", responses={**REFUSALS, **responses(INVALID)})
async def list_contacts(
    who: Reporter,
    at: At,
    after: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> ContactPage:
    """How visits of the agency went, some minutes after their end, each once."""
    now = at.clock.now()
    cursor = _read_cursor(after)

    def query(tx: Tx) -> tuple[list[Contact], dict[UUID, str]]:
        found = contacts.after(tx, who.scope, cursor, limit=limit, now=now)
        staff_ids = {each.staff_id for each in found}
        named = {each: names.name_of(tx, who.scope, who.id, each) for each in staff_ids}
        return found, named

    found, named = await at.store.read(query)
    return ContactPage(
        contacts=[
            ContactView(clerk=named[each.staff_id], **each.told.model_dump()) for each in found
        ],
        cursor=_cursor(found[-1]) if found else after,
    )


def _called(visit: Visit, clerk: str) -> CalledFor:
    return CalledFor(
        visit=VisitId(visit.id),
        ticket=TicketId(visit.ticket_id),
        state=visit.state,
        clerk=clerk,
        point=visit.point,
        booth=visit.booth,
        service=visit.service,
        language=visit.language,
        since=visit.since,
    )


def _cursor(last: Contact) -> str:
    ended_at = last.told.ended_at or last.told.prepared_at
    return f"{(ended_at - _EPOCH) // timedelta(microseconds=1)}.{last.told.visit.hex}"


def _read_cursor(text: str) -> Cursor | None:
    if not text:
        return None
    moment, _, identity = text.partition(".")
    try:
        return _EPOCH + timedelta(microseconds=int(moment)), UUID(identity)
    except (ValueError, OverflowError):
        raise Refusal(INVALID) from None
