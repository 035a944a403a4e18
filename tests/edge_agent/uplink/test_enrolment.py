"""Does a device get, keep and renew its identity as it must?"""

import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from control_plane.security import key_statements
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from edge_agent.clock import Clock
from edge_agent.errors import ConfigurationError, Offline
from edge_agent.uplink import enrolment, identity, tls
from edge_agent.uplink.enrolment import Claim
from edge_agent.uplink.identity import Identity
from edge_agent.uplink.prover import DeviceProver
from edge_agent.uplink.tls import within_time
from shared.identifiers import RoomId, new_uuid
from shared.orders import NotProven
from shared.rooms import Participant, Signal, SignalType
from shared.signing import FingerprintProof, open_fingerprint, sign_fingerprint
from tests.edge_agent.counterpart import now
from tests.edge_agent.endpoint import DeviceEndpoint, device_endpoint
from tests.edge_agent.salla import CATALOGUE
from tests.mosquitto import Broker

PRINT = ":".join(["AB"] * 32)


@pytest.fixture
async def endpoint(broker: Broker, keyring: Keyring) -> AsyncIterator[DeviceEndpoint]:
    async with device_endpoint(broker, keyring) as here:
        yield here


@pytest.fixture
def claim(endpoint: DeviceEndpoint) -> Claim:
    return Claim(
        claim_id="12345678",
        secret=SecretStr("a secret"),
        device="d-salla-01",
        endpoint=endpoint.url,
        service_ca_pem=endpoint.broker.issuers.service_chain().decode(),
    )


async def test_a_claim_becomes_an_identity_and_the_key_is_nobody_elses_to_read(
    claim: Claim, state_dir: Path
) -> None:
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())
    assert made.device == "d-salla-01"
    assert made.pem.stat().st_mode & 0o777 == 0o600
    assert made.pem.parent.stat().st_mode & 0o777 == 0o700
    assert b"BEGIN PRIVATE KEY" in made.pem.read_bytes()
    again = identity.load(state_dir)
    assert again is not None
    assert again.trust == made.trust
    assert made.command_keys.by_name


async def test_a_claim_is_good_once(claim: Claim, state_dir: Path) -> None:
    await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())
    with pytest.raises(ConfigurationError, match="claim_refused"):
        await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())


async def test_a_server_of_another_authority_gets_no_secret(
    claim: Claim, endpoint: DeviceEndpoint, state_dir: Path, tmp_path: Path
) -> None:
    others = FileIssuers(tmp_path / "others", now=now())
    stranger = others.service_chain().decode()
    with pytest.raises(Offline):
        await enrolment.enrol(
            claim.model_copy(update={"service_ca_pem": stranger}),
            state_dir=state_dir,
            clock=Clock(),
        )
    assert endpoint.asked == []


async def test_a_busy_control_plane_is_tried_again_and_the_claim_is_still_good(
    claim: Claim, endpoint: DeviceEndpoint, state_dir: Path
) -> None:
    endpoint.status = 503
    with pytest.raises(Offline):
        await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())
    endpoint.status = 200
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())
    assert made.device == "d-salla-01"


async def test_a_certificate_is_renewed_at_twenty_days_with_a_new_key(
    claim: Claim, endpoint: DeviceEndpoint, state_dir: Path
) -> None:
    clock = Clock()
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=clock)
    began = now()
    assert not enrolment.due_for_renewal(made, now=began + timedelta(days=19))
    assert enrolment.due_for_renewal(made, now=began + timedelta(days=20, minutes=1))
    endpoint.issued_at = timedelta(days=1)
    renewed = await enrolment.renew(made, state_dir=state_dir, clock=clock)
    assert renewed.key.thumbprint() != made.key.thumbprint()
    assert renewed.not_after > made.not_after
    assert endpoint.common_names == ["d-salla-01"]
    assert not made.pem.exists()  # the old key is gone


async def test_rotated_keys_are_fetched_with_our_own_certificate(
    claim: Claim, endpoint: DeviceEndpoint, state_dir: Path, tmp_path: Path
) -> None:
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=Clock())
    endpoint.keyring = Keyring(tmp_path / "other keys")
    fresh = await enrolment.refresh_trust(made, state_dir=state_dir, clock=Clock())
    assert fresh.trust.bundle != made.trust.bundle
    assert fresh.key.thumbprint() == made.key.thumbprint()
    again = await enrolment.refresh_trust(fresh, state_dir=state_dir, clock=Clock())
    assert again is fresh


async def test_a_catalogue_is_taken_only_with_its_digest(
    claim: Claim, endpoint: DeviceEndpoint, state_dir: Path
) -> None:
    clock = Clock()
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=clock)
    digest = endpoint.add(CATALOGUE.model_dump_json().encode())
    assert await enrolment.fetch_catalogue(made, digest, clock=clock) == CATALOGUE
    endpoint.catalogues[digest] += b" "
    with pytest.raises(Offline, match="digest"):
        await enrolment.fetch_catalogue(made, digest, clock=clock)


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_clock_two_hours_off_enrols_all_the_same(
    claim: Claim, state_dir: Path, hours: int
) -> None:
    wrong = Clock(wall=lambda: now() + timedelta(hours=hours))
    made = await enrolment.enrol(claim, state_dir=state_dir, clock=wrong)
    assert made.device == "d-salla-01"


async def test_an_expired_server_is_refused_once_the_time_is_known(
    claim: Claim, state_dir: Path
) -> None:
    later = Clock()
    much_later = now() + timedelta(days=4000)
    later.learn(much_later, asked_at=later.monotonic(), answered_at=later.monotonic())
    with pytest.raises(Offline):
        await enrolment.enrol(claim, state_dir=state_dir, clock=later)


def test_before_the_time_is_known_a_certificate_has_a_days_slack() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    soon = start - timedelta(hours=2)
    assert within_time(start, end, now=soon, clock_known=False)
    assert not within_time(start, end, now=soon, clock_known=True)
    assert not within_time(start, end, now=end + timedelta(days=2), clock_known=False)


def test_a_claim_that_is_none_says_so(tmp_path: Path) -> None:
    file = tmp_path / "claim.json"
    for content in ("", "{}", json.dumps({"claim_id": "1"})):
        file.write_text(content)
        with pytest.raises(ConfigurationError):
            enrolment.read_claim(file)


def test_an_identity_that_was_cut_off_while_written_changes_nothing(
    device: Identity, state_dir: Path
) -> None:
    half = state_dir / "identity-half"
    half.mkdir()
    (half / "device.pem").write_bytes(b"-----BEGIN")
    again = identity.load(state_dir)
    assert again is not None
    assert again.pem == device.pem


def test_an_identity_that_cannot_be_read_says_what_to_do(device: Identity, state_dir: Path) -> None:
    device.pem.write_bytes(b"nothing")
    with pytest.raises(ConfigurationError, match="new claim"):
        identity.load(state_dir)


def test_the_secret_of_a_claim_is_not_printed(claim: Claim) -> None:
    assert "a secret" not in repr(claim)


# --- fingerprints ------------------------------------------------------------------------------


def test_the_device_vouches_for_its_own_participants_only(device: Identity) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    room = RoomId(new_uuid())
    proof = prover.prove(
        room=room,
        participant=Participant.BOOTH_SCREEN,
        towards=Participant.CLERK,
        attempt=1,
        fingerprint=PRINT,
    )
    proven = open_fingerprint(proof, prover.statement(), issuers=device.issuers, now=now())
    assert proven.sub == "d-salla-01"
    assert proven.proof.room == room
    with pytest.raises(ValueError, match="own participants"):
        prover.prove(
            room=room,
            participant=Participant.CLERK,
            towards=Participant.BOOTH_SCREEN,
            attempt=1,
            fingerprint=PRINT,
        )


def clerk_signal(keyring: Keyring, **wrong: object) -> Signal:
    key = ECKey.generate_key("P-256")
    statement = key_statements.for_staff(
        "clerk-7",
        dict(key.as_dict(private=False)),
        until=now() + timedelta(hours=8),
        key=keyring.statements,
    )
    room = RoomId(new_uuid())
    fields: dict[str, object] = {
        "room": room,
        "participant": "clerk",
        "towards": "booth-agent",
        "attempt": 3,
        "fingerprint": PRINT,
        "iat": int(now().timestamp()),
    }
    proof = sign_fingerprint(FingerprintProof.model_validate(fields | wrong), key=key)
    return Signal(
        room_id=room,
        sender=Participant.CLERK,
        receiver=Participant.BOOTH_AGENT,
        attempt=3,
        type=SignalType.OFFER,
        proof=proof,
        statement=statement,
    )


@pytest.mark.parametrize("sub", ["clerk-7", ""])
def test_a_clerks_proof_is_believed(device: Identity, keyring: Keyring, sub: str) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    prover.check(clerk_signal(keyring), fingerprint=PRINT, sub=sub)


def test_another_clerk_than_the_visits_own_is_not_believed(
    device: Identity, keyring: Keyring
) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    with pytest.raises(NotProven) as doubt:
        prover.check(clerk_signal(keyring), fingerprint=PRINT, sub="clerk-8")
    assert doubt.value.reason == "another_holder"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"room": new_uuid()}, "wrong_room"),
        ({"participant": "interpreter"}, "wrong_pair"),
        ({"towards": "booth-screen"}, "wrong_pair"),
        ({"attempt": 2}, "wrong_attempt"),
        ({"fingerprint": ":".join(["CD"] * 32)}, "wrong_fingerprint"),
        ({"iat": 1_700_000_000}, "expired"),
    ],
)
def test_a_proof_of_something_else_is_not(
    device: Identity, keyring: Keyring, wrong: dict[str, object], reason: str
) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    with pytest.raises(NotProven) as doubt:
        prover.check(clerk_signal(keyring, **wrong), fingerprint=PRINT, sub="clerk-7")
    assert doubt.value.reason == reason


def test_a_clerk_whom_another_issuer_certified_is_not_believed(
    device: Identity, tmp_path: Path
) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    stranger = clerk_signal(Keyring(tmp_path / "stranger"))
    with pytest.raises(NotProven):
        prover.check(stranger, fingerprint=PRINT, sub="clerk-7")


def test_a_device_cannot_pass_for_a_clerk(device: Identity, keyring: Keyring) -> None:
    prover = DeviceProver(identity=lambda: device, clock=Clock())
    signal = clerk_signal(keyring)
    own = FingerprintProof(
        room=signal.room_id,
        participant="clerk",
        towards="booth-agent",
        attempt=3,
        fingerprint=PRINT,
        iat=int(now().timestamp()),
    )
    forged = signal.model_copy(
        update={
            "proof": sign_fingerprint(own, key=device.key),
            "statement": device.trust.key_statement,
        }
    )
    with pytest.raises(NotProven) as doubt:
        prover.check(forged, fingerprint=PRINT, sub=device.device)
    assert doubt.value.reason == "wrong_holder"


def test_tls_older_than_1_3_is_not_spoken(device: Identity) -> None:
    made = tls.context(
        service_ca_pem=device.trust.bundle.service_ca_pem, clock=Clock(), pem=device.pem
    )
    assert made.minimum_version is ssl.TLSVersion.TLSv1_3
    assert made.check_hostname
    assert made.verify_mode is ssl.CERT_REQUIRED
