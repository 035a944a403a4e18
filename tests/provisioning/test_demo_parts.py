"""Does the demo begin only where it may, and remember what it must?"""

import os
import socket
from pathlib import Path

import pytest

from provisioning.demo import plan, relay
from provisioning.demo.ports import HOST, Ports, PortTaken, free_ports
from provisioning.demo.state import SCREENS, AlreadyRunning, State


def test_a_taken_port_is_named_before_anything_starts() -> None:
    ports = free_ports()
    taken = str(ports.mqtt_devices)
    with socket.create_server((HOST, ports.mqtt_devices)), pytest.raises(PortTaken, match=taken):
        ports.check_free()


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    lock = State(tmp_path / "demo").make()
    with pytest.raises(AlreadyRunning):
        State(tmp_path / "demo").make()
    os.close(lock)
    os.close(State(tmp_path / "demo").make())


def test_secrets_are_made_once_and_nobody_else_reads_them(tmp_path: Path) -> None:
    state = State(tmp_path / "demo")
    os.close(state.make())
    assert state.turn_secret().read_text() == State(tmp_path / "demo").turn_secret().read_text()
    assert state.screen_tokens() == state.screen_tokens()
    assert len(set(state.screen_tokens().values())) == len(SCREENS)
    assert state.turn_secret().stat().st_mode & 0o077 == 0
    assert state.root.stat().st_mode & 0o077 == 0


def test_links_carry_each_screens_own_token(tmp_path: Path) -> None:
    state = State(tmp_path / "demo")
    os.close(state.make())
    tokens = state.screen_tokens()
    links = {link["code"]: link["url"] for link in plan.links(Ports.from_first(8080), tokens)}
    assert (
        links["waiting_area"]
        == f"http://127.0.0.1:8081/waiting-area#token={tokens['waiting-area']}"
    )
    assert set(links) == {"stage", "waiting_area", "booth", "bench", "info"}


def test_the_relay_listens_on_loopback_only(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    text = relay.write_configuration(tmp_path, port=3478, secret_file=secret).read_text()
    assert "listening-ip=127.0.0.1" in text
    assert "relay-ip=127.0.0.1" in text
    assert "static-auth-secret=canary" in text
