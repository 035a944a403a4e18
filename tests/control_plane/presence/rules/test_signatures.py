"""Webhooks are signed as the standard says: its own library takes ours, and we take its."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from control_plane.presence.rules.signatures import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    TOLERANCE,
    Verdict,
    carried,
    headers,
    judge,
    shown,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SECRET, OTHER = b"s" * 32, b"o" * 32
BODY = b'{"type":"presence.free","data":{"lease":"call-1"}}'


def test_the_standards_own_library_takes_what_we_sign() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the library asks the clock itself
    signed = headers([OTHER, SECRET], "msg_1", BODY, now)
    assert Webhook(shown(SECRET)).verify(BODY, signed)["type"] == "presence.free"


def test_we_take_what_the_standards_own_library_signs() -> None:
    signature = Webhook(shown(SECRET)).sign("msg_1", NOW, BODY.decode())
    given_ = {ID: "msg_1", TIMESTAMP: str(int(NOW.timestamp())), SIGNATURE: signature}
    assert judge([SECRET], given_, BODY, NOW) is Verdict.GENUINE


def test_the_example_of_the_standard_holds() -> None:
    # specification, «Verifying signatures»
    secret = carried("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    said = {
        ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        TIMESTAMP: "1614265330",
        SIGNATURE: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    then = datetime.fromtimestamp(1614265330, UTC)
    assert judge([secret], said, body, then) is Verdict.GENUINE


def test_while_a_secret_is_changed_both_hold() -> None:
    signed = headers([OTHER, SECRET], "msg_1", BODY, NOW)
    for known in (SECRET, OTHER):
        assert judge([known], signed, BODY, NOW) is Verdict.GENUINE
    assert judge([b"x" * 32], signed, BODY, NOW) is Verdict.FORGED


@pytest.mark.parametrize(("seconds", "verdict"), [(300, Verdict.GENUINE), (301, Verdict.STALE)])
@pytest.mark.parametrize("direction", [-1, 1])
def test_five_minutes_either_way_are_fresh(seconds: int, verdict: Verdict, direction: int) -> None:
    assert timedelta(minutes=5) == TOLERANCE
    signed = headers([SECRET], "msg_1", BODY, NOW + timedelta(seconds=direction * seconds))
    assert judge([SECRET], signed, BODY, NOW) is verdict


@given(
    st.dictionaries(st.sampled_from([ID, TIMESTAMP, SIGNATURE]), st.text(max_size=300)),
    st.binary(max_size=200),
)
def test_whatever_stands_in_the_headers_is_judged_and_never_believed(
    said: dict[str, str], body: bytes
) -> None:
    assert judge([SECRET], said, body, NOW) is Verdict.FORGED


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_is_a_forgery(at: int, by: int) -> None:
    signed = headers([SECRET], "msg_1", BODY, NOW)
    changed = bytearray(BODY)
    changed[at] ^= by
    assert judge([SECRET], signed, bytes(changed), NOW) is Verdict.FORGED
    moved = signed | {ID: "msg_2"}
    assert judge([SECRET], moved, BODY, NOW) is Verdict.FORGED
    later = signed | {TIMESTAMP: str(int(signed[TIMESTAMP]) + 1)}
    assert judge([SECRET], later, BODY, NOW) is Verdict.FORGED


def test_what_is_no_secret_is_refused() -> None:
    for text in ("", b64encode(SECRET).decode(), "whsec_ä", "whsec_a"):
        with pytest.raises(ValueError):  # noqa: PT011 - its words are nobody's
            carried(text)
    assert carried(shown(SECRET)) == SECRET
