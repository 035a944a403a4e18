"""Where are the control plane's own keys, and which is in use? Files of mode 0600.

Command keys (Ed25519) sign what devices do. A new one is made every 90 days and signs 30 days
later, when every device has fetched it with its renewed certificate (at 20 days). The audit key
(Ed25519) signs checkpoints only. The statement key (P-256) says whose a session key is. Contact
centres' webhook secrets and people's second factors are derived from a key each, so that the
database holds none of them. Each is a key of its own, so that one that leaks is not all of them.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import ECKey, KeySet, OKPKey

from shared.identifiers import DeviceName
from shared.signing import sign_order

COMMAND_LIFE = timedelta(days=90)
# From when a key is published to when it signs; and how long it is still known afterwards.
COMMAND_LEAD = timedelta(days=30)
_STAMP = "%Y%m%dT%H%M%SZ"


def write_private(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all, readable by its owner only."""
    with _beside(path, content) as temporary:
        temporary.replace(path)


def create_private(path: Path, content: bytes) -> None:
    """The same for a file that must not change any more: another process may have been first."""
    with _beside(path, content) as temporary, contextlib.suppress(FileExistsError):
        path.hardlink_to(temporary)


@contextlib.contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def private_pem(key: PrivateKeyTypes) -> bytes:
    """A private key as unencrypted PKCS #8: it is the file's mode that guards it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def kept(path: Path, make: Callable[[], PrivateKeyTypes]) -> bytes:
    """The key's PEM at ``path``, made at the first time."""
    if not path.exists():
        create_private(path, private_pem(make()))
    return path.read_bytes()


class Keyring:
    """The keys of one installation; every replica has the same state directory's content."""

    def __init__(self, state_dir: Path) -> None:
        self._directory = state_dir / "keys"
        self._commands: list[tuple[datetime, OKPKey]] = []
        self.audit = OKPKey.import_key(
            kept(self._directory / "audit.pem", ed25519.Ed25519PrivateKey.generate)
        )
        self.statements = ECKey.import_key(kept(self._directory / "statements.pem", new_p256))

    def sign_order(self, device: DeviceName, envelope: bytes, *, now: datetime) -> str:
        """A downward message, signed with the newest command key."""
        return sign_order(envelope, device=device, key=self._in_use(now))

    def command_keys(self, now: datetime) -> dict[str, Any]:
        """The public command keys that devices are to trust, as a JWK set."""
        self._refresh(now)
        trusted = COMMAND_LIFE + 2 * COMMAND_LEAD
        return public_set([key for made, key in self._commands if now - made < trusted])

    def issuers(self) -> dict[str, Any]:
        """The public keys that key statements are checked with, as a JWK set."""
        return public_set([self.statements])

    def webhook_secret(self, purpose: str, generation: int) -> bytes:
        """The 32 bytes that a webhook of this purpose is signed with; a new one by generation."""
        return self._derived("webhooks.key", f"{purpose}:{generation}")

    def factor_secret(self, account: str, generation: int) -> bytes:
        """The 160 bits that make the codes of an account's second factor (RFC 4226 §4)."""
        return self._derived("factors.key", f"{account}:{generation}")[:20]

    def audit_keys(self) -> KeySet:
        """What checkpoints are checked with."""
        return KeySet([OKPKey.import_key(self.audit.as_dict(private=False))])

    def _derived(self, name: str, what: str) -> bytes:
        path = self._directory / name
        if not path.exists():
            create_private(path, secrets.token_bytes(32))
        return hmac.digest(path.read_bytes(), what.encode(), hashlib.sha256)

    def _in_use(self, now: datetime) -> OKPKey:
        self._refresh(now)
        known = [key for made, key in self._commands if now - made >= COMMAND_LEAD]
        # The very first key has nobody to wait for.
        return known[-1] if known else self._commands[0][1]

    def _refresh(self, now: datetime) -> None:
        if self._is_fresh(now):
            return
        self._commands = self._stored()  # another replica may have made it
        if not self._is_fresh(now):
            self._commands.append(self._make(now))

    def _is_fresh(self, now: datetime) -> bool:
        return bool(self._commands) and now - self._commands[-1][0] < COMMAND_LIFE

    def _stored(self) -> list[tuple[datetime, OKPKey]]:
        found = sorted(self._directory.glob("command-*.pem"))
        return [(_made(path), OKPKey.import_key(path.read_bytes())) for path in found]

    def _make(self, now: datetime) -> tuple[datetime, OKPKey]:
        path = self._directory / f"command-{now.strftime(_STAMP)}.pem"
        pem = kept(path, ed25519.Ed25519PrivateKey.generate)
        return _made(path), OKPKey.import_key(pem)


def new_p256() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def public_set(keys: list[OKPKey] | list[ECKey]) -> dict[str, Any]:
    """A JWK set of public parts, each named by its thumbprint."""
    return {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint()} for key in keys]}


def _made(path: Path) -> datetime:
    stamp = path.stem.removeprefix("command-")
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
