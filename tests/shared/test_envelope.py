"""Does a message survive the wire, and is everything else refused by name?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.commands import COMMANDS, EVENTS, REPLIES, REPORTS, REQUESTS, TWINS
from shared.envelope import Body, NotUnderstood, Vocabulary, wrap
from shared.identifiers import BootId, MessageId, new_uuid
from shared.languages import Language
from shared.telemetry import Heartbeat
from shared.tickets import TakeTicket

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TAKE = TakeTicket(
    service="kela-asumistuki", language=Language.SWEDISH, age_s=0.4, boot_id=BootId(new_uuid())
)


def test_a_message_comes_back_as_it_was_sent() -> None:
    identity = MessageId(new_uuid())
    read = REQUESTS.read(wrap(TAKE, id=identity, now=NOW), limit=4096)
    assert read.body == TAKE
    assert read.id == identity
    assert read.sent_at == NOW


def test_a_field_of_a_newer_sender_is_tolerated() -> None:
    payload = wrap(TAKE, id=MessageId(new_uuid()), now=NOW)
    newer = payload.replace(b'"body":{', b'"hue":"blue","body":{"mood":"calm",')
    assert REQUESTS.read(newer, limit=4096).body == TAKE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b'"v":1', b'"v":2'), "wrong_version"),
        ((b"ticket.take", b"ticket.tuke"), "unknown_kind"),
        ((b'"language":"sv"', b'"language":"xx"'), "malformed_body"),
        ((b'"sent_at"', b'"sent_ta"'), "malformed"),
        ((b"{", b""), "malformed"),
    ],
)
def test_what_is_not_ours_is_refused_by_name(change: tuple[bytes, bytes], reason: str) -> None:
    payload = wrap(TAKE, id=MessageId(new_uuid()), now=NOW).replace(*change, 1)
    with pytest.raises(NotUnderstood) as refused:
        REQUESTS.read(payload, limit=4096)
    assert refused.value.reason == reason


def test_a_payload_over_its_limit_is_not_even_parsed() -> None:
    with pytest.raises(NotUnderstood) as refused:
        REQUESTS.read(b" " * 4097, limit=4096)
    assert refused.value.reason == "too_large"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_junk_is_refused_and_never_crashes(junk: bytes) -> None:
    with pytest.raises(NotUnderstood):
        EVENTS.read(junk, limit=4096)


def test_a_heartbeat_is_small() -> None:
    payload = wrap(Heartbeat(up_s=2_592_000), id=MessageId(new_uuid()), now=NOW)
    assert len(payload) <= 150


def test_no_kind_means_two_things() -> None:
    channels: list[Vocabulary[Body]] = [COMMANDS, TWINS, REPLIES, REQUESTS, EVENTS, REPORTS]
    kinds = [kind for channel in channels for kind in channel.kinds]
    # A board is pushed and asked for: the one kind that stands in two channels.
    assert sorted(kinds) == sorted([*set(kinds), "board"])
