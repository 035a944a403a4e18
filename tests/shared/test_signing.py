"""Is a signature worth what it says? Orders, key statements and fingerprint proofs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, KeySet, OKPKey

from shared import signing
from shared.identifiers import RoomId, new_uuid
from shared.rooms import Participant
from shared.signing import FingerprintProof, Holder, KeyStatement, NotProven

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COMMAND_KEY = OKPKey.generate_key("Ed25519")
NEXT_KEY = OKPKey.generate_key("Ed25519")
ISSUER = ECKey.generate_key("P-256")
DEVICE_KEY = ECKey.generate_key("P-256")
STRANGER = ECKey.generate_key("P-256")
KEYS = KeySet([COMMAND_KEY, NEXT_KEY])
ISSUERS = KeySet([ISSUER])
FINGERPRINT = ":".join(["AB"] * 32)


def statement(*, key: ECKey = DEVICE_KEY, by: ECKey = ISSUER, life_s: int = 3600) -> str:
    said = KeyStatement(
        sub="d-salla-01",
        holder=Holder.DEVICE,
        jwk=key.as_dict(private=False),
        exp=int((NOW + timedelta(seconds=life_s)).timestamp()),
    )
    return signing.sign_statement(said, key=by)


def proof(*, key: ECKey = DEVICE_KEY, age_s: int = 0) -> str:
    said = FingerprintProof(
        room=RoomId(new_uuid()),
        participant=Participant.BOOTH_SCREEN,
        towards=Participant.CLERK,
        attempt=1,
        fingerprint=FINGERPRINT,
        iat=int((NOW - timedelta(seconds=age_s)).timestamp()),
    )
    return signing.sign_fingerprint(said, key=key)


@pytest.mark.parametrize("key", [COMMAND_KEY, NEXT_KEY], ids=["old key", "new key"])
def test_an_order_opens_with_any_key_of_the_set(key: OKPKey) -> None:
    order = signing.sign_order(b'{"v":1}', device="d-salla-01", key=key)
    assert signing.open_order(order, device="d-salla-01", keys=KEYS) == b'{"v":1}'


def test_an_order_for_another_device_is_refused() -> None:
    order = signing.sign_order(b"{}", device="d-salla-01", key=COMMAND_KEY)
    with pytest.raises(NotProven, match="wrong_audience"):
        signing.open_order(order, device="d-inari-01", keys=KEYS)


def test_an_order_of_a_strange_key_is_refused() -> None:
    order = signing.sign_order(b"{}", device="d-salla-01", key=OKPKey.generate_key("Ed25519"))
    with pytest.raises(NotProven, match="bad_signature"):
        signing.open_order(order, device="d-salla-01", keys=KEYS)


def test_a_key_statement_is_no_order() -> None:
    with pytest.raises(NotProven):
        signing.open_order(statement(), device="d-salla-01", keys=KEYS)


@settings(max_examples=300)
@given(st.data())
def test_an_order_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    order = signing.sign_order(b'{"v":1}', device="d-salla-01", key=COMMAND_KEY)
    # The last character of a base64url part carries unused bits: the parts before it do not.
    place = data.draw(st.integers(0, len(order) - 2))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_."))
    if order[place] == letter or order[place + 1 : place + 2] in {".", ""}:
        return
    with pytest.raises(NotProven):
        signing.open_order(
            order[:place] + letter + order[place + 1 :], device="d-salla-01", keys=KEYS
        )


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_junk_is_no_order(junk: str | bytes) -> None:
    with pytest.raises(NotProven):
        signing.open_order(junk, device="d-salla-01", keys=KEYS)


def test_a_fingerprint_is_proven_by_a_certified_key() -> None:
    found = signing.open_fingerprint(proof(), statement(), issuers=ISSUERS, now=NOW)
    assert found.sub == "d-salla-01"
    assert found.holder is Holder.DEVICE
    assert found.proof.fingerprint == FINGERPRINT


@pytest.mark.parametrize(
    ("bad_proof", "bad_statement", "reason"),
    [
        (proof(key=STRANGER), statement(), "bad_signature"),
        (proof(), statement(by=STRANGER), "bad_signature"),
        (proof(), statement(life_s=-1), "expired"),
        (proof(age_s=121), statement(), "expired"),
        (statement(), statement(), "bad_signature"),
        ("", statement(), "bad_signature"),
    ],
    ids=["signed by another", "no issuer of ours", "key expired", "replayed", "no proof", "empty"],
)
def test_a_fingerprint_without_full_proof_is_refused(
    bad_proof: str, bad_statement: str, reason: str
) -> None:
    with pytest.raises(NotProven, match=reason):
        signing.open_fingerprint(bad_proof, bad_statement, issuers=ISSUERS, now=NOW)
