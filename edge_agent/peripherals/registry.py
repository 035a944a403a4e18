"""Which driver stands behind which port? The only place that names drivers.

A port that the configuration does not name has nothing behind it. A driver's file is
imported only when it is named, and its library only when it is used.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from edge_agent.errors import ConfigurationError, PeripheralError
from edge_agent.ports import Bench, Peripherals, Speaker
from edge_agent.settings import DriverSettings
from shared.languages import Language
from shared.telemetry import Port

_SIMULATED = "simulated"
_NONE = "none"
_DRIVERS = "edge_agent.peripherals.drivers"
_TWINS = "edge_agent.peripherals.simulated"

# Module and class of each driver, and of the twin, behind each port.
_REAL = {
    (Port.TICKET_PRINTER, "escpos-network"): ("escpos_network", "EscposNetworkTicketPrinter"),
    (Port.DOCUMENT_PRINTER, "cups"): ("cups_printer", "CupsDocumentPrinter"),
    (Port.DOCUMENT_CAMERA, "v4l2"): ("v4l2", "V4l2DocumentCamera"),
    (Port.DOCUMENT_CAMERA, "file"): ("file_camera", "FileDocumentCamera"),
    (Port.CALL_BUTTON, "gpiozero"): ("gpio", "GpioCallButton"),
    (Port.LAMP, "gpiozero"): ("gpio", "GpioLamp"),
    (Port.PRESENCE, "gpiozero"): ("gpio", "GpioPresenceSensor"),
}
_TWIN = {
    Port.TICKET_PRINTER: ("ticket_printer", "SimulatedTicketPrinter"),
    Port.DOCUMENT_PRINTER: ("document_printer", "SimulatedDocumentPrinter"),
    Port.DOCUMENT_CAMERA: ("document_camera", "SimulatedDocumentCamera"),
    Port.CALL_BUTTON: ("room", "SimulatedCallButton"),
    Port.LAMP: ("room", "SimulatedLamp"),
    Port.PRESENCE: ("room", "SimulatedPresenceSensor"),
}


class NoSpeaker:
    """A device without speech: its screens show the text only."""

    async def say(self, language: Language, text: str) -> bytes:  # noqa: ARG002 - the port's shape
        """Says that it cannot."""
        raise PeripheralError("speech_missing")


def open_peripherals(
    config: Mapping[Port, DriverSettings], *, speaker: DriverSettings | None = None
) -> tuple[Peripherals, Bench | None]:
    """Every peripheral that the configuration names, and the bench where one is simulated.

    Speech comes from espeak-ng unless ``speaker`` says otherwise.
    """
    for port in config:
        if port not in _TWIN:
            raise ConfigurationError(f"[{port}] takes no driver; there are {', '.join(_TWIN)}")
    simulated = {port for port, settings in config.items() if settings.driver == _SIMULATED}
    bell: Any = import_module(f"{_TWINS}.bell").Bell() if simulated else None
    opened = {str(port): _open(port, config.get(port), bell) for port in _TWIN}
    peripherals = Peripherals(**opened, speaker=_speaker(speaker))
    if not simulated:
        return peripherals, None
    bench = import_module(f"{_TWINS}.bench")
    made: Bench = bench.Bench(bell, bench.Twins(**{str(port): opened[port] for port in simulated}))
    return peripherals, made


def _open(port: Port, settings: DriverSettings | None, bell: Any) -> Any:
    if settings is None or settings.driver == _NONE:
        return None
    if settings.driver == _SIMULATED:
        module, name = _TWIN[port]
        twin = getattr(import_module(f"{_TWINS}.{module}"), name)
        return _make(twin, bell, section=port, options=settings.options)
    if (port, settings.driver) not in _REAL:
        names = [*(name for of, name in _REAL if of is port), _SIMULATED, _NONE]
        raise ConfigurationError(f"[{port}] driver must be one of {', '.join(names)}")
    module, name = _REAL[port, settings.driver]
    driver = getattr(import_module(f"{_DRIVERS}.{module}"), name)
    return _make(driver, section=port, options=settings.options)


def _speaker(settings: DriverSettings | None) -> Speaker:
    match settings.driver if settings else "espeak":
        case "espeak":
            driver = import_module(f"{_DRIVERS}.espeak").EspeakSpeaker
            options = settings.options if settings else {}
            made: Speaker = _make(driver, section="speaker", options=options)
            return made
        case "none":
            return NoSpeaker()
        case _:
            raise ConfigurationError(f"[speaker] driver must be one of espeak, {_NONE}")


def _make(driver: Callable[..., Any], *given: Any, section: str, options: dict[str, Any]) -> Any:
    try:
        inspect.signature(driver).bind(*given, **options)
    except TypeError as error:
        raise ConfigurationError(f"[{section}] {error}") from None
    return driver(*given, **options)
