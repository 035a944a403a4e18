"""The whole agent as a process, with a real broker and the contract's other side."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509

from control_plane.security.keys import Keyring
from edge_agent.ports import Screen
from provisioning.own_ports import own_ports
from tests.edge_agent.counterpart import Counterpart, control_plane, enrol_here, eventually
from tests.edge_agent.endpoint import DeviceEndpoint, device_endpoint
from tests.mosquitto import Broker, running_mosquitto

TOKENS = {screen.value: f"token-of-{screen.value}" for screen in Screen}


@dataclass
class Agent:
    """The agent's process."""

    state_dir: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        log = (self.state_dir.parent / "agent.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "edge_agent"],
                env={**os.environ, **self.environment},  # noqa: TID251 - handed on, not read
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        self.process = None
        return code

    def log(self) -> str:
        return (self.state_dir.parent / "agent.log").read_text()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Page:
    """A screen's page as its agent sees it."""

    socket: aiohttp.ClientWebSocketResponse
    state: dict[str, Any] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> None:
        async for frame in self.socket:
            message = json.loads(frame.data)
            if message["type"] == "state":
                self.state = message["state"]
                self.states.append(self.state)
            else:
                self.said.append(message)

    async def say(self, type_: str, **rest: Any) -> None:
        await self.socket.send_json({"type": type_, **rest})

    def last(self, type_: str) -> dict[str, Any] | None:
        return next((said for said in reversed(self.said) if said["type"] == type_), None)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running_mosquitto(tmp_path / "mosquitto") as running:
        yield running


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


@pytest.fixture
async def endpoint(broker: Broker, keyring: Keyring) -> AsyncIterator[DeviceEndpoint]:
    async with device_endpoint(broker, keyring) as here:
        yield here


@pytest.fixture
async def cloud(broker: Broker, keyring: Keyring) -> AsyncIterator[Counterpart]:
    async with control_plane(broker, keyring) as here:
        yield here


@pytest.fixture
async def agent(
    broker: Broker, keyring: Keyring, endpoint: DeviceEndpoint, tmp_path: Path
) -> AsyncIterator[Agent]:
    """Enrolled, running, with every peripheral simulated."""
    state_dir = tmp_path / "state"
    me = enrol_here(broker, keyring, state_dir, endpoint=endpoint.url)
    # As if it had enrolled there: the endpoint vouches for the key that it certified.
    endpoint.issued = x509.load_pem_x509_certificates(me.pem.read_bytes())[0]
    made = Agent(
        state_dir,
        own_ports(),
        {
            "ETAPISTE_AGENT_STATE_DIR": str(state_dir),
            "ETAPISTE_AGENT_SCREEN_TOKENS": json.dumps(TOKENS),
            "ETAPISTE_AGENT_ICE_LOOPBACK": "true",
        },
    )
    made.environment["ETAPISTE_AGENT_SCREENS_PORT"] = str(made.port)
    made.start()
    try:
        yield made
    finally:
        made.kill()


async def _connect(session: aiohttp.ClientSession, agent: Agent) -> aiohttp.ClientWebSocketResponse:
    async with asyncio.timeout(15):
        while True:
            try:
                return await session.ws_connect(
                    f"{agent.url}/socket", headers={"Origin": agent.url}
                )
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def page(agent: Agent, screen: Screen) -> AsyncIterator[Page]:
    """A page that said hello and has its first state."""
    async with aiohttp.ClientSession() as session:
        socket = await _connect(session, agent)
        await socket.send_json({"type": "hello", "screen": screen.value, "token": TOKENS[screen]})
        shown = Page(socket)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(shown.run())
            await eventually(lambda: bool(shown.state))
            try:
                yield shown
            finally:
                running.cancel()
                await socket.close()
