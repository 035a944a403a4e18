"""How does a device come to its certificate? One-time claim → CSR → certificate, and renewal.

Support makes a claim for a name; the device proves with a CSR that it holds a key. The name is
the claim's, never the CSR's; a claim works once, for 24 hours and 5 tries; a public key is
accepted once in the fleet; keys are P-256. An answer that got lost may be asked for again with
the same key. What fails is counted and logged, so operations *return* a refusal and the
endpoint refuses after the commit.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict

from control_plane.database import Tx
from control_plane.errors import Reason
from control_plane.security import audit
from control_plane.security.issuers import Issuers, Revoked
from control_plane.security.scope import Scope
from control_plane.security.tables import device_certificate, device_claim
from shared.identifiers import DeviceName

CLAIM_LIFE = timedelta(hours=24)
TRIES = 5

CLAIM_REFUSED = Reason("claim_refused", 403, "The claim is unknown, wrong, used or too old.")
CSR_REFUSED = Reason("csr_refused", 422, "Not a CSR with a proof of possession of a P-256 key.")
KEY_USED = Reason("key_used", 409, "This public key was certified before: make a new one.")
REVOKED = Reason("revoked", 403, "The device's certificate counts no more.")


class Claim(BaseModel):
    """What the technician carries to the device; the secret exists nowhere else."""

    model_config = ConfigDict(frozen=True)

    claim_id: str
    secret: str
    device: DeviceName


@dataclass(frozen=True, slots=True)
class Certified:
    """A device and its certificate."""

    device: DeviceName
    certificate: x509.Certificate


def make_claim(tx: Tx, scope: Scope, device: DeviceName, *, now: datetime) -> Claim:
    """A fresh claim for ``device``; earlier unused ones end."""
    claim = Claim(claim_id=secrets.token_hex(4), secret=secrets.token_urlsafe(20), device=device)
    tx.execute(
        sa.update(device_claim)
        .where(device_claim.c.device == device, device_claim.c.used_at.is_(None))
        .values(expires_at=now)
    )
    tx.execute(
        sa.insert(device_claim),
        {
            "id": claim.claim_id,
            "device": device,
            "secret_hash": _digest(claim.secret.encode()),
            "created_at": now,
            "expires_at": now + CLAIM_LIFE,
            "tries": 0,
        },
    )
    audit.record(
        tx, scope, "device.claimed", subject=f"device:{device}", now=now, claim=claim.claim_id
    )
    return claim


def enrol(  # noqa: PLR0913 - the request's parts
    tx: Tx, issuers: Issuers, *, claim_id: str, secret: str, csr_pem: str, now: datetime
) -> Certified | Reason:
    """Take a claim up."""
    tx.lock(f"claim:{claim_id}")
    row = tx.execute(sa.select(device_claim).where(device_claim.c.id == claim_id)).one_or_none()
    if row is None:
        return _refused(tx, "unknown", CLAIM_REFUSED, now, why="unknown")
    device: DeviceName = row.device
    if why := _wrong(row, secret, now):
        _count_try(tx, claim_id)
        return _refused(tx, device, CLAIM_REFUSED, now, why=why)
    key = _proven_key(csr_pem)
    if key is None:
        _count_try(tx, claim_id)
        return _refused(tx, device, CSR_REFUSED, now)
    if row.used_at is not None:
        earlier = _earlier(tx, device, key, claim_id=claim_id)
        return earlier or _refused(tx, device, CLAIM_REFUSED, now, why="used")
    issued = _issue(tx, issuers, device, key, claim_id=claim_id, now=now)
    if isinstance(issued, Reason):
        _count_try(tx, claim_id)
        return _refused(tx, device, issued, now)
    tx.execute(sa.update(device_claim).where(device_claim.c.id == claim_id).values(used_at=now))
    _log(tx, device, "device.enrolled", now, serial=_serial(issued.certificate))
    return issued


def renew(
    tx: Tx, issuers: Issuers, *, serial: str, csr_pem: str, now: datetime
) -> Certified | Reason:
    """A new certificate for a device that shows its present one (by its serial number)."""
    device = standing(tx, serial, now=now)
    if device is None:
        return _refused(tx, "unknown", REVOKED, now)
    tx.lock(f"renew:{device}")
    key = _proven_key(csr_pem)
    if key is None:
        return _refused(tx, device, CSR_REFUSED, now)
    if earlier := _earlier(tx, device, key, claim_id=None):
        return earlier
    issued = _issue(tx, issuers, device, key, claim_id=None, now=now)
    if isinstance(issued, Reason):
        return _refused(tx, device, issued, now)
    _log(tx, device, "device.renewed", now, serial=_serial(issued.certificate))
    return issued


def standing(tx: Tx, serial: str, *, now: datetime) -> DeviceName | None:
    """Whose certificate is this, if it counts?"""
    found: DeviceName | None = tx.execute(
        sa.select(device_certificate.c.device).where(
            device_certificate.c.serial == serial,
            device_certificate.c.revoked_at.is_(None),
            device_certificate.c.not_after > now,
        )
    ).scalar_one_or_none()
    return found


def revoke(tx: Tx, scope: Scope, device: DeviceName, *, reason: str, now: datetime) -> int:
    """Make every certificate and open claim of a device worthless; gives how many certificates."""
    done = tx.execute(
        sa.update(device_certificate)
        .where(device_certificate.c.device == device, device_certificate.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_reason=reason)
    )
    tx.execute(
        sa.update(device_claim)
        .where(device_claim.c.device == device, device_claim.c.expires_at > now)
        .values(expires_at=now)
    )
    audit.record(
        tx,
        scope,
        "device.revoked",
        subject=f"device:{device}",
        now=now,
        reason=reason,
        certificates=done.rowcount,
    )
    return done.rowcount


def void_claims(tx: Tx, *, now: datetime) -> None:
    """Make every open claim worthless: one may have been used that this database still knows."""
    tx.execute(
        sa.update(device_claim)
        .where(device_claim.c.used_at.is_(None), device_claim.c.expires_at > now)
        .values(expires_at=now)
    )


def revoked(tx: Tx, *, now: datetime) -> list[Revoked]:
    """What must stand in the revocation list: revoked and not yet expired by itself."""
    rows = tx.execute(
        sa.select(device_certificate.c.serial, device_certificate.c.revoked_at)
        .where(device_certificate.c.revoked_at.is_not(None), device_certificate.c.not_after > now)
        .order_by(device_certificate.c.serial)
    )
    return [Revoked(serial=int(row.serial, 16), at=row.revoked_at) for row in rows]


def _wrong(claim: sa.Row[Any], secret: str, now: datetime) -> str:
    if claim.tries >= TRIES:
        return "tries"
    if not hmac.compare_digest(_digest(secret.encode()), claim.secret_hash):
        return "secret"
    return "too_old" if now >= claim.expires_at else ""


def _proven_key(csr_pem: str) -> ec.EllipticCurvePublicKey | None:
    """The CSR's key, when the CSR proves possession and the key is P-256; its names are ignored."""
    try:
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        key = csr.public_key()
        proven = csr.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not proven:
        return None
    return key if isinstance(key.curve, ec.SECP256R1) else None


def _issue(  # noqa: PLR0913 - what a certificate's row is made of
    tx: Tx,
    issuers: Issuers,
    device: DeviceName,
    key: ec.EllipticCurvePublicKey,
    *,
    claim_id: str | None,
    now: datetime,
) -> Certified | Reason:
    tx.lock("device-keys")
    used = sa.select(device_certificate.c.serial).where(
        device_certificate.c.key_hash == _key_hash(key)
    )
    if tx.execute(used).first() is not None:
        return KEY_USED
    certificate = issuers.certify_device(device, key, now=now)
    tx.execute(
        sa.insert(device_certificate),
        {
            "serial": _serial(certificate),
            "device": device,
            "key_hash": _key_hash(key),
            "claim_id": claim_id,
            "pem": certificate.public_bytes(Encoding.PEM).decode(),
            "created_at": now,
            "not_after": certificate.not_valid_after_utc,
        },
    )
    return Certified(device, certificate)


def _earlier(
    tx: Tx, device: DeviceName, key: ec.EllipticCurvePublicKey, *, claim_id: str | None
) -> Certified | None:
    """The certificate that this very request was answered with before."""
    same_way = (
        device_certificate.c.claim_id.is_(None)
        if claim_id is None
        else device_certificate.c.claim_id == claim_id
    )
    pem = tx.execute(
        sa.select(device_certificate.c.pem).where(
            device_certificate.c.device == device,
            device_certificate.c.key_hash == _key_hash(key),
            device_certificate.c.revoked_at.is_(None),
            same_way,
        )
    ).scalar_one_or_none()
    return None if pem is None else Certified(device, x509.load_pem_x509_certificate(pem.encode()))


def _count_try(tx: Tx, claim_id: str) -> None:
    tx.execute(
        sa.update(device_claim)
        .where(device_claim.c.id == claim_id)
        .values(tries=device_claim.c.tries + 1)
    )


def _refused(tx: Tx, device: str, reason: Reason, now: datetime, *, why: str = "") -> Reason:
    _log(tx, device, "device.refused", now, code=reason.code, why=why)
    return reason


def _log(tx: Tx, device: str, action: str, now: datetime, **detail: str) -> None:
    scope = Scope.of_device(device) if device != "unknown" else Scope.system("endpoint")
    audit.record(tx, scope, action, subject=f"device:{device}", now=now, **detail)


def _key_hash(key: ec.EllipticCurvePublicKey) -> str:
    return _digest(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _serial(certificate: x509.Certificate) -> str:
    return serial_text(certificate.serial_number)


def serial_text(serial: int) -> str:
    """A serial number as it is stored."""
    return f"{serial:040x}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
