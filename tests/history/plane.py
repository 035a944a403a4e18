"""The system that a history is made on: database, broker, replicas and proxy as real processes."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import sqlalchemy as sa

from control_plane.database import open_engine
from control_plane.database.sqlite import sqlite_engine
from control_plane.migrations import upgrade
from provisioning.own_ports import own_ports
from tests.history import journal
from tests.mosquitto import Broker, running_mosquitto
from tests.postgres import Postgres, running_postgres

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
SERVE = ("-m", "tests.history.standby", "control_plane.cli", "serve")
STARTED_WITHIN_S = 60


@dataclass
class Replica:
    """One process of the control plane, which may die at any time."""

    port: int
    device_port: int
    environment: dict[str, str]
    log: Path
    command: Sequence[str]  # waits for a line before it begins: see `standby`
    with_spare: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    spare: "subprocess.Popen[bytes] | None" = None  # has loaded everything and waits

    def start(self) -> None:
        self.process, self.spare = self.spare or self._waiting(), None
        if self.process.stdin is not None:
            with self.process.stdin as word:
                word.write(b"begin\n")
        if self.with_spare:
            self.spare = self._waiting()

    def kill(self) -> None:
        """Without a word to anybody."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    def end(self) -> None:
        """It is not needed any more, whatever was done to it."""
        self.go_on()
        self.kill()
        if self.spare is not None:
            self.spare.kill()
            self.spare.communicate(timeout=10)
            self.spare = None

    def _waiting(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def pause(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    async def serves(self, http: aiohttp.ClientSession) -> bool:
        """Does it answer?"""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            url = f"http://{HOST}:{self.port}/healthz"
            async with http.get(url, timeout=aiohttp.ClientTimeout(total=2)) as answer:
                return answer.status == 200
        return False


@dataclass
class Plane:
    """All of it, in the hands of a run."""

    url: str
    broker: Broker
    replicas: list[Replica]
    origin: str
    postgres: Postgres | None
    log: Path
    engine: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        # To look only: on SQLite a second writer would be in the control plane's way.
        sqlite = self.postgres is None
        self.engine = sqlite_engine(self.url, read_only=True) if sqlite else open_engine(self.url)

    async def all_serve(self) -> None:
        """Wait until every replica answers."""
        async with aiohttp.ClientSession() as http, asyncio.timeout(STARTED_WITHIN_S):
            for replica in self.replicas:
                while not await replica.serves(http):  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def running_plane(
    folder: Path, *, database: str, command: Sequence[str] = SERVE
) -> AsyncIterator[Plane]:
    """Two replicas behind haproxy on PostgreSQL, or one process on SQLite."""
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(running_mosquitto(folder / "state"))
        server = None
        url = f"sqlite:///{folder / 'etapiste.db'}"
        if database == "postgresql":
            server = stack.enter_context(running_postgres(durable=True))
            url = server.url(server.create())
        await asyncio.to_thread(upgrade, url)
        count = 1 if server is None else 2
        ports = [(own_ports(), own_ports()) for _ in range(count)]
        front = own_ports() if server else ports[0][0]
        origin = f"http://{HOST}:{front}"
        replicas = [
            Replica(
                port,
                device_port,
                _environment(broker, url, origin, port, device_port),
                folder / f"replica-{number}.log",
                command,
                with_spare=True,
            )
            for number, (port, device_port) in enumerate(ports)
        ]
        plane = Plane(url, broker, replicas, origin, server, folder)
        engine = open_engine(url)
        journal.install(engine)
        engine.dispose()
        stack.callback(plane.engine.dispose)
        if server is not None:
            stack.enter_context(running_haproxy(folder, front, own_ports(), ports))
        try:
            yield plane
        finally:
            for replica in plane.replicas:
                replica.end()


def _environment(
    broker: Broker, url: str, origin: str, port: int, device_port: int
) -> dict[str, str]:
    return {
        "PATH": os.defpath + ":/usr/local/bin:/usr/sbin",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "ETAPISTE_STATE_DIR": str(broker.directory),
        "ETAPISTE_DATABASE_URL": url,
        "ETAPISTE_HOST": HOST,
        "ETAPISTE_PORT": str(port),
        "ETAPISTE_DEVICE_PORT": str(device_port),
        "ETAPISTE_PUBLIC_ORIGIN": origin,
        "ETAPISTE_MQTT_PORT": str(broker.service_port),
        "ETAPISTE_MQTT_DEVICE_PORT": str(broker.device_port),
        "ETAPISTE_RELAY_ONLY": "false",
        "ETAPISTE_SECOND_FACTOR_ROLES": "[]",
        "ETAPISTE_RECALL_AFTER_S": "1",
        "ETAPISTE_RECALLS": "2",
        "ETAPISTE_NO_SHOW_AFTER_S": "30",
        "ETAPISTE_WRAP_UP_S": "1",
    }


@contextmanager
def running_haproxy(
    folder: Path, front: int, devices: int, ports: Sequence[tuple[int, int]]
) -> Iterator[None]:
    """The proxy with the configuration that we give to operators."""
    (a_web, a_devices), (b_web, b_devices) = ports
    environment = {
        "PATH": os.defpath + ":/usr/local/bin:/usr/sbin",
        "ETAPISTE_PLAIN": "1",
        "ETAPISTE_WEB_BIND": f"{HOST}:{front}",
        "ETAPISTE_DEVICES_BIND": f"{HOST}:{devices}",
        "ETAPISTE_A": HOST,
        "ETAPISTE_A_WEB": str(a_web),
        "ETAPISTE_A_DEVICES": str(a_devices),
        "ETAPISTE_B": HOST,
        "ETAPISTE_B_WEB": str(b_web),
        "ETAPISTE_B_DEVICES": str(b_devices),
    }
    with (folder / "haproxy.log").open("ab") as log:
        process = subprocess.Popen(
            [haproxy(), "-db", "-f", str(ROOT / "provisioning/haproxy/haproxy.cfg")],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        while not _listens(front):
            if process.poll() is not None:
                raise RuntimeError((folder / "haproxy.log").read_text())
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def haproxy() -> str:
    """The proxy's program."""
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if found is None:
        raise RuntimeError("haproxy is not installed: run `provisioning/setup.sh check`")
    return found
