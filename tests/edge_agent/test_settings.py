"""Is the agent told the right things, and does a wrong file say what is wrong?"""

from pathlib import Path

import pytest
from pydantic import ValidationError

from edge_agent.errors import ConfigurationError
from edge_agent.settings import Settings
from shared.telemetry import Port


def told(monkeypatch: pytest.MonkeyPatch, file: Path, content: str) -> Settings:
    file.write_text(content)
    monkeypatch.setenv("ETAPISTE_AGENT_PERIPHERALS", str(file))
    return Settings()


def test_without_a_file_every_peripheral_is_simulated() -> None:
    peripherals = Settings().peripherals
    assert {driver.driver for driver in peripherals.values()} == {"simulated"}
    assert Port.SCREEN not in peripherals


def test_a_file_names_a_driver_and_its_options_for_each_port(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = """
    [document_printer]
    driver = "cups"
    queue = "booth-1"
    [speaker]
    driver = "none"
    """
    settings = told(monkeypatch, tmp_path / "p.toml", content)
    [(port, driver)] = settings.peripherals.items()
    assert port is Port.DOCUMENT_PRINTER
    assert (driver.driver, driver.options) == ("cups", {"queue": "booth-1"})
    assert settings.speaker is not None
    assert settings.speaker.driver == "none"


@pytest.mark.parametrize("content", ["[", "[teleporter]\ndriver='x'", "[lamp]\n", "lamp = 1"])
def test_a_wrong_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    settings = told(monkeypatch, tmp_path / "p.toml", content)
    with pytest.raises(ConfigurationError, match=r"p\.toml"):
        _ = settings.peripherals


def test_a_call_is_heard_from_a_screen_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().loudspeaker == "waiting-area"
    monkeypatch.setenv("ETAPISTE_AGENT_LOUDSPEAKER", "info")
    assert Settings().loudspeaker == "info"
    monkeypatch.setenv("ETAPISTE_AGENT_LOUDSPEAKER", "booth")
    with pytest.raises(ValidationError):
        Settings()


def test_lists_and_tokens_come_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETAPISTE_AGENT_SCREEN_TOKENS", '{"booth": "t"}')
    monkeypatch.setenv("ETAPISTE_AGENT_TRACE_DIRS", '["/var/spool/cups"]')
    settings = Settings()
    assert settings.screen_tokens == {"booth": "t"}
    assert settings.trace_dirs == (Path("/var/spool/cups"),)
