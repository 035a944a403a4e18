"""What must stand before the demo's children start? Schema, keys, broker files, seed, accounts.

Runs as a process of its own, so that the supervisor stays small: `python -m
provisioning.demo.prepare ROOT`, with the control plane's settings in the environment.
"""

import asyncio
import json
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path

from control_plane.clock import SystemClock
from control_plane.database import Store, Tx, open_store
from control_plane.migrations import upgrade
from control_plane.security import accounts, claim_file, enrolment
from control_plane.security.broker_files import Plan, write_broker
from control_plane.security.issuers import FileIssuers
from control_plane.security.passwords import hash_password
from control_plane.security.scope import Scope
from control_plane.service_points.operations import import_seed
from control_plane.settings import Settings
from provisioning.demo.plan import DEVICE
from provisioning.demo.state import State
from provisioning.seed import demo_accounts, demo_seed

ASKS = Scope.system("demo")
CONSONANTS = "hjklmnprstv"
VOWELS = "aeiou"
ROOT_USER = 0


async def prepare(state: State, settings: Settings) -> None:
    """Do what is not done yet; safe to repeat."""
    now = SystemClock().now()
    upgrade(settings.store_url)
    store = open_store(settings.store_url)
    try:
        issuers = FileIssuers(settings.state_dir, now=now)
        revoked = await store.read(lambda tx: enrolment.revoked(tx, now=now))
        # Relative to the folder in which the broker runs: Mosquitto's paths may hold no spaces.
        broker = Plan(
            directory=state.broker.relative_to(state.root),
            device_port=settings.mqtt_device_port,
            service_port=settings.mqtt_port,
            # Started as root it would leave for an account that cannot read our files.
            user="root" if os.geteuid() == ROOT_USER else None,
        )
        write_broker(broker, issuers, revoked, now=now)
        await store.run(lambda tx: import_seed(tx, demo_seed(), now))
        if not state.accounts.exists():
            await _add_accounts(store, state, now)
        if not state.enrolled:
            claim = await store.run(lambda tx: enrolment.make_claim(tx, ASKS, DEVICE, now=now))
            claim_file.write(state.claim, claim, settings=settings, issuers=issuers)
    finally:
        await store.close()


async def _add_accounts(store: Store, state: State, now: datetime) -> None:
    people = demo_accounts()
    passwords = [_password() for _ in people]
    hashes = [hash_password(password) for password in passwords]

    def add_all(tx: Tx) -> None:
        for person, hashed in zip(people, hashes, strict=True):
            accounts.add(tx, ASKS, person, hashed, now)

    await store.run(add_all)
    told = [
        {"username": person.username, "password": password, "agency": person.agency or ""}
        for person, password in zip(people, passwords, strict=True)
    ]
    state.accounts.write_text(json.dumps(told, indent=2))


def _password() -> str:
    """Easy to type, 41 bits: enough behind a throttled sign-in on 127.0.0.1."""
    words = (
        "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(2))
        for _ in range(3)
    )
    return "-".join([*words, str(secrets.randbelow(90) + 10)])


if __name__ == "__main__":
    # Files of the broker are written relative to the folder in which it runs.
    root = Path(sys.argv[1])
    os.umask(0o077)
    os.chdir(root)
    asyncio.run(prepare(State(root), Settings()))
