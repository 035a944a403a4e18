"""How does a test get a whole point behind two replicas? The demo's parts, PostgreSQL, haproxy."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.demo import plan, readiness, relay
from provisioning.demo.ports import Ports
from provisioning.demo.state import State
from provisioning.own_ports import own_ports
from tests.history.plane import SERVE, Replica, running_haproxy
from tests.postgres import running_postgres
from tests.system.demo import PORTS, Place

READY_WITHIN_S = 120


@dataclass
class ManyReplicas(Place):
    """A point, and the replicas behind its pages."""

    replicas: list[Replica]
    database: str

    def all_serve(self) -> None:
        """Wait until each of them says that it is ready."""
        for replica in self.replicas:
            _wait(readiness.control_plane_ready(Ports.from_first(replica.port)))


@contextmanager
def running_replicas(folder: Path) -> Iterator[ManyReplicas]:
    """Start it all under ``folder``; afterwards nothing of it runs."""
    state = State(folder)
    # All in one row: a port from the ephemeral range may be somebody's when a replica comes back.
    first = own_ports(PORTS + 4)
    ports = Ports.from_first(first)
    own = [(first + PORTS + at, first + PORTS + at + 1) for at in (0, 2)]
    with contextlib.ExitStack() as stack:
        stack.callback(os.umask, os.umask(0o077))
        stack.callback(os.close, state.make())
        state.peripherals.write_text(plan.PERIPHERALS)
        server = stack.enter_context(running_postgres(durable=True))
        database = server.url(server.create())
        control = plan.control_plane_environment(state, ports)
        control["ETAPISTE_DATABASE_URL"] = database
        prepare = [sys.executable, "-m", "provisioning.demo.prepare", str(state.root)]
        subprocess.run(prepare, env=control, check=True, timeout=READY_WITHIN_S)
        control["ETAPISTE_LINKS"] = json.dumps(plan.links(ports, state.screen_tokens()))
        relay.write_configuration(state.turn, port=ports.turn, secret_file=state.turn_secret())
        plain = plan.environment(state)
        broker = [plan.program("mosquitto"), "-c", "broker/mosquitto.conf"]
        stack.enter_context(_child(state, "broker", broker, plain))
        turn = [plan.program("turnserver"), "-c", "turn/turnserver.conf"]
        stack.enter_context(_child(state, "relay", turn, plain))
        _wait(readiness.listening(ports.mqtt_services))
        replicas = [
            Replica(
                web,
                devices,
                control | {"ETAPISTE_PORT": str(web), "ETAPISTE_DEVICE_PORT": str(devices)},
                state.log(f"replica-{number}"),
                SERVE,
            )
            for number, (web, devices) in enumerate(own)
        ]
        for replica in replicas:
            stack.callback(replica.end)
            replica.start()
        place = ManyReplicas(state.root, ports.web, replicas, database)
        place.all_serve()
        stack.enter_context(running_haproxy(folder, ports.web, ports.device_https, own))
        agent = [sys.executable, "-m", "edge_agent"]
        stack.enter_context(_child(state, "agent", agent, plan.agent_environment(state, ports)))
        _wait(_point_online(ports, state))
        yield place


async def _point_online(ports: Ports, state: State) -> None:
    await readiness.screens_ready(ports)
    await readiness.device_online(ports, state.screen_tokens()["waiting-area"])


def _wait(until: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: the browsers' driver has a loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, asyncio.wait_for(until, READY_WITHIN_S)).result()


@contextmanager
def _child(
    state: State, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[None]:
    state.log(name).parent.mkdir(exist_ok=True)
    with state.log(name).open("ab") as log:
        process = subprocess.Popen(
            command, env=dict(environment), cwd=state.root, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        finally:
            process.kill()
            process.wait()
