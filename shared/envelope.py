"""How is a message wrapped? One versioned envelope for every MQTT payload.

Nothing essential stands in MQTT 5 properties. Whoever wishes makes the id; a repeat of an
id has the effect of one. Readers tolerate new fields and refuse a version they do not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)

from shared.identifiers import MessageId

VERSION: Literal[1] = 1


def _brief(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# An instant on the wire: RFC 3339 in UTC with milliseconds.
WireTime = Annotated[AwareDatetime, PlainSerializer(_brief, return_type=str)]


class Wire(BaseModel):
    """A value on the wire: frozen, and tolerant of fields that a newer sender added."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64")


class Body(Wire):
    """What a message says; ``kind`` tells the bodies apart."""

    kind: ClassVar[str]


class Envelope(Wire):
    """A message as it stands on the wire."""

    v: Literal[1] = VERSION
    id: MessageId
    kind: Annotated[str, Field(max_length=64)]
    sent_at: WireTime
    expires_at: WireTime | None = None
    re: MessageId | None = None
    body: dict[str, Any]


B_co = TypeVar("B_co", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Message(Generic[B_co]):
    """A message that was understood: its envelope's data beside the body as our own type."""

    id: MessageId
    sent_at: datetime
    expires_at: datetime | None
    re: MessageId | None
    body: B_co


class NotUnderstood(ValueError):
    """The payload is no message of ours; ``reason`` is a fixed phrase without its content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def wrap(
    body: Body,
    *,
    id: MessageId,  # noqa: A002 - the envelope's own word
    now: datetime,
    expires_at: datetime | None = None,
    re: MessageId | None = None,
) -> bytes:
    """Put ``body`` into an envelope, as the bytes of one payload."""
    envelope = Envelope(
        id=id,
        kind=body.kind,
        sent_at=now,
        expires_at=expires_at,
        re=re,
        body=body.model_dump(mode="json", exclude_defaults=True),
    )
    return envelope.model_dump_json(exclude_none=True).encode()


class _Claimed(Wire):
    id: MessageId


def id_of(payload: bytes | str) -> MessageId | None:
    """The id of a message that was not understood, for the answer that says so."""
    try:
        return _Claimed.model_validate_json(payload).id
    except ValidationError:
        return None


class Vocabulary(Generic[B_co]):
    """The kinds that one channel carries."""

    def __init__(self, bodies: Iterable[type[B_co]]) -> None:
        self._bodies = {body.kind: body for body in bodies}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of message that this channel carries."""
        return frozenset(self._bodies)

    def read(self, payload: bytes | str, *, limit: int) -> Message[B_co]:
        """Understand a payload of at most ``limit`` bytes, or raise `NotUnderstood`."""
        if len(payload) > limit:
            raise NotUnderstood("too_large")
        try:
            envelope = Envelope.model_validate_json(payload)
        except ValidationError as error:
            wrong_version = any(item["loc"] == ("v",) for item in error.errors())
            raise NotUnderstood("wrong_version" if wrong_version else "malformed") from None
        body_type = self._bodies.get(envelope.kind)
        if body_type is None:
            raise NotUnderstood("unknown_kind")
        try:
            body = body_type.model_validate(envelope.body)
        except ValidationError:
            raise NotUnderstood("malformed_body") from None
        return Message(
            id=envelope.id,
            sent_at=envelope.sent_at,
            expires_at=envelope.expires_at,
            re=envelope.re,
            body=body,
        )
