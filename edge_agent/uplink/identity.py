"""Who is this device, whom does it trust, and where does that stand on disk?

One generation is a directory with the private key and certificates (``device.pem``, 0600)
and what was given with them (``trust.json``). A symbolic link names the generation that
holds, so that a power cut leaves either the old one or the new one, never a mixture.
"""

import os
import secrets
import shutil
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from edge_agent.errors import ConfigurationError
from shared.envelope import Wire, WireTime
from shared.identifiers import DeviceName
from shared.orders import CommandKeys

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, KeySet

_CURRENT = "identity"
_END_OF_KEY = b"-----END PRIVATE KEY-----"


class Bundle(Wire):
    """Whose signatures this device believes."""

    command_keys: dict[str, Any]  # JWK set, Ed25519
    issuers: dict[str, Any]  # JWK set, P-256
    service_ca_pem: str


class Mqtt(Wire):
    """Where the broker is."""

    host: str
    port: int


class Trust(Wire):
    """What stands beside the certificate."""

    device: DeviceName
    endpoint: str
    bundle: Bundle
    key_statement: str
    mqtt: Mqtt
    certificate_until: WireTime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The device as it can prove itself."""

    trust: Trust
    pem: Path  # key, certificate and chain, for TLS
    key_pem: bytes = field(repr=False)
    not_after: datetime

    @property
    def device(self) -> DeviceName:
        """The name that the claim set."""
        return self.trust.device

    @property
    def command_keys(self) -> CommandKeys:
        """Who may command."""
        return CommandKeys.read(self.trust.bundle.command_keys)

    @property
    def key(self) -> "ECKey":
        """The same private key, for fingerprints."""
        from joserfc.jwk import ECKey  # noqa: PLC0415 - an idle agent must not carry it

        return ECKey.import_key(self.key_pem)

    @property
    def issuers(self) -> "KeySet":
        """Who may certify keys."""
        from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

        return KeySet.import_key_set(self.trust.bundle.issuers)  # type: ignore[arg-type]


def store(
    state_dir: Path, *, key_pem: bytes, certificate_pem: str, chain_pem: str, trust: Trust
) -> None:
    """Write a new generation and make it the one that holds."""
    pem = key_pem + certificate_pem.encode() + chain_pem.encode()
    _write_generation(state_dir, pem=pem, trust=trust)


def store_trust(state_dir: Path, identity: Identity, trust: Trust) -> None:
    """The same key with newer trust."""
    _write_generation(state_dir, pem=identity.pem.read_bytes(), trust=trust)


def _write_generation(state_dir: Path, *, pem: bytes, trust: Trust) -> None:
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    generation = state_dir / f"identity-{secrets.token_hex(4)}"
    generation.mkdir(mode=0o700)
    _write_private(generation / "device.pem", pem)
    _write_private(generation / "trust.json", trust.model_dump_json().encode())
    try:
        _check_pair(generation / "device.pem")
    except ssl.SSLError as error:
        shutil.rmtree(generation, ignore_errors=True)
        raise ConfigurationError("the certificate that came is for another key") from error
    link = state_dir / _CURRENT
    before = link.resolve() if link.is_symlink() else None
    pending = state_dir / f"{generation.name}.link"
    pending.symlink_to(generation.name)
    pending.replace(link)
    _sync_directory(state_dir)
    if before is not None and before != generation:
        shutil.rmtree(before, ignore_errors=True)


def load(state_dir: Path) -> Identity | None:
    """The generation that holds; None when the device was never enrolled."""
    generation = (state_dir / _CURRENT).resolve()
    if not (generation / "trust.json").exists():
        return None
    pem = generation / "device.pem"
    try:
        trust = Trust.model_validate_json((generation / "trust.json").read_bytes())
        content = pem.read_bytes()
        _check_pair(pem)
        until = trust.certificate_until or _read_end(content)
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigurationError(
            f"the identity in {generation} cannot be read ({type(error).__name__}); "
            "make a new claim for this device and enrol again"
        ) from error
    return Identity(
        trust=trust,
        pem=pem,
        key_pem=content[: content.index(_END_OF_KEY) + len(_END_OF_KEY)],
        not_after=until,
    )


def _read_end(pem: bytes) -> datetime:
    """For an identity that was written before its end stood beside it."""
    from edge_agent.uplink.certifier import end_of  # noqa: PLC0415 - an idle agent must not carry it

    return datetime.fromisoformat(end_of(pem))


def _check_pair(pem: Path) -> None:
    """`ssl.SSLError` for a key that is not the certificate's."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(pem)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
