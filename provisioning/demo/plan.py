"""Which programs make up the demo, how are they started and in which order?"""

import json
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from provisioning.demo import readiness, relay
from provisioning.demo.ports import HOST, Ports
from provisioning.demo.state import State
from provisioning.demo.supervisor import Child

DEVICE = "d-salla-01"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

PERIPHERALS = "".join(
    f'[{port}]\ndriver = "simulated"\n\n'
    for port in (
        "ticket_printer",
        "document_printer",
        "document_camera",
        "call_button",
        "lamp",
        "presence",
    )
)


class ProgramMissing(Exception):
    """A program of the distribution is not installed."""


def children(
    state: State,
    ports: Ports,
    accounts: list[dict[str, str]],
    *,
    agent_under: Sequence[str] = (),
) -> list[Child]:
    """Every child, each waiting by itself for what it needs."""
    control = control_plane_environment(state, ports)
    control |= {
        "ETAPISTE_LINKS": json.dumps(links(ports, state.screen_tokens())),
        "ETAPISTE_DEMO_ACCOUNTS": json.dumps(accounts),
    }
    relay.write_configuration(state.turn, port=ports.turn, secret_file=state.turn_secret())

    async def broker_listens() -> None:
        await readiness.listening(ports.mqtt_services)

    async def endpoint_listens() -> None:
        if not state.enrolled:  # a device that is enrolled comes up by itself
            await readiness.listening(ports.device_https)

    def child(
        name: str,
        command: list[str],
        settings: Mapping[str, str],
        after: Callable[[], Awaitable[None]] | None = None,
    ) -> Child:
        return Child(name, command, settings, state.root, state.log(name), after)

    plain = environment(state)
    python = sys.executable
    return [
        child("broker", [program("mosquitto"), "-c", "broker/mosquitto.conf"], plain),
        child("relay", [program("turnserver"), "-c", "turn/turnserver.conf"], plain),
        child("control-plane", [python, "-m", "control_plane", "serve"], control, broker_listens),
        child(
            "agent",
            [*agent_under, python, "-m", "edge_agent"],
            agent_environment(state, ports),
            endpoint_listens,
        ),
    ]


def environment(state: State) -> dict[str, str]:
    """What every child gets: nothing of the caller's but the way to programs."""
    return {"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(state.root), "PYTHONUNBUFFERED": "1"}


def control_plane_environment(state: State, ports: Ports) -> dict[str, str]:
    """Settings of `etapiste`, for serving and for preparing alike."""
    return environment(state) | {
        "ETAPISTE_STATE_DIR": str(state.control_plane),
        "ETAPISTE_HOST": HOST,
        "ETAPISTE_PORT": str(ports.web),
        "ETAPISTE_PUBLIC_ORIGIN": f"http://{HOST}:{ports.web}",
        "ETAPISTE_MQTT_HOST": HOST,
        "ETAPISTE_MQTT_PORT": str(ports.mqtt_services),
        "ETAPISTE_MQTT_DEVICE_PORT": str(ports.mqtt_devices),
        "ETAPISTE_DEVICE_HOST": HOST,
        "ETAPISTE_DEVICE_PORT": str(ports.device_https),
        "ETAPISTE_TURN_URLS": relay.urls(ports.turn),
        "ETAPISTE_TURN_SECRET_FILE": str(state.turn_secret()),
        "ETAPISTE_RELAY_ONLY": str(ports.relay_only).lower(),
        # Its passwords stand on its start page: whoever plays needs no phone.
        "ETAPISTE_SECOND_FACTOR_ROLES": "[]",
    }


def agent_environment(state: State, ports: Ports) -> dict[str, str]:
    """Settings of `etapiste-agent`."""
    return environment(state) | {
        "ETAPISTE_AGENT_STATE_DIR": str(state.agent),
        "ETAPISTE_AGENT_CLAIM": str(state.claim),
        "ETAPISTE_AGENT_SCREENS_PORT": str(ports.screens),
        "ETAPISTE_AGENT_PERIPHERALS": str(state.peripherals),
        "ETAPISTE_AGENT_SCREEN_TOKENS": json.dumps(state.screen_tokens()),
        "ETAPISTE_AGENT_ICE_LOOPBACK": "true",
    }


def links(ports: Ports, tokens: Mapping[str, str]) -> list[dict[str, str]]:
    """Where the start page leads, in the order of use."""
    screens = ("stage", "waiting-area", "booth", "bench", "info")
    return [
        {
            "code": screen.replace("-", "_"),
            "url": f"http://{HOST}:{ports.screens}/{screen}#token={tokens[screen]}",
        }
        for screen in screens
    ]


def program(name: str) -> str:
    """The full path of a program of the distribution."""
    found = shutil.which(name, path=PATH)
    if found is None:
        raise ProgramMissing(f"{name} is not installed: make setup installs it")
    return str(Path(found))
