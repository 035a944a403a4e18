"""Did the control plane order this? The one signature that a device checks while it idles.

An order is a compact JWS (RFC 7515) of one kind only: Ed25519 (RFC 9864), our ``typ``, and a
``kid`` that is the thumbprint of a command key. joserfc makes them (`shared.signing`); here they
are opened by hand with libsodium, because joserfc brings all of JOSE and of OpenSSL a second
time: 10 MB of a device that idles for months. Nothing in a token chooses what is done with it.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey
from pydantic import ConfigDict, ValidationError

from shared.envelope import Wire

ORDER_TYPE = "etapiste-order+jws"

_COMPACT = re.compile(r"(([\w-]+)\.([\w-]+))\.([\w-]+)", re.ASCII)


class NotProven(ValueError):
    """A signature, its audience or its time does not hold; ``reason`` is a fixed phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Order(Wire):
    """The claims around a downward message: for whom, and the envelope as text."""

    aud: str
    msg: str


class _Header(Wire):
    """Nothing else may stand in it: an extension that must be understood would not be."""

    model_config = ConfigDict(extra="forbid")

    alg: Literal["Ed25519"]
    kid: str
    typ: str = ""


class _PublicKey(Wire):
    """RFC 8037 §2."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str


@dataclass(frozen=True, slots=True)
class CommandKeys:
    """Who may order, by thumbprint."""

    by_name: Mapping[str, VerifyKey]

    @classmethod
    def read(cls, jwk_set: Mapping[str, Any]) -> Self:
        """The Ed25519 keys of a JWK set; others in it are no command keys."""
        found = {}
        for jwk in jwk_set.get("keys", ()):
            try:
                key = _PublicKey.model_validate(jwk)
                found[_thumbprint(key)] = VerifyKey(_decoded(key.x))
            except (ValidationError, CryptoError, ValueError, TypeError):
                continue
        return cls(found)


def open_order(token: bytes | str, *, device: str, keys: CommandKeys) -> bytes:
    """Check the signature and the audience; gives the envelope's bytes or raises `NotProven`.

    Expiry is in the envelope and judged by the reader, who knows the server's time.
    """
    text = token.decode("ascii", errors="replace") if isinstance(token, bytes) else token
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        raise NotProven("bad_signature")
    signed, header, claims, signature = parts.groups()
    try:
        said = _Header.model_validate_json(_decoded(header))
        keys.by_name[said.kid].verify(signed.encode(), _decoded(signature))
    except (ValidationError, KeyError, CryptoError, ValueError):
        raise NotProven("bad_signature") from None
    if said.typ != ORDER_TYPE:
        raise NotProven("wrong_type")
    try:
        order = Order.model_validate_json(_decoded(claims))
    except (ValidationError, ValueError):
        raise NotProven("malformed") from None
    if order.aud != device:
        raise NotProven("wrong_audience")
    return order.msg.encode()


def _thumbprint(key: _PublicKey) -> str:
    """RFC 7638: SHA-256 over the members that matter, in their order, without spaces."""
    members = json.dumps(
        {"crv": key.crv, "kty": key.kty, "x": key.x}, separators=(",", ":"), sort_keys=True
    )
    return _encoded(hashlib.sha256(members.encode()).digest())


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
