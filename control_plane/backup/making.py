"""How is a backup made beside a running control plane?"""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from control_plane import migrations
from control_plane.backup import archive, dumps
from control_plane.backup.archive import Manifest, Recipients
from control_plane.database import Tx
from control_plane.security import audit, audit_check
from control_plane.security.keys import Keyring
from control_plane.security.scope import Scope
from control_plane.settings import Settings


def make(settings: Settings, out: Path, recipients: Recipients, *, now: datetime) -> Manifest:
    """Write a backup of one moment to ``out``, for its recipients' eyes only."""
    # In the state directory, where the same secrets lie already, and never on another disk.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.state_dir) as place:
        folder = Path(place) / "parts"
        folder.mkdir()
        manifest = _collect(settings, folder, now)
        archive.pack(folder, out, recipients)
    return manifest


def note_made(tx: Tx, scope: Scope, recipients: Recipients, now: datetime) -> None:
    """Say in the audit log who will be able to read everything; before it is made."""
    to = ",".join(recipients.names)
    audit.record(tx, scope, "backup.made", subject="installation", now=now, recipients=to)


def _collect(settings: Settings, folder: Path, now: datetime) -> Manifest:
    with dumps.copied(settings.store_url, folder / archive.DATABASE) as connection:
        head = audit_check.head(Tx(connection), now=now)
        manifest = Manifest(
            made_at=now,
            backend=dumps.backend_of(settings.store_url),
            schema_heads=migrations.heads_there(connection),
            rows=dumps.rows_by_table(connection),
            checkpoint=audit_check.sign(head, key=Keyring(settings.state_dir).audit),
        )
    # After the database: a key that a row speaks of is there.
    state = folder / archive.STATE
    state.mkdir()
    for part in archive.STATE_PARTS:
        if (settings.state_dir / part).is_dir():
            shutil.copytree(settings.state_dir / part, state / part)
    (folder / archive.MANIFEST).write_text(manifest.model_dump_json(indent=1))
    return manifest
