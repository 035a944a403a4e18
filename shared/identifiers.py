"""How is each thing called on the wire? The types and formats of every identifier."""

from typing import Annotated, NewType
from uuid import UUID

import uuid_utils.compat
from pydantic import StringConstraints

# A device's name is its certificate's common name, set by the claim and never by the CSR.
# Services use client ids with a colon, which no device name can hold.
DEVICE_NAME_PATTERN = r"^d-[a-z0-9]{1,24}(-[a-z0-9]{1,12}){0,3}$"
SUPPORT_NAME_PATTERN = r"^s-[a-z0-9]{1,24}(-[a-z0-9]{1,12}){0,3}$"
# Codes are what people give to what they set up: agencies, services, points, booths.
CODE_PATTERN = r"^[a-z0-9]{1,32}(-[a-z0-9]{1,32}){0,5}$"

DeviceName = Annotated[str, StringConstraints(pattern=DEVICE_NAME_PATTERN, max_length=64)]
SupportName = Annotated[str, StringConstraints(pattern=SUPPORT_NAME_PATTERN, max_length=64)]
AgencyCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]
ServiceCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]
PointCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]
BoothCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]

# UUIDv7 (RFC 9562 §5.7): ordered by creation, so that indexes and journals stay in order.
MessageId = NewType("MessageId", UUID)
TicketId = NewType("TicketId", UUID)
VisitId = NewType("VisitId", UUID)
RoomId = NewType("RoomId", UUID)
JobId = NewType("JobId", UUID)  # a print job
StillId = NewType("StillId", UUID)  # a sharp picture from the document camera
NoteId = NewType("NoteId", UUID)  # one text for the next clerk; a changed text has another
TransferId = NewType("TransferId", UUID)  # one document on its way over the data channel
BootId = NewType("BootId", UUID)  # one start of a device; ages count within it


def new_uuid() -> UUID:
    """A fresh UUIDv7; wrap it in the type that it stands for: ``TicketId(new_uuid())``."""
    return uuid_utils.compat.uuid7()
