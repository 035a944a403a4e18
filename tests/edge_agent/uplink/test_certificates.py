"""Does the child make a key, a request for it, and read a certificate, and does nothing stay?"""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from control_plane.security.issuers import FileIssuers
from edge_agent.errors import ConfigurationError
from edge_agent.uplink import certificates, identity
from edge_agent.uplink.identity import Identity
from tests.edge_agent.counterpart import now


async def test_a_key_and_its_request_belong_together_and_are_new_each_time() -> None:
    made = await certificates.new_key("d-salla-01")
    key = load_pem_private_key(made.key_pem.encode(), password=None)
    request = x509.load_pem_x509_csr(made.csr_pem.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert request.is_signature_valid
    assert request.public_key() == key.public_key()
    assert [name.value for name in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [
        "d-salla-01"
    ]
    assert (await certificates.new_key("d-salla-01")).key_pem != made.key_pem


async def test_a_private_key_is_not_printed() -> None:
    made = await certificates.new_key("d-salla-01")
    assert "PRIVATE" not in f"{made} {made!r}"


async def test_the_end_of_a_certificate_is_read(tmp_path: Path) -> None:
    issuers = FileIssuers(tmp_path, now=now())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = issuers.certify_device("d-salla-01", key.public_key(), now=now())
    pem = certificate.public_bytes(Encoding.PEM).decode()
    assert await certificates.end_of(pem) == certificate.not_valid_after_utc


async def test_what_is_no_certificate_says_so() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await certificates.end_of("nothing")


def test_an_identity_from_before_the_end_stood_beside_it_is_read(
    device: Identity, state_dir: Path
) -> None:
    trust = device.pem.with_name("trust.json")
    before = device.trust.model_copy(update={"certificate_until": None})
    trust.write_text(before.model_dump_json(exclude_none=True))
    again = identity.load(state_dir)
    assert again is not None
    assert again.not_after == device.not_after
    assert again.not_after - now() > timedelta(days=29)


def test_a_certificate_for_another_key_changes_nothing(
    device: Identity, state_dir: Path, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuers = FileIssuers(tmp_path / "issuers", now=now())
    certificate = issuers.certify_device("d-salla-01", key.public_key(), now=now())
    with pytest.raises(ConfigurationError, match="another key"):
        identity.store(
            state_dir,
            key_pem=device.key_pem,
            certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
            chain_pem=issuers.device_chain().decode(),
            trust=device.trust,
        )
    again = identity.load(state_dir)
    assert again is not None
    assert again.pem == device.pem
    assert [path.name for path in state_dir.glob("identity-*")] == [device.pem.parent.name]
