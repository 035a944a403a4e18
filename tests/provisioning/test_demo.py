"""Does the whole demo come up, heal and go, and come up again elsewhere with what it knew?"""

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import pytest

from provisioning.demo import readiness
from provisioning.demo.ports import Ports, free_ports
from provisioning.demo.state import State
from tests.bench.world import World, running

pytestmark = pytest.mark.system

CHILDREN = ("mosquitto", "turnserver", "control_plane", "edge_agent")


def children_of(state: State) -> list[str]:
    """Whatever still runs in the demo's folder."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == state.root:
                left.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return left


async def start_page(world: World) -> dict[str, list[dict[str, str]]]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{world.web}/api/v1/start") as answer,
    ):
        answer.raise_for_status()
        told: dict[str, list[dict[str, str]]] = await answer.json()
        return told


async def test_the_demo_comes_up_heals_and_leaves_nothing_behind(tmp_path: Path) -> None:
    state, ports = State(tmp_path / "my demo"), free_ports()
    async with running(state, ports) as world:
        told = await start_page(world)
        assert {link["code"] for link in told["links"]} >= {"stage", "waiting_area", "bench"}
        assert all(account["password"] for account in told["accounts"])
        assert len(children_of(state)) == len(CHILDREN)

        for child in ("control_plane", "edge_agent"):
            os.kill(world.process(child), signal.SIGKILL)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(readiness.control_plane_ready(ports), 30)
        token = state.screen_tokens()["waiting-area"]
        await asyncio.wait_for(readiness.device_online(ports, token), 30)
    assert children_of(state) == []


@pytest.mark.slow
async def test_the_demo_moves_to_other_ports_with_what_it_knew(tmp_path: Path) -> None:
    state, ports = State(tmp_path / "demo"), free_ports()
    async with running(state, ports):
        accounts = state.accounts.read_text()
    async with running(state, Ports.from_first(ports.web + 200)) as world:
        assert (await start_page(world))["accounts"]
        assert state.accounts.read_text() == accounts
