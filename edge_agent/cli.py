"""Which commands has a technician on the device? ``etapiste-agent run``, ``enrol``, ``status``."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.clock import Clock
from edge_agent.errors import ConfigurationError, Offline
from edge_agent.settings import Settings
from edge_agent.uplink import enrolment, identity

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def run() -> None:
    """Run the agent in the foreground."""
    # A fresh interpreter: the agent idles for months and must not carry the command line's code.
    os.execv(sys.executable, [sys.executable, "-m", "edge_agent"])  # noqa: S606 - ourselves


@app.command()
def enrol(
    claim: Annotated[Path, typer.Option(help="the claim.json made for this device")],
) -> None:
    """Swap a claim for this device's certificate."""
    settings = Settings()
    try:
        made = asyncio.run(
            enrolment.enrol(
                enrolment.read_claim(claim), state_dir=settings.state_dir, clock=Clock()
            )
        )
    except (ConfigurationError, Offline) as trouble:
        typer.echo(f"not enrolled: {trouble}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"enrolled as {made.device} until {made.not_after:%Y-%m-%d}")


@app.command()
def status() -> None:
    """Say who this device is and what it still has to tell."""
    settings = Settings()
    try:
        known = identity.load(settings.state_dir)
    except ConfigurationError as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from None
    if known is None:
        typer.echo("not enrolled")
        raise typer.Exit(1)
    typer.echo(f"device       {known.device}")
    typer.echo(f"certificate  until {known.not_after:%Y-%m-%d}")
    typer.echo(f"broker       {known.trust.mqtt.host}:{known.trust.mqtt.port}")
    typer.echo(f"to tell      {_waiting(settings.state_dir / 'uplink.db')}")


def _waiting(file: Path) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
