"""How does an installation stand up again on an empty machine?

Nothing is put over anything: state directory and database must be empty, and are so again when
it fails. What must not come back with old rows does not: sessions, open claims, and numbers that
may have been given after the backup was made.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from control_plane import migrations
from control_plane.backup import archive, dumps
from control_plane.backup.archive import Identities, Manifest
from control_plane.backup.refusals import BackupRefused
from control_plane.database import Tx
from control_plane.security import (
    audit,
    audit_check,
    enrolment,
    password_links,
    second_factor,
    sessions,
)
from control_plane.security.audit_check import Checkpoint, Verdict
from control_plane.security.keys import Keyring
from control_plane.security.scope import Scope
from control_plane.settings import Settings
from control_plane.tickets import series_queries as numbers

# More than a point gives in half a day; its numbers go to 9,999.
NUMBERS_SKIPPED = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    manifest: Manifest
    audit: Verdict


def restore(
    settings: Settings,
    file: Path,
    identities: Identities,
    *,
    now: datetime,
    checkpoints: Iterable[str] = (),
) -> Restored:
    """Fill the empty state directory and database of ``settings`` from ``file``.

    ``checkpoints``: signed words about the audit log that were kept elsewhere; it must hold them.
    What is told of the log is how it came, before the restoring itself is written into it.
    """
    url = settings.store_url
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    taken = [part for part in archive.STATE_PARTS if (settings.state_dir / part).exists()]
    if taken:
        raise BackupRefused(f"{settings.state_dir} is not empty: {', '.join(taken)}")
    if not dumps.is_empty(url):
        raise BackupRefused("the database is not empty")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.state_dir) as place:
        folder = Path(place) / "parts"
        folder.mkdir()
        manifest = archive.unpack(file, folder, identities)
        _fits(manifest, url)
        kept = _kept(manifest, checkpoints, folder / archive.STATE)
        with _or_nothing(settings):
            dumps.load(url, folder / archive.DATABASE)
            verdict = _holds(url, manifest, kept)
            migrations.upgrade(url)
            with dumps.looking_at(url) as connection:
                tx = Tx(connection)
                _settle(tx, manifest.made_at, now)
                tx.settle(())
            for part in sorted((folder / archive.STATE).iterdir()):
                part.rename(settings.state_dir / part.name)
    return Restored(manifest, verdict)


def _settle(tx: Tx, made_at: datetime, now: datetime) -> None:
    """See to it that what must not come back does not."""
    scope = Scope.system("command-line")
    sessions.close_all(tx, now=now)
    enrolment.void_claims(tx, now=now)
    password_links.void_all(tx)
    second_factor.void_recovery_codes(tx)
    numbers.skip(tx, scope, since=made_at.date(), by=NUMBERS_SKIPPED)
    audit.record(
        tx, scope, "backup.restored", subject="installation", now=now, made_at=made_at.isoformat()
    )


def _fits(manifest: Manifest, url: str) -> None:
    if manifest.backend != dumps.backend_of(url):
        raise BackupRefused(f"a backup of {manifest.backend}: name such a database to restore into")
    if not migrations.knows(manifest.schema_heads):
        raise BackupRefused("made by a later version than this one: install that first")


def _kept(manifest: Manifest, checkpoints: Iterable[str], state: Path) -> list[Checkpoint]:
    """The checkpoints that the log must hold, each signed by the restored installation's key."""
    if not (state / "keys").is_dir():
        raise BackupRefused("the backup has no keys")
    keys = Keyring(state).audit_keys()
    kept = []
    for token in (manifest.checkpoint, *checkpoints):
        known = audit_check.read(token, keys=keys)
        if known is None:
            raise BackupRefused("a checkpoint's signature does not hold: another installation's?")
        kept.append(known)
    return kept


def _holds(url: str, manifest: Manifest, kept: Sequence[Checkpoint]) -> Verdict:
    with dumps.looking_at(url) as connection:
        if dumps.rows_by_table(connection) != manifest.rows:
            raise BackupRefused("the restored tables have other rows than were backed up")
        verdict = audit_check.verify(Tx(connection), *kept)
    if not verdict.intact:
        raise BackupRefused(
            f"the audit log does not hold at row {verdict.wrong_at}: {verdict.reason}"
        )
    return verdict


@contextmanager
def _or_nothing(settings: Settings) -> Iterator[None]:
    try:
        yield
    except BaseException:
        dumps.clear(settings.store_url)
        for part in archive.STATE_PARTS:
            shutil.rmtree(settings.state_dir / part, ignore_errors=True)
        raise
