"""What must stand before the day begins? Agencies, points, choices, accounts, certificates.

Everything is made in an empty folder of the run's own, and goes with it.
"""

import asyncio
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from control_plane.clock import SystemClock
from control_plane.database import Tx, open_store
from control_plane.migrations import upgrade
from control_plane.routing import operations as routing
from control_plane.security import accounts
from control_plane.security.accounts import NewAccount
from control_plane.security.broker_files import ClientFiles, Plan, write_broker
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from control_plane.security.passwords import hash_password
from control_plane.security.scope import Role, Scope
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from provisioning.demo.ports import Ports
from provisioning.demo.state import State
from provisioning.nation.country import agencies
from provisioning.nation.live.schedule import (
    CENTRE,
    Schedule,
    booth_code,
    choices,
    device_name,
    mode,
    service_code,
    usernames,
)
from provisioning.seed import demo_seed
from provisioning.virtual.certificates import certify
from shared.identifiers import DeviceName
from shared.languages import Language
from shared.orders import CommandKeys

SYSTEM = Scope.system("simulation")
OWNER, MAIN_USER = "owner", "main-user"
ROOT_USER = 0


@dataclass(frozen=True, slots=True)
class Founded:
    """What whoever takes part in the day needs."""

    password: str  # of every account of the run
    clerks: Mapping[UUID, UUID]  # the account of each clerk of the schedule
    devices: Mapping[DeviceName, ClientFiles]
    orders: CommandKeys


async def found(state: State, ports: Ports, plan: Schedule) -> Founded:
    """Make it all."""
    now = SystemClock().now()
    url = database(state)
    await asyncio.to_thread(upgrade, url)
    issuers = FileIssuers(state.control_plane, now=now)
    broker = Plan(
        directory=state.broker,
        device_port=ports.mqtt_devices,
        service_port=ports.mqtt_services,
        # Started as root it would leave for an account that cannot read our files.
        user="root" if os.geteuid() == ROOT_USER else None,
    )
    write_broker(broker, issuers, [], now=now)
    password = secrets.token_urlsafe(18)
    hashed = hash_password(password)
    store = open_store(url)
    try:
        clerks = await store.run(lambda tx: _people_and_places(tx, plan, hashed, now))
    finally:
        await store.close()
    names = [device_name(room.point, room.code) for room in plan.day.rooms]
    devices = {
        name: certify(state.root / "devices", issuers, name, now=now)
        for name in map(DeviceName, names)
    }
    orders = Keyring(state.control_plane).command_keys(now)
    return Founded(password, clerks, devices, CommandKeys.read(orders))


def database(state: State) -> str:
    """The run's own database, where the control plane has it by default."""
    return f"sqlite:///{state.control_plane / 'etapiste.db'}"


def _people_and_places(tx: Tx, plan: Schedule, hashed: str, now: datetime) -> dict[UUID, UUID]:
    import_seed(tx, seed(plan), now)
    for agency in plan.nation.clerks:
        chosen = choices(mode(agency), plan.asked.speed)
        routing.choose(tx, SYSTEM, agency, chosen, instead_of=0, now=now)
    names = usernames(plan.day)
    made = {
        duty.id: accounts.add(
            tx,
            SYSTEM,
            _account(names[duty.id], Role.CLERK, duty.agency, duty.profile.languages),
            hashed,
            now,
        ).id
        for duty in plan.day.clerks
    }
    accounts.add(tx, SYSTEM, _account(OWNER, Role.OWNER, None), hashed, now)
    accounts.add(tx, SYSTEM, _account(MAIN_USER, Role.AGENCY_ADMIN, CENTRE), hashed, now)
    return dict(made)


def _account(
    username: str,
    role: Role,
    agency: str | None,
    languages: frozenset[Language] = frozenset({Language.FINNISH}),
) -> NewAccount:
    return NewAccount(
        username=username,
        display_name=username,
        alias=username,
        roles=frozenset({role}),
        agency=agency,
        languages=tuple(each for each in Language if each in languages),
    )


def seed(plan: Schedule) -> SeedFile:
    """The nation's agencies under today's names, and its points with a device in each booth."""
    known = {each.code: each for each in demo_seed().agencies}
    return SeedFile.model_validate(
        {
            "agencies": [
                {
                    "code": agency.code,
                    "name": known[agency.today].name,
                    "about": known[agency.today].about,
                    "valid_from": "2020-01-01",
                    "services": [
                        {
                            "code": service_code(agency.code, service.minutes),
                            "name": _matter(service.minutes),
                            "minutes": service.minutes,
                        }
                        for demand in plan.nation.demands
                        if demand.agency == agency.code
                        for service in demand.services
                    ],
                }
                for agency in agencies()
            ],
            "points": [_point(plan, point) for point in plan.nation.booths],
        }
    )


def _point(plan: Schedule, point: str) -> dict[str, object]:
    rooms = [each.code for each in plan.day.rooms if each.point == point]
    return {
        "code": point,
        "name": {"fi": f"Piste {point}", "sv": f"Punkt {point}", "en": f"Point {point}"},
        "municipality": point,
        "booths": [
            {
                "code": booth_code(point, code),
                "name": {"fi": f"Tila {code}", "sv": f"Rum {code}", "en": f"Booth {code}"},
                "direction": {"fi": "oikealla", "sv": "till höger", "en": "on the right"},
            }
            for code in rooms
        ],
        "devices": [
            {"name": device_name(point, code), "booth": booth_code(point, code)} for code in rooms
        ],
    }


def _matter(minutes: int) -> dict[str, str]:
    return {
        "fi": f"Asia, noin {minutes} min",
        "sv": f"Ärende, cirka {minutes} min",
        "en": f"A matter of about {minutes} min",
    }
