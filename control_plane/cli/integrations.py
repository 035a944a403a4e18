"""``etapiste integration``: which contact centres are let in?"""

from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from control_plane.cli.asking import CLOCK, SCOPE, run, stop, words
from control_plane.presence.operations import endpoints, managing
from control_plane.presence.rules.deliveries import Event
from control_plane.presence.rules.signatures import shown
from control_plane.presence.views import ClerkNames
from control_plane.security import integrations
from control_plane.security.integrations import IntegrationId, NewIntegration, Right
from control_plane.security.keys import Keyring
from control_plane.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Agencies' contact centres.")


@commands.command("add")
def integration_add(
    *,
    agency: Annotated[str, typer.Option(help="The agency's code.")],
    name: Annotated[str, typer.Option(help="What the contact centre is called.")],
    right: Annotated[
        list[Right] | None, typer.Option(help="May be given several times; all if not given.")
    ] = None,
) -> None:
    """Let a contact centre in; its id and, this once, its token."""
    try:
        new = NewIntegration(agency=agency, name=name, rights=frozenset(right or Right))
    except ValidationError as error:
        stop(words(error))
    made, token = run(lambda store: store.run(lambda tx: managing.add(tx, SCOPE, new, CLOCK.now())))
    typer.echo(f"{made.integration.id} {token}")


@commands.command("list")
def integration_list() -> None:
    """Every contact centre that is let in, with its agency."""
    for each in run(lambda store: store.read(lambda tx: integrations.listed(tx, SCOPE))):
        if each.revoked_at is None:
            typer.echo(f"{each.id} {each.agency} {each.name}")


@commands.command("clerks")
def integration_clerks(
    identity: UUID,
    names: Annotated[list[str], typer.Argument(help="Each NAME=USERNAME.")],
) -> None:
    """Say what the contact centre calls its clerks, instead of all that was said before."""
    pairs = [each.partition("=") for each in names]
    try:
        clerks = ClerkNames(clerks={name: username for name, _, username in pairs}).clerks
    except ValidationError as error:
        stop(words(error))
    run(
        lambda store: store.run(
            lambda tx: managing.name_clerks(tx, SCOPE, IntegrationId(identity), clerks, CLOCK.now())
        )
    )
    typer.echo(f"{len(clerks)} clerks are known by name")


@commands.command("token")
def integration_token(identity: UUID) -> None:
    """Give a contact centre a new token; the old one is worthless at once."""
    typer.echo(
        run(
            lambda store: store.run(
                lambda tx: integrations.renew_token(tx, SCOPE, IntegrationId(identity), CLOCK.now())
            )
        )
    )


@commands.command("webhook")
def integration_webhook(
    identity: UUID,
    url: str,
    event: Annotated[
        list[Event] | None, typer.Option(help="May be given several times; all if not given.")
    ] = None,
) -> None:
    """Tell a contact centre at this address; prints the secret that signs."""
    settings = Settings()
    chosen = run(
        lambda store: store.run(
            lambda tx: endpoints.choose(
                tx,
                SCOPE,
                IntegrationId(identity),
                url=url,
                events=event or Event,
                secure=settings.secure,
                now=CLOCK.now(),
            )
        )
    )
    keys = Keyring(settings.state_dir)
    typer.echo(shown(keys.webhook_secret(f"out:{identity}", chosen.generation)))


@commands.command("secret")
def integration_secret(identity: UUID) -> None:
    """Make a new secret for what a contact centre posts to us; the old one holds for a day."""
    renewed = run(
        lambda store: store.run(
            lambda tx: integrations.renew_secret(tx, SCOPE, IntegrationId(identity), CLOCK.now())
        )
    )
    keys = Keyring(Settings().state_dir)
    typer.echo(shown(keys.webhook_secret(f"in:{identity}", renewed.secret_generation)))


@commands.command("revoke")
def integration_revoke(identity: UUID) -> None:
    """Shut a contact centre out; clerks whom it held are free."""
    run(
        lambda store: store.run(
            lambda tx: managing.revoke(tx, SCOPE, IntegrationId(identity), CLOCK.now())
        )
    )
    typer.echo("revoked")
