"""Does the agent live as a process: start, idle lightly, survive, stop?"""

import asyncio
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import aiohttp

from edge_agent.ports import Screen
from shared.identifiers import TicketId, new_uuid
from shared.telemetry import HelpPressed, PeripheralsChanged
from shared.tickets import AgencyState, Board, Readiness, TakeTicket, TicketIssued
from shared.topics import Down
from shared.twin import TwinReported
from tests.edge_agent.counterpart import Counterpart, control_plane, eventually, now
from tests.edge_agent.endpoint import DeviceEndpoint
from tests.edge_agent.salla import CATALOGUE, twin
from tests.edge_agent.whole.conftest import Agent, page

# Media and drivers, what only a technician needs, and what libraries bring along for nothing:
# each is half a megabyte or more of a device that idles for months.
HEAVY = (
    *("aiortc", "av", "numpy", "PIL", "pikepdf", "pypdfium2", "pysnmp", "escpos", "img2pdf"),
    *("cups", "gpiozero", "serial", "usb", "typer", "pydantic_settings"),
    *("cryptography", "joserfc"),
    *("dns", "socks", "rich", "greenlet", "importlib.metadata", "urllib.request", "argparse"),
)


async def configure(cloud: Counterpart, endpoint: DeviceEndpoint) -> None:
    digest = endpoint.add(CATALOGUE.model_dump_json().encode())
    await cloud.until(lambda: bool(cloud.requests), within_s=15)
    await cloud.say(Down.TWIN, twin(digest))
    lives_by = TwinReported(version=1, catalogue_sha256=digest)
    await cloud.until(lambda: any(event.body == lives_by for event in cloud.events))


async def test_it_comes_up_takes_its_twin_and_tells_how_its_peripherals_are(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    await cloud.until(
        lambda: any(
            isinstance(event.body, PeripheralsChanged) and event.body.booth == "salla-1"
            for event in cloud.events
        )
    )
    async with page(agent, Screen.WAITING_AREA) as screen:
        await eventually(lambda: screen.state["online"])
        assert screen.state["point"]["name"]["fi"] == "Etäpalvelupiste Salla"
        assert [offer["agency"] for offer in screen.state["agencies"]] == ["kela"]
        # Nobody said yet that a clerk of this agency is on duty.
        assert screen.state["agencies"][0]["readiness"] == "no_clerk"
        open_ = (AgencyState(agency="kela", readiness=Readiness.OPEN),)
        await cloud.say(Down.TWIN, Board(version=2, agencies=open_, called=(), waiting=0))
        await eventually(lambda: screen.state["agencies"][0]["readiness"] == "open")
    assert endpoint.common_names[-1] == "d-salla-01"
    assert agent.stop() == 0
    assert '"level": "error"' not in agent.log()


IDLE = (
    "import sys; from edge_agent.__main__ import _import_lightly; _import_lightly();"
    "import edge_agent.agent; from edge_agent.peripherals.registry import open_peripherals;"
    "from edge_agent.settings import Settings; open_peripherals(Settings().peripherals);"
)


def printed(script: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()


def test_an_idle_agent_loads_no_media_no_drivers_libraries_and_nothing_for_nothing() -> None:
    found = printed(f"{IDLE} print(*sys.modules)")
    assert "edge_agent.agent" in found
    assert [name for name in HEAVY if name in found] == []


def test_what_was_hidden_while_libraries_were_imported_can_be_had_later() -> None:
    later = (
        "import rich, argparse, urllib.request, importlib.metadata as installed;"
        "print(installed.version('pydantic'), argparse.ArgumentParser().prog,"
        "urllib.request.Request('http://localhost/').host)"
    )
    assert printed(f"{IDLE} {later}") == [version("pydantic"), "-c", "localhost"]


async def test_what_an_idle_process_has_mapped_holds_no_media_library_and_no_cryptography(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    await asyncio.sleep(3)  # a round of monitoring and a few probes
    assert agent.process is not None
    mapped = Path(f"/proc/{agent.process.pid}/maps").read_text()  # noqa: ASYNC240
    # It took signed orders, and looked whether its trust is fresh and its certificate young.
    assert "/nacl/" in mapped
    for library in ("/av/", "/PIL/", "pikepdf", "pypdfium2", "libavcodec", "/cryptography/"):
        assert library not in mapped


async def test_a_point_that_starts_offline_shows_what_it_knew_and_says_that_it_is_offline(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    agent.stop()
    endpoint.broker.stop()
    agent.start()
    async with page(agent, Screen.WAITING_AREA) as screen:
        assert screen.state["online"] is False
        assert screen.state["offline_since"]
        assert screen.state["agencies"][0]["agency"] == "kela"
        identity = str(uuid4())
        await screen.say("take", id=identity, service="kela-tuet", language="fi")
        await eventually(lambda: bool(screen.said))
        answer = {"code": "offline", "instead": None, "opens_at": None}
        assert screen.said == [{"type": "refused", "id": identity} | answer]


async def test_help_rings_offline_and_its_event_survives_kill_9_and_arrives_once(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    endpoint.broker.stop()
    async with page(agent, Screen.WAITING_AREA) as screen, page(agent, Screen.BENCH) as bench:
        await eventually(lambda: screen.state["online"] is False)
        await screen.say("help")
        await eventually(lambda: screen.state["help"] == "called")
        await eventually(lambda: bench.state["lamp"] is True)
    agent.kill()
    agent.start()
    endpoint.broker.start()
    async with control_plane(endpoint.broker, endpoint.keyring) as again:
        await again.until(lambda: any(_help(event.body) for event in again.events), within_s=20)
        await asyncio.sleep(1.5)
        assert len({event.id for event in again.events if _help(event.body)}) == 1


def _help(body: object) -> bool:
    return isinstance(body, HelpPressed)


async def test_a_device_without_identity_or_claim_says_what_to_do(agent: Agent) -> None:
    agent.kill()
    agent.environment["ETAPISTE_AGENT_STATE_DIR"] = str(agent.state_dir.with_name("empty"))
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "edge_agent"],
        env={"PATH": "", "PYTHONPATH": ".", **agent.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 78
    assert "etapiste device claim" in ended.stderr


async def test_it_enrols_itself_with_a_claim(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    agent.kill()
    state = agent.state_dir.with_name("fresh")
    claim = agent.state_dir.with_name("claim.json")
    claim.write_text(
        json.dumps(
            {
                "claim_id": "12345678",
                "secret": "a secret",
                "device": "d-salla-01",
                "endpoint": endpoint.url,
                "service_ca_pem": endpoint.broker.issuers.service_chain().decode(),
            }
        )
    )
    agent.environment |= {
        "ETAPISTE_AGENT_STATE_DIR": str(state),
        "ETAPISTE_AGENT_CLAIM": str(claim),
    }
    agent.start()
    await cloud.until(lambda: bool(cloud.requests), within_s=15)
    assert (state / "identity" / "device.pem").stat().st_mode & 0o777 == 0o600
    assert "a secret" not in agent.log()
    assert agent.process is not None
    # Its key was made and its certificate read in a child, which took its libraries along.
    assert "/cryptography/" not in Path(f"/proc/{agent.process.pid}/maps").read_text()  # noqa: ASYNC240


async def test_a_printer_without_paper_is_on_the_screen_and_told_within_ten_seconds(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.WAITING_AREA) as screen, page(agent, Screen.BENCH) as bench:
        await eventually(lambda: screen.state["can_print"])
        await bench.say("bench", action="paper_out", port="document_printer")
        await eventually(lambda: not screen.state["can_print"], within_s=10)
        await cloud.until(
            lambda: any(
                isinstance(event.body, PeripheralsChanged)
                and any(status.condition == "paper_out" for status in event.body.peripherals)
                for event in cloud.events
            )
        )
        await bench.say("bench", action="paper_in", port="document_printer")
        await eventually(lambda: screen.state["can_print"], within_s=10)


async def test_the_pages_of_an_agent_without_built_assets_are_not_found_but_guarded(
    agent: Agent, cloud: Counterpart
) -> None:
    await cloud.until(lambda: bool(cloud.requests), within_s=15)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{agent.url}/nothing-here") as answer:
            assert answer.status == 404
        async with session.get(f"{agent.url}/booth", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403


async def test_a_number_that_cannot_be_printed_stands_on_the_screen_which_says_so(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    issued = TicketIssued(
        ticket_id=TicketId(new_uuid()),
        number=7,
        day=now().date(),
        service="kela-tuet",
        before=0,
        wait=None,
    )
    cloud.answer = lambda request: issued if isinstance(request.body, TakeTicket) else None
    await configure(cloud, endpoint)
    async with page(agent, Screen.WAITING_AREA) as screen, page(agent, Screen.BENCH) as bench:
        await eventually(lambda: screen.state["online"] and screen.state["printer"] == "ready")
        await bench.say("bench", action="unplug", port="ticket_printer")
        await screen.say("take", id=str(uuid4()), service="kela-tuet", language="fi")
        await eventually(lambda: screen.last("taken") is not None)
        await eventually(lambda: screen.state["printer"] == "unplugged")
        assert bench.state["ticket_printer"]["slips"] == []
