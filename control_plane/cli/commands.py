"""What can be done from the command line? ``etapiste``: serve, set up, and look after."""

import json
import logging
import sys
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
import typer
from pydantic import TypeAdapter, ValidationError

from control_plane import migrations
from control_plane.app import create_app, runner
from control_plane.app import run as serving
from control_plane.cli import backups, integrations
from control_plane.cli.asking import CLOCK, SCOPE, run, stop, words
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.routing import staffing_report
from control_plane.routing.rules.choices import Choices
from control_plane.security import accounts, audit_check, claim_file, enrolment, second_factor
from control_plane.security.accounts import NewAccount
from control_plane.security.broker_files import (
    Plan,
    write_broker,
    write_control_plane,
    write_revocations,
)
from control_plane.security.device_endpoint import tls_hosts
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from control_plane.security.passwords import acceptable, hash_password
from control_plane.security.scope import Role
from control_plane.settings import Settings
from control_plane.visits.replay_report import as_data, as_html, as_text
from control_plane.visits.replaying import replayed
from shared.identifiers import AgencyCode, DeviceName
from shared.languages import Language

T = TypeVar("T")

main = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
staff = typer.Typer(no_args_is_help=True, help="People who serve.")
device = typer.Typer(no_args_is_help=True, help="Devices of the service points.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
broker = typer.Typer(no_args_is_help=True, help="The MQTT broker.")
main.add_typer(staff, name="staff")
main.add_typer(integrations.commands, name="integration")
main.add_typer(backups.commands)
main.add_typer(device, name="device")
main.add_typer(audit, name="audit")
main.add_typer(broker, name="broker")

_DEVICE_NAME: TypeAdapter[str] = TypeAdapter(DeviceName)


class Form(StrEnum):
    """How a report is told."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


@main.command()
def serve() -> None:
    """Run the control plane: API and pages, devices' endpoint, bridge, sender and timers."""
    settings = Settings()
    _log_as(settings)
    with runner() as loop:
        loop.run(serving(settings))


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = Settings()
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.upgrade(settings.store_url)
    typer.echo("the schema is current")


@main.command()
def openapi() -> None:
    """Print the API's description."""
    described = create_app(Settings()).openapi()
    typer.echo(json.dumps(described, indent=2, sort_keys=True, ensure_ascii=False))


@staff.command("add")
def staff_add(  # noqa: PLR0913 - each an option
    username: str,
    *,
    name: Annotated[str, typer.Option(help="As colleagues know the person.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    alias: Annotated[str, typer.Option(help="As visitors see the person.")] = "",
    agency: Annotated[str | None, typer.Option(help="The agency's code.")] = None,
    language: Annotated[
        list[Language] | None, typer.Option(help="Of service; the first one is the pages'.")
    ] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from stdin.")] = False,
) -> None:
    """Make an account; the first administrator comes from here."""
    languages = tuple(language or [Language.FINNISH])
    try:
        new = NewAccount(
            username=username.lower(),
            display_name=name,
            alias=alias or name,
            roles=frozenset(role),
            agency=agency,
            language=languages[0],
            languages=languages,
        )
    except ValidationError as error:
        stop(words(error))
    password = _password(from_stdin=password_stdin)
    stored = hash_password(password)
    made = run(
        lambda store: store.run(lambda tx: accounts.add(tx, SCOPE, new, stored, CLOCK.now()))
    )
    typer.echo(f"{made.username} {made.id}")


@staff.command("reset-second-factor")
def staff_reset_second_factor(username: str) -> None:
    """Take away a second factor that was lost, where nobody is left who can in the browser."""
    name = username.lower()

    def reset(tx: Tx) -> None:
        found = {each.username: each for each in accounts.listed(tx, SCOPE)}.get(name)
        if found is None:
            raise Refusal(NOT_FOUND)
        second_factor.reset(tx, SCOPE, found.id, agency=found.agency, now=CLOCK.now())

    run(lambda store: store.run(reset))
    typer.echo(f"{name} signs in with the password alone, and may begin anew")


@device.command("claim")
def device_claim(
    name: str,
    *,
    out: Annotated[Path, typer.Option(help="The file that goes to the device.")],
) -> None:
    """Make a one-time claim: whoever holds the file becomes the device, for 24 hours."""
    settings = Settings()
    claim = run(
        lambda store: store.run(
            lambda tx: enrolment.make_claim(tx, SCOPE, _device(name), now=CLOCK.now())
        )
    )
    issuers = FileIssuers(settings.state_dir, now=CLOCK.now())
    claim_file.write(out, claim, settings=settings, issuers=issuers)
    typer.echo(f"{out}: good for 24 hours, once")


@device.command("revoke")
def device_revoke(
    name: str,
    *,
    reason: Annotated[str, typer.Option(help="One word, e.g. stolen.")],
    broker_dir: Annotated[Path | None, typer.Option(help="The broker's directory.")] = None,
) -> None:
    """Make a device's certificates worthless; restart the broker afterwards."""
    now = CLOCK.now()
    count = run(
        lambda store: store.run(
            lambda tx: enrolment.revoke(tx, SCOPE, _device(name), reason=reason, now=now)
        )
    )
    if broker_dir is not None:
        settings = Settings()
        revoked = run(lambda store: store.read(lambda tx: enrolment.revoked(tx, now=now)))
        issuers = FileIssuers(settings.state_dir, now=now)
        write_revocations(broker_dir, issuers, revoked, now=now)
    typer.echo(f"{count} certificates revoked; now restart the broker")


@main.command()
def replay(
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day of the points.")],
    agency: Annotated[str | None, typer.Option(help="Only this agency's queue.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="The agency's other choices, as the API takes them.")
    ] = None,
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
) -> None:
    """Check a recorded day's decisions, and tell what other choices would have changed."""
    if policy is not None and agency is None:
        stop("--policy is one agency's: name it with --agency")
    other = None if policy is None else _choices(policy)
    wrap_up = timedelta(seconds=Settings().wrap_up_s)
    code = None if agency is None else AgencyCode(agency)
    found = run(lambda store: store.read(lambda tx: replayed(tx, day.date(), code, other, wrap_up)))
    match form:
        case Form.TEXT:
            typer.echo(as_text(found), nl=False)
        case Form.JSON:
            typer.echo(json.dumps(as_data(found), indent=1))
        case Form.HTML:
            typer.echo(as_html(found), nl=False)


@main.command()
def plan(  # noqa: PLR0913, PLR0917 - each an option
    points: Annotated[int, typer.Option(min=1, max=1000, help="Service points of the region.")],
    volumes: Annotated[Path, typer.Option(help="Visits by agency: see docs/simulation.md.")],
    target: Annotated[str, typer.Option(help="Of every agency's visitors.")] = "80% in 15 min",
    year: Annotated[str, typer.Option(help="Of yearly volumes.")] = "2030",
    share: Annotated[float, typer.Option(help="Of the file's visits that come here.")] = 1.0,
    days: Annotated[int, typer.Option(min=1, max=50, help="Drawn days to try.")] = 5,
    seed: Annotated[int, typer.Option()] = 1,
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
) -> None:
    """Tell how many booths and clerks a region needs, by trying drawn days."""
    try:
        found = staffing_report.planned(
            volumes.read_text(),
            year=year,
            share=share,
            points=points,
            target=target,
            days=days,
            seed=seed,
        )
    except (OSError, ValueError) as error:
        stop(f"{volumes}: {error}")
    if form is Form.JSON:
        typer.echo(json.dumps(staffing_report.as_data(found), indent=1))
    else:
        typer.echo(staffing_report.as_text(found), nl=False)


@audit.command("verify")
def audit_verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere.")
    ] = None,
) -> None:
    """Follow the whole log; exit status 1 when it is not as it was written."""
    keys = Keyring(Settings().state_dir).audit_keys()
    kept = []
    for path in checkpoint or []:
        known = audit_check.read(path.read_text(), keys=keys)
        if known is None:
            stop(f"{path}: the signature does not hold")
        kept.append(known)
    verdict = run(lambda store: store.read(lambda tx: audit_check.verify(tx, *kept)))
    if not verdict.intact:
        stop(f"NOT INTACT at row {verdict.wrong_at}: {verdict.reason}")
    typer.echo(f"intact: {verdict.size} rows, {verdict.hash}")


@audit.command("checkpoint")
def audit_checkpoint() -> None:
    """Print a signed checkpoint, to be kept where this machine cannot write."""
    keys = Keyring(Settings().state_dir)
    head = run(lambda store: store.read(lambda tx: audit_check.head(tx, now=CLOCK.now())))
    typer.echo(audit_check.sign(head, key=keys.audit))


@broker.command("config")
def broker_config(
    directory: Annotated[Path, typer.Option("--dir", help="Where the broker reads.")],
    bind: Annotated[str, typer.Option(help="The devices' listener.")] = "127.0.0.1",
    user: Annotated[str | None, typer.Option(help="The broker's account.")] = None,
) -> None:
    """Write Mosquitto's configuration, rights, certificates and revocations; then restart it."""
    settings = Settings()
    now = CLOCK.now()
    issuers = FileIssuers(settings.state_dir, now=now)
    revoked = run(lambda store: store.read(lambda tx: enrolment.revoked(tx, now=now)))
    hosts = tls_hosts(settings.device_host)
    plan = Plan(
        directory=directory.resolve(),
        device_port=settings.mqtt_device_port,
        service_port=settings.mqtt_port,
        hosts=hosts,
        device_bind=bind,
        user=user,
    )
    path = write_broker(plan, issuers, revoked, now=now)
    write_control_plane(settings.state_dir, issuers, hosts=hosts, now=now)
    typer.echo(f"{path}: now restart the broker (never SIGHUP)")


def _choices(path: Path) -> Choices:
    try:
        return Choices.model_validate_json(path.read_text())
    except (OSError, ValidationError) as error:
        stop(f"{path}: {error}")


def _device(name: str) -> DeviceName:
    try:
        return _DEVICE_NAME.validate_python(name)
    except ValidationError:
        stop(f"{name}: not a device's name, such as d-salla-01")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not acceptable(password):
        stop(accounts.WEAK_PASSWORD.means)
    return password


def _log_as(settings: Settings) -> None:
    json_lines = settings.log_format == "json"
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
