"""Whose is this session key? Statements that parties of a room check before media flows."""

from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from control_plane.errors import Reason, Refusal
from shared.identifiers import DeviceName
from shared.signing import Holder, KeyStatement, sign_statement

NOT_A_KEY = Reason("not_a_key", 422, "The key is not a public P-256 key (JWK).")


def for_device(device: DeviceName, certificate: x509.Certificate, *, key: ECKey) -> str:
    """A statement that lives as long as the device's certificate."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("devices have P-256 keys")
    spki = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    statement = KeyStatement(
        sub=device,
        holder=Holder.DEVICE,
        jwk=_public(ECKey.import_key(spki)),
        exp=int(certificate.not_valid_after_utc.timestamp()),
    )
    return sign_statement(statement, key=key)


def for_staff(pseudonym: str, jwk: dict[str, Any], *, until: datetime, key: ECKey) -> str:
    """A statement for the rest of a shift; refuses what is no public P-256 key."""
    try:
        found = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, KeyError, ValueError, TypeError):
        raise Refusal(NOT_A_KEY) from None
    if found.curve_name != "P-256":
        raise Refusal(NOT_A_KEY)
    statement = KeyStatement(
        sub=pseudonym, holder=Holder.STAFF, jwk=_public(found), exp=int(until.timestamp())
    )
    return sign_statement(statement, key=key)


def _public(key: ECKey) -> dict[str, Any]:
    # Only what identifies the key: whatever else a browser sent is not vouched for.
    whole = key.as_dict(private=False)
    return {name: whole[name] for name in ("kty", "crv", "x", "y")}
