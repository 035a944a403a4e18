"""Which driver stands behind which port, and what the registry says of a mistake."""

import subprocess
import sys

import pytest

from edge_agent.errors import ConfigurationError, PeripheralError
from edge_agent.peripherals.registry import open_peripherals
from edge_agent.settings import DriverSettings
from shared.languages import Language
from shared.telemetry import Port


def settings(driver: str, **options: object) -> DriverSettings:
    return DriverSettings.model_validate({"driver": driver, **options})


async def test_every_driver_opens_without_its_hardware() -> None:
    peripherals, bench = open_peripherals(
        {
            Port.TICKET_PRINTER: settings("escpos-network", host="192.0.2.1"),
            Port.DOCUMENT_PRINTER: settings("cups", queue="a4"),
            Port.DOCUMENT_CAMERA: settings("v4l2", device="/dev/video9"),
            Port.CALL_BUTTON: settings("gpiozero", booth=17),
            Port.LAMP: settings("gpiozero", pin=22),
            Port.PRESENCE: settings("gpiozero", pin=23),
        }
    )
    assert bench is None
    assert [one.port for one in peripherals.all()] == [*Port][:6]
    assert not any(one.simulated for one in peripherals.all())
    for one in peripherals.all():
        await one.close()


def test_a_port_without_a_driver_has_nothing_behind_it() -> None:
    peripherals, bench = open_peripherals({Port.LAMP: settings("none")})
    assert peripherals.all() == []
    assert bench is None


def test_the_bench_is_there_where_one_is_simulated() -> None:
    peripherals, bench = open_peripherals(
        {Port.LAMP: settings("simulated"), Port.PRESENCE: settings("gpiozero", pin=5)}
    )
    assert bench is not None
    assert bench.state()["ticket_printer"] is None
    assert [one.simulated for one in peripherals.all()] == [True, False]


@pytest.mark.parametrize(
    ("port", "driver", "message"),
    [
        (Port.LAMP, settings("lava"), "gpiozero"),
        (Port.LAMP, settings("gpiozero"), "pin"),
        (Port.LAMP, settings("gpiozero", pin=5, colour="red"), "colour"),
        (Port.TICKET_PRINTER, settings("cups"), "escpos-network"),
        (Port.SCREEN, settings("simulated"), "takes no driver"),
    ],
)
def test_a_mistake_in_the_configuration_says_where_and_what(
    port: Port, driver: DriverSettings, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as mistake:
        open_peripherals({port: driver})
    assert f"[{port}]" in str(mistake.value)


async def test_a_device_without_speech_says_so() -> None:
    peripherals, _ = open_peripherals({}, speaker=settings("none"))
    with pytest.raises(PeripheralError, match="speech_missing"):
        await peripherals.speaker.say(Language.FINNISH, "Hei")


def test_an_idle_agent_carries_no_driver_library() -> None:
    program = """
import sys
from edge_agent.peripherals.registry import open_peripherals
from edge_agent.settings import DriverSettings
from edge_agent.media import rooms
from edge_agent.media.gate import warden
from shared.telemetry import Port
ports = [*Port][:6]
open_peripherals({port: DriverSettings(driver="simulated") for port in ports})
open_peripherals({
    Port.TICKET_PRINTER: DriverSettings(driver="escpos-network", host="h"),
    Port.DOCUMENT_PRINTER: DriverSettings(driver="cups", queue="q"),
    Port.DOCUMENT_CAMERA: DriverSettings(driver="v4l2"),
    Port.LAMP: DriverSettings(driver="gpiozero", pin=5),
})
heavy = {"PIL", "av", "aiortc", "escpos", "cups", "pikepdf", "pypdfium2", "gpiozero", "pysnmp"}
print(sorted(heavy & set(sys.modules)))
"""
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
