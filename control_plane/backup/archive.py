"""How are a backup's parts put into one encrypted file, and taken out of it?

The format is age (X25519 recipients): whoever makes backups needs public keys only, so that the
machine which makes them cannot read the old ones, nor can anybody who finds such a file.
"""

import os
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from control_plane.backup.refusals import BackupRefused

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
STATE = "state"
# What of the state directory is this installation's own; the rest can be made again.
STATE_PARTS = ("ca", "keys", "tls")


Identities = Sequence[pyrage.x25519.Identity]


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    made_at: AwareDatetime
    backend: str  # sqlite or postgresql
    schema_heads: tuple[str, ...]  # Alembic revisions
    rows: dict[str, int]  # by table
    checkpoint: str  # of the audit log, signed


@dataclass(frozen=True, slots=True)
class Recipients:
    """Public keys that a backup is encrypted to, each ``age1…``."""

    names: tuple[str, ...]
    keys: tuple[pyrage.x25519.Recipient, ...]


def recipients_of(names: Iterable[str]) -> Recipients:
    """The public keys of these names."""
    known = tuple(dict.fromkeys(each.strip() for each in names))
    if not known:
        raise BackupRefused("a backup needs a recipient: a public key such as age1…")
    try:
        return Recipients(known, tuple(pyrage.x25519.Recipient.from_str(each) for each in known))
    except pyrage.RecipientError as error:
        raise BackupRefused(f"not a public key such as age1…: {error}") from error


def identities_of(text: str) -> Identities:
    """The secret keys of an identity file: lines ``AGE-SECRET-KEY-1…``, ``#`` for comments."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except pyrage.IdentityError as error:
        raise BackupRefused("the identity file holds no age secret key") from error
    if not found:
        raise BackupRefused("the identity file holds no age secret key")
    return found


def new_identity() -> tuple[str, str]:
    """A new secret key's identity file and its public key."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    return f"# public key: {public}\n{identity}\n", public


def pack(folder: Path, out: Path, recipients: Recipients) -> None:
    """Encrypt what ``folder`` holds into ``out``, which appears whole or not at all."""
    plain = folder.with_suffix(".tar")
    with tarfile.open(plain, "w") as tar:
        tar.add(folder / MANIFEST, MANIFEST)  # first, so that a reader knows what follows
        tar.add(folder / DATABASE, DATABASE)
        tar.add(folder / STATE, STATE)
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    os.close(descriptor)
    temporary = Path(name)
    try:
        pyrage.encrypt_file(str(plain), str(temporary), list(recipients.keys))
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        # Unlike a rename, a link never takes the place of an earlier backup.
        out.hardlink_to(temporary)
    except FileExistsError as error:
        raise BackupRefused(f"{out} is there already") from error
    finally:
        temporary.unlink(missing_ok=True)
        plain.unlink()


def unpack(file: Path, folder: Path, identities: Identities) -> Manifest:
    """Decrypt ``file`` into ``folder``, which must be there; gives what it says of itself.

    age authenticates every block of 64 KiB: what comes out is what somebody encrypted to us.
    """
    plain = folder.with_suffix(".tar")
    try:
        pyrage.decrypt_file(str(file), str(plain), list(identities))
    except (pyrage.DecryptError, OSError) as error:
        plain.unlink(missing_ok=True)
        raise BackupRefused(f"{file} cannot be opened with this key: {error}") from error
    try:
        with tarfile.open(plain) as tar:
            tar.extractall(folder, filter="data")
        return _manifest(folder)
    except (tarfile.TarError, ValidationError, FileNotFoundError) as error:
        raise BackupRefused(f"{file} is not a backup of this kind") from error
    finally:
        plain.unlink()


def _manifest(folder: Path) -> Manifest:
    """The manifest among unpacked parts."""
    found = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    if found.format != FORMAT:
        raise BackupRefused(f"a backup of format {found.format}; this version reads {FORMAT}")
    return found
