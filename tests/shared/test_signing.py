"""Is a signature worth what it says? Key statements and fingerprint proofs."""

from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey, KeySet

from shared import signing
from shared.identifiers import RoomId, new_uuid
from shared.orders import NotProven
from shared.rooms import Participant
from shared.signing import FingerprintProof, Holder, KeyStatement

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ISSUER = ECKey.generate_key("P-256")
DEVICE_KEY = ECKey.generate_key("P-256")
STRANGER = ECKey.generate_key("P-256")
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
