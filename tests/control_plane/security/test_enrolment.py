"""A claim makes one certificate, of the claim's name, for a key that was proven and is new."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from control_plane.database import Store
from control_plane.errors import Reason
from control_plane.security import audit, enrolment
from control_plane.security.enrolment import Certified, Claim
from control_plane.security.issuers import FileIssuers
from control_plane.security.scope import Scope
from control_plane.security.tables import device_certificate
from tests.clock import FakeClock

SUPPORT = Scope.system("test")
SALLA = "d-salla-01"


def csr(key: object = None, name: str = "whatever") -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    key = key or ec.generate_private_key(ec.SECP256R1())
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256()
    return builder.sign(key, digest).public_bytes(Encoding.PEM).decode()  # type: ignore[arg-type]


class Office:
    """Support's desk and the endpoint's operations, over one Store."""

    def __init__(self, store: Store, issuers: FileIssuers, clock: FakeClock) -> None:
        self.store, self.issuers, self.clock = store, issuers, clock

    async def claim(self, device: str = SALLA) -> Claim:
        return await self.store.run(
            lambda tx: enrolment.make_claim(tx, SUPPORT, device, now=self.clock.now())
        )

    async def enrol(self, claim: Claim, request: str, secret: str = "") -> Certified | Reason:
        return await self.store.run(
            lambda tx: enrolment.enrol(
                tx,
                self.issuers,
                claim_id=claim.claim_id,
                secret=secret or claim.secret,
                csr_pem=request,
                now=self.clock.now(),
            )
        )

    async def renew(self, certificate: x509.Certificate, request: str) -> Certified | Reason:
        serial = enrolment.serial_text(certificate.serial_number)
        return await self.store.run(
            lambda tx: enrolment.renew(
                tx, self.issuers, serial=serial, csr_pem=request, now=self.clock.now()
            )
        )

    async def revoke(self, device: str = SALLA) -> int:
        return await self.store.run(
            lambda tx: enrolment.revoke(tx, SUPPORT, device, reason="stolen", now=self.clock.now())
        )

    async def standing(self, certificate: x509.Certificate) -> str | None:
        serial = enrolment.serial_text(certificate.serial_number)
        return await self.store.read(
            lambda tx: enrolment.standing(tx, serial, now=self.clock.now())
        )


@pytest.fixture
def office(store: Store, issuers: FileIssuers, clock: FakeClock) -> Office:
    return Office(store, issuers, clock)


def certificate_of(outcome: Certified | Reason) -> x509.Certificate:
    assert isinstance(outcome, Certified)
    return outcome.certificate


def common_name(certificate: x509.Certificate) -> str:
    value = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert isinstance(value, str)
    return value


@pytest.mark.parametrize(
    "name", ["d-inari-01", "control-plane", "+", "#", "d-salla-01/../#", "svc:control-plane:1"]
)
async def test_the_name_is_the_claims_whatever_the_csr_says(office: Office, name: str) -> None:
    certificate = certificate_of(await office.enrol(await office.claim(), csr(name=name)))
    assert common_name(certificate) == SALLA
    assert certificate.not_valid_after_utc == office.clock.now() + timedelta(days=30)


async def test_a_claim_works_once(office: Office) -> None:
    claim = await office.claim()
    certificate_of(await office.enrol(claim, csr()))
    assert await office.enrol(claim, csr()) == enrolment.CLAIM_REFUSED


async def test_four_who_race_for_a_claim_get_one_certificate(office: Office) -> None:
    claim = await office.claim()
    outcomes = await asyncio.gather(*(office.enrol(claim, csr()) for _ in range(4)))
    assert sum(isinstance(each, Certified) for each in outcomes) == 1


async def test_an_answer_that_got_lost_is_given_again_to_the_same_key(office: Office) -> None:
    claim, request = await office.claim(), csr()
    first = certificate_of(await office.enrol(claim, request))
    again = certificate_of(await office.enrol(claim, request))
    assert first == again


async def test_a_claim_is_good_for_24_hours(office: Office) -> None:
    claim = await office.claim()
    office.clock.pass_(hours=24)
    assert await office.enrol(claim, csr()) == enrolment.CLAIM_REFUSED


async def test_a_claim_is_dead_after_5_wrong_secrets(office: Office) -> None:
    claim = await office.claim()
    for _ in range(5):
        assert await office.enrol(claim, csr(), secret="wrong") == enrolment.CLAIM_REFUSED  # noqa: S106
    assert await office.enrol(claim, csr()) == enrolment.CLAIM_REFUSED


async def test_a_newer_claim_ends_the_older_one(office: Office) -> None:
    older, newer = await office.claim(), await office.claim()
    assert await office.enrol(older, csr()) == enrolment.CLAIM_REFUSED
    certificate_of(await office.enrol(newer, csr()))


async def test_a_public_key_is_accepted_once_in_the_fleet(office: Office) -> None:
    request = csr(ec.generate_private_key(ec.SECP256R1()))
    certificate_of(await office.enrol(await office.claim(), request))
    other = await office.claim("d-inari-01")
    assert await office.enrol(other, request) == enrolment.KEY_USED
    certificate_of(await office.enrol(other, csr()))


def forged() -> str:
    """A CSR whose key did not sign it."""
    pem = csr()
    der = bytearray(x509.load_pem_x509_csr(pem.encode()).public_bytes(Encoding.DER))
    der[-1] ^= 1
    return x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize(
    "request_pem",
    [
        csr(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        csr(ec.generate_private_key(ec.SECP384R1())),
        csr(ed25519.Ed25519PrivateKey.generate()),
        forged(),
        "",
        "junk",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
    ],
)
async def test_only_a_proven_p256_key_is_certified(office: Office, request_pem: str) -> None:
    assert await office.enrol(await office.claim(), request_pem) == enrolment.CSR_REFUSED


async def test_a_device_renews_with_a_new_key_and_keeps_its_name(office: Office) -> None:
    old = certificate_of(await office.enrol(await office.claim(), csr()))
    office.clock.pass_(days=20)
    request = csr(name="d-inari-01")
    new = certificate_of(await office.renew(old, request))
    assert common_name(new) == SALLA
    assert new.not_valid_after_utc == office.clock.now() + timedelta(days=30)
    assert certificate_of(await office.renew(old, request)) == new


async def test_an_expired_certificate_renews_nothing(office: Office) -> None:
    old = certificate_of(await office.enrol(await office.claim(), csr()))
    office.clock.pass_(days=31)
    assert await office.renew(old, csr()) == enrolment.REVOKED


async def test_a_revoked_device_is_out_until_a_new_claim(office: Office) -> None:
    claim = await office.claim()
    request = csr()
    old = certificate_of(await office.enrol(claim, request))
    open_claim = await office.claim()
    assert await office.revoke() == 1
    assert await office.standing(old) is None
    assert await office.renew(old, csr()) == enrolment.REVOKED
    assert await office.enrol(claim, request) == enrolment.CLAIM_REFUSED
    assert await office.enrol(open_claim, csr()) == enrolment.CLAIM_REFUSED
    new = certificate_of(await office.enrol(await office.claim(), csr()))
    assert await office.standing(new) == SALLA


async def test_the_revocation_list_has_the_revoked_and_is_good_for_7_days(
    office: Office,
) -> None:
    kept = certificate_of(await office.enrol(await office.claim("d-inari-01"), csr()))
    gone = certificate_of(await office.enrol(await office.claim(), csr()))
    await office.revoke()
    now = office.clock.now()
    listed = await office.store.read(lambda tx: enrolment.revoked(tx, now=now))
    crls = office.issuers.device_crls(listed, now=now).split(b"-----END X509 CRL-----\n")
    crl = x509.load_pem_x509_crl(crls[0] + b"-----END X509 CRL-----\n")
    assert crl.get_revoked_certificate_by_serial_number(gone.serial_number) is not None
    assert crl.get_revoked_certificate_by_serial_number(kept.serial_number) is None
    assert crl.next_update_utc == now + timedelta(days=7)
    office.clock.pass_(days=31)
    later = await office.store.read(lambda tx: enrolment.revoked(tx, now=office.clock.now()))
    assert later == []


async def test_every_step_stands_in_the_audit_log(office: Office) -> None:
    claim = await office.claim()
    await office.enrol(claim, csr(), secret="wrong")  # noqa: S106
    old = certificate_of(await office.enrol(claim, csr()))
    await office.renew(old, csr())
    await office.revoke()
    await office.renew(old, csr())
    rows = await office.store.read(lambda tx: audit.rows(tx, SUPPORT))
    assert [row.entry.action for row in rows] == [
        "device.claimed",
        "device.refused",
        "device.enrolled",
        "device.renewed",
        "device.revoked",
        "device.refused",
    ]
    assert claim.secret not in str(rows)


async def test_the_secret_is_stored_as_a_digest(office: Office) -> None:
    claim = await office.claim()
    stored = await office.store.read(
        lambda tx: tx.execute(sa.text("SELECT * FROM device_claim")).all()
    )
    assert claim.secret not in str(stored)
    assert await office.store.read(lambda tx: tx.execute(sa.select(device_certificate)).all()) == []
