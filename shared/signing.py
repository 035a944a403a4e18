"""Who said this? Signatures on messages, on keys and on DTLS fingerprints.

Three kinds of compact JWS (RFC 7515), told apart by ``typ``:

- an *order*: a downward message for one device, Ed25519 (RFC 9864), by the command key set;
  `shared.orders` opens it;
- a *key statement*: an issuer says whose a P-256 key is and until when, ES256;
- a *fingerprint proof*: the holder of such a key says which DTLS certificate it uses in a
  room, ES256. The parties check it before media flows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey
from pydantic import Field, ValidationError

from shared.envelope import Wire
from shared.identifiers import RoomId
from shared.orders import ORDER_TYPE, NotProven, Order

STATEMENT_TYPE = "etapiste-key+jws"
PROOF_TYPE = "etapiste-fingerprint+jws"

# A proof is made when a connection starts; older ones are a replay.
PROOF_LIFE = timedelta(minutes=2)


def thumbprint(key: ECKey | OKPKey) -> str:
    """A key's name: its JWK thumbprint (RFC 7638)."""
    return key.thumbprint()


def sign_order(envelope: bytes, *, device: str, key: OKPKey) -> str:
    """Sign a downward message for one device; the envelope carries its own id and expiry."""
    header = {"alg": "Ed25519", "typ": ORDER_TYPE, "kid": thumbprint(key)}
    claims = Order(aud=device, msg=envelope.decode())
    return jws.serialize_compact(header, claims.model_dump_json(), key, algorithms=["Ed25519"])


class Holder(StrEnum):
    """What kind of party holds a certified key."""

    DEVICE = "device"
    STAFF = "staff"


class KeyStatement(Wire):
    """An issuer's word: this public key (JWK, P-256) is ``sub``'s until ``exp`` (Unix seconds).

    ``sub`` is a device's name, or a pseudonym of a staff member for one shift.
    """

    sub: Annotated[str, Field(max_length=64)]
    holder: Holder
    jwk: dict[str, Any]
    exp: int


def sign_statement(statement: KeyStatement, *, key: ECKey) -> str:
    """Certify a public key with an issuer's key."""
    header = {"alg": "ES256", "typ": STATEMENT_TYPE, "kid": thumbprint(key)}
    return jws.serialize_compact(header, statement.model_dump_json(), key, algorithms=["ES256"])


def open_statement(token: str, *, issuers: KeySet, now: datetime) -> KeyStatement:
    """Check an issuer's word about a key, or raise `NotProven`."""
    claims = _open(token, issuers, typ=STATEMENT_TYPE)
    try:
        statement = KeyStatement.model_validate_json(claims)
    except ValidationError:
        raise NotProven("malformed") from None
    if now.timestamp() >= statement.exp:
        raise NotProven("expired")
    return statement


class FingerprintProof(Wire):
    """Which DTLS certificate a participant uses: SHA-256 over DER, upper-case hex with colons.

    ``iat`` is in Unix seconds. RFC 8122 §5 for the fingerprint's form.
    """

    room: RoomId
    participant: Annotated[str, Field(max_length=32)]
    towards: Annotated[str, Field(max_length=32)]
    attempt: int
    fingerprint: Annotated[str, Field(pattern=r"^([0-9A-F]{2}:){31}[0-9A-F]{2}$")]
    iat: int


def sign_fingerprint(proof: FingerprintProof, *, key: ECKey) -> str:
    """Vouch for a DTLS certificate with a certified key."""
    header = {"alg": "ES256", "typ": PROOF_TYPE}
    return jws.serialize_compact(header, proof.model_dump_json(), key, algorithms=["ES256"])


@dataclass(frozen=True, slots=True)
class ProvenFingerprint:
    """A fingerprint that a certified party vouched for."""

    holder: Holder
    sub: str
    proof: FingerprintProof


def open_fingerprint(
    proof: str, statement: str, *, issuers: KeySet, now: datetime
) -> ProvenFingerprint:
    """Check a fingerprint's proof against the statement of the key that signed it."""
    known = open_statement(statement, issuers=issuers, now=now)
    try:
        key = ECKey.import_key(known.jwk)
    except (JoseError, ValueError):
        raise NotProven("malformed") from None
    claims = _open(proof, KeySet([key]), typ=PROOF_TYPE)
    try:
        found = FingerprintProof.model_validate_json(claims)
    except ValidationError:
        raise NotProven("malformed") from None
    if abs(now.timestamp() - found.iat) > PROOF_LIFE.total_seconds():
        raise NotProven("expired")
    return ProvenFingerprint(holder=known.holder, sub=known.sub, proof=found)


def _open(token: str, keys: KeySet, *, typ: str) -> bytes:
    try:
        opened = jws.deserialize_compact(token, keys, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        raise NotProven("bad_signature") from None
    if opened.headers().get("typ") != typ:
        raise NotProven("wrong_type")
    return opened.payload
