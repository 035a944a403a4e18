"""What is the control plane made of, and who hears of what?"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from control_plane import facts
from control_plane.bridge.boards import Boards
from control_plane.bridge.connection import BrokerAddress, Connection
from control_plane.bridge.dispatch import Dispatch
from control_plane.clock import Clock
from control_plane.database import Store, Tx
from control_plane.live import Hub
from control_plane.outbox import Sender
from control_plane.presence import sender as webhooks
from control_plane.presence.operations import telling
from control_plane.rooms.relay import Relay
from control_plane.security.accounts import SignedOut
from control_plane.security.boundary import Boundary
from control_plane.security.broker_files import write_control_plane
from control_plane.security.device_endpoint import tls_hosts
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.settings import Settings
from control_plane.setup.operations import SetupChanged
from control_plane.staff import history
from control_plane.staff.history import ClerkMoved
from control_plane.timers.clockwork import Timers
from control_plane.timers.webhooks import Webhooks
from control_plane.visits import contacts
from control_plane.visits.desks import Desks
from control_plane.visits.forecasts import Forecasts
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.matcher import Matcher
from control_plane.visits.operations import days, linking, plans
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.operations.steps import VisitMoved
from control_plane.visits.setup import Setup
from shared.identifiers import AgencyCode, DeviceName
from shared.languages import Text
from shared.topics import Down, down

APP = Scope.system("app")


@dataclass(frozen=True, slots=True)
class Joined:
    """Every part, joined to the others."""

    boundary: Boundary
    issuers: FileIssuers
    setup: Setup
    hub: Hub
    relay: Relay
    connection: Connection
    dispatch: Dispatch
    boards: Boards
    sender: Sender
    timers: Timers
    live: LiveNation
    desks: Desks
    matcher: Matcher
    forecasts: Forecasts
    webhooks: Webhooks
    registry: CollectorRegistry

    def start(self, tasks: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        """Start everything that runs while the control plane lives."""
        return [
            tasks.create_task(self.connection.run(self.dispatch.hear), name="broker"),
            tasks.create_task(self.dispatch.run(), name="dispatch"),
            tasks.create_task(self.boards.run(), name="boards"),
            tasks.create_task(self.sender.run(), name="outbox"),
            tasks.create_task(self.hub.run(), name="live"),
            tasks.create_task(self.timers.run(), name="timers"),
            tasks.create_task(self.live.run(), name="nation"),
            tasks.create_task(self.desks.run(), name="desks"),
            tasks.create_task(self.matcher.run(), name="matcher"),
            tasks.create_task(self.forecasts.run(), name="forecasts"),
            tasks.create_task(self.webhooks.run(), name="webhooks"),
            tasks.create_task(self.boundary.refusals.run(), name="refusals"),
        ]


def join(settings: Settings, store: Store, clock: Clock) -> Joined:
    """Make every part; nothing runs yet."""
    now = clock.now()
    keys = Keyring(settings.state_dir)
    hub = Hub(store, clock)
    issuers = FileIssuers(settings.state_dir, now=now)
    boundary = Boundary(
        store=store,
        clock=clock,
        settings=settings,
        keys=keys,
        hub=hub,
        agency_name=_agency_name,
    )
    setup = Setup.of(settings)
    registry = CollectorRegistry()
    files = write_control_plane(
        settings.state_dir, issuers, hosts=tls_hosts(settings.device_host), now=now
    )
    connection = Connection(
        BrokerAddress(
            host=settings.mqtt_host,
            port=settings.mqtt_port,
            certificate=files.certificate,
            key=files.key,
            chain=files.chain,
        )
    )

    def sign(device: DeviceName, envelope: bytes) -> str:
        return keys.sign_order(device, envelope, now=clock.now())

    async def answer(device: DeviceName, channel: Down, envelope: bytes) -> None:
        await connection.say(down(device, channel), sign(device, envelope).encode())

    refusals = boundary.refusals
    relay = Relay(store, clock, publish=connection.say, refusals=refusals)
    listeners = facts.Listeners()
    listeners.on(SignedOut, at_desk.signed_out)
    listeners.on(ClerkMoved, telling.clerk_moved)
    listeners.on(ClerkMoved, linking.clerk_moved)
    listeners.on(VisitMoved, _tell_contact)
    listeners.on(SetupChanged, _tell_queues)
    listeners.install(store)
    store.before_commit(lambda tx: plans.follow(tx, clock.now()))
    store.before_commit(lambda tx: telling.follow_tickets(tx, clock.now()))
    store.before_commit(lambda tx: history.follow(tx, APP, clock.now()))
    listeners.install(store)  # once more, for what that told
    live = LiveNation(store, clock, hub)
    forecasts = Forecasts(store, clock, setup, live)
    boards = Boards(store, clock, setup, waits=forecasts, answer=answer)
    forecasts.follow(boards.look)
    carrier = webhooks.Sender(
        store,
        clock,
        secret=lambda integration, generation: keys.webhook_secret(
            f"out:{integration}", generation
        ),
        http=webhooks.client(),
        secure=settings.secure,
    )
    return Joined(
        boundary=boundary,
        issuers=issuers,
        setup=setup,
        hub=hub,
        relay=relay,
        connection=connection,
        dispatch=Dispatch(
            store,
            clock,
            setup,
            relay=relay,
            waits=forecasts,
            answer=answer,
            refusals=refusals,
            registry=registry,
        ),
        boards=boards,
        sender=Sender(store, clock, sign=sign, publish=connection.carry),
        timers=Timers(store, clock, setup, relay=relay),
        live=live,
        desks=Desks(store, clock, setup, live),
        matcher=Matcher(store, clock, setup, live),
        forecasts=forecasts,
        webhooks=Webhooks(store, clock, carrier),
        registry=registry,
    )


def attach(app: FastAPI, joined: Joined) -> None:
    """Give routes and sockets what they work with."""
    app.state.boundary = joined.boundary
    app.state.setup = joined.setup
    app.state.hub = joined.hub
    app.state.desks = joined.desks
    app.state.relay = joined.relay
    app.state.joined = joined
    app.state.issuers = joined.issuers


def _agency_name(tx: Tx, code: AgencyCode) -> Text | None:
    agency = places.agency_of(tx, APP, code)
    return None if agency is None else agency.name


def _tell_queues(tx: Tx, changed: SetupChanged, now: datetime) -> None:
    """Desks and boards look again, and a picture stands nowhere where its agency serves no more."""
    for agency in changed.agencies:
        days.tell_all(tx, agency, now)


def _tell_contact(tx: Tx, moved: VisitMoved, now: datetime) -> None:
    """A visit that came to its end is a contact, which contact centres count."""
    ended = contacts.ended(tx, APP, moved)
    if ended is not None:
        telling.visit_ended(
            tx,
            agency=moved.agency,
            clerk=ended.staff_id,
            contact=ended.told.model_dump(mode="json"),
            now=now,
        )
