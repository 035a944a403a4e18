"""``etapiste backup``, ``restore`` and ``backup-key``: how is an installation kept?"""

from pathlib import Path
from typing import Annotated

import typer

from control_plane import backup as backups
from control_plane.cli.asking import CLOCK, SCOPE, run, stop
from control_plane.security.keys import create_private
from control_plane.settings import Settings

commands = typer.Typer()


@commands.command("backup-key")
def backup_key(out: Path) -> None:
    """Make the key that backups are opened with; keep the file where no backup is made."""
    text, public = backups.new_identity()
    if out.exists():
        stop(f"{out} is there already")
    create_private(out, text.encode())
    typer.echo(public)


@commands.command()
def backup(
    out: Path,
    *,
    recipient: Annotated[list[str], typer.Option(help="age1…; may be given several times.")],
) -> None:
    """Write everything of this moment into one encrypted file; the control plane may run."""
    settings = Settings()
    now = CLOCK.now()
    try:
        recipients = backups.recipients_of(recipient)
        if out.exists():
            stop(f"{out} is there already")
        run(
            lambda store: store.run(
                lambda tx: backups.note_made(tx, SCOPE, recipients, now),
            )
        )
        made = backups.make(settings, out.absolute(), recipients, now=now)
    except backups.BackupRefused as refused:
        stop(str(refused))
    typer.echo(f"{out}: {sum(made.rows.values())} rows, schema {', '.join(made.schema_heads)}")


@commands.command()
def restore(
    file: Path,
    *,
    identity: Annotated[Path, typer.Option(help="The file with the secret key.")],
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint of the audit log, kept elsewhere.")
    ] = None,
) -> None:
    """Stand an installation up again from a backup, on an empty machine."""
    settings = Settings()
    try:
        restored = backups.restore(
            settings,
            file,
            backups.identities_of(identity.read_text()),
            now=CLOCK.now(),
            checkpoints=[each.read_text() for each in checkpoint or []],
        )
    except (backups.BackupRefused, OSError) as refused:
        stop(str(refused))
    made_at = restored.manifest.made_at
    typer.echo(
        f"restored as of {made_at.isoformat(timespec='seconds')}: "
        f"{sum(restored.manifest.rows.values())} rows, audit log intact with "
        f"{restored.audit.size} rows"
    )
    typer.echo("next: etapiste broker config, restart the broker, revoke again what was since then")
