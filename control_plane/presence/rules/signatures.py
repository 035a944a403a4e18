"""Is this webhook whole, fresh and from whom it says? Standard Webhooks, symmetric signatures.

The signature is HMAC-SHA256 over ``id.timestamp.body`` (specification at standardwebhooks.com,
«Signature scheme»); several stand side by side while a secret is being changed.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
LONGEST_ID = 128
# More than this many stand in no honest header.
MOST = 8


class Verdict(StrEnum):
    """What is to be thought of a message."""

    GENUINE = "genuine"
    FORGED = "forged"  # or whatever else does not fit its signature
    STALE = "stale"  # genuine, but too old or from the future


def shown(secret: bytes) -> str:
    """A secret as people carry it from one system to the other."""
    return PREFIX + b64encode(secret).decode()


def carried(text: str) -> bytes:
    """The secret behind what was shown; a ValueError for anything else."""
    if not text.startswith(PREFIX):
        raise ValueError("a webhook's secret begins with whsec_")
    return b64decode(text.removeprefix(PREFIX), validate=True)


def headers(secrets: Iterable[bytes], identity: str, body: bytes, now: datetime) -> dict[str, str]:
    """What stands beside a body that is sent now; a signature by each secret that holds."""
    stamp = str(int(now.timestamp()))
    signatures = (
        f"v1,{b64encode(_sign(each, identity, stamp, body)).decode()}" for each in secrets
    )
    return {ID: identity, TIMESTAMP: stamp, SIGNATURE: " ".join(signatures)}


def judge(
    secrets: Iterable[bytes], given: Mapping[str, str], body: bytes, now: datetime
) -> Verdict:
    """Judge a message by its headers (names in lower case); compared in constant time."""
    identity, stamp = given.get(ID, ""), given.get(TIMESTAMP, "")
    if not 0 < len(identity) <= LONGEST_ID or not (stamp.isascii() and stamp.isdigit()):
        return Verdict.FORGED
    said = [_decoded(each) for each in given.get(SIGNATURE, "").split()[:MOST]]
    genuine = False
    for secret in secrets:
        expected = _sign(secret, identity, stamp, body)
        for each in said:
            genuine |= hmac.compare_digest(expected, each)
    if not genuine:
        return Verdict.FORGED
    # Seconds beyond any calendar are far from now too.
    away_s = abs(int(stamp[:16]) - now.astimezone(UTC).timestamp())
    return Verdict.STALE if away_s > TOLERANCE.total_seconds() else Verdict.GENUINE


def _sign(secret: bytes, identity: str, stamp: str, body: bytes) -> bytes:
    return hmac.digest(secret, f"{identity}.{stamp}.".encode() + body, hashlib.sha256)


def _decoded(signature: str) -> bytes:
    version, _, value = signature.partition(",")
    if version != "v1":
        return b""
    try:
        return b64decode(value, validate=True)
    except Error:
        return b""
