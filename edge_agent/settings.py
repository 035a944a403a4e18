"""What is this agent told by its environment? The one place that reads it."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, Json

from edge_agent.errors import ConfigurationError
from shared.telemetry import Port

_SPEAKER = "speaker"
_ATTACHED = (
    Port.TICKET_PRINTER,
    Port.DOCUMENT_PRINTER,
    Port.DOCUMENT_CAMERA,
    Port.CALL_BUTTON,
    Port.LAMP,
    Port.PRESENCE,
)


class DriverSettings(BaseModel):
    """One table of the peripherals' TOML file; what a driver needs besides stands in it too."""

    model_config = ConfigDict(extra="allow", frozen=True)

    driver: str

    @property
    def options(self) -> dict[str, Any]:
        """The driver's own settings."""
        return dict(self.model_extra or {})


class _Told(BaseModel):
    """Each field from the variable of its name; an alias is a variable's whole name.

    pydantic-settings does this too, and would cost a device that idles for months 1.5 MB.
    """

    model_config = ConfigDict(frozen=True)

    prefix: ClassVar[str] = ""

    def __init__(self) -> None:
        environment = os.environ  # noqa: TID251 - the one place that reads it
        told = {}
        for name, field in type(self).model_fields.items():
            variable = field.alias or f"{self.prefix}{name}".upper()
            if variable in environment:
                told[field.alias or name] = environment[variable]
        super().__init__(**told)


class SystemdSettings(_Told):
    """What systemd gives to a unit of Type=notify."""

    notify_socket: str = ""
    watchdog_usec: int = 0


class Settings(_Told):
    """Everything that can be set, as ETAPISTE_AGENT_<NAME>."""

    prefix = "ETAPISTE_AGENT_"

    state_dir: Path = Path("/var/lib/etapiste")
    claim: Path | None = None  # a claim.json: the agent enrols itself at its first start
    screens_port: Annotated[int, Field(ge=0, le=65535)] = 8081  # 0: any free port
    peripherals_file: Annotated[Path | None, Field(alias="ETAPISTE_AGENT_PERIPHERALS")] = None
    # The screen with the loudspeaker that calls are heard from; they are seen on both.
    loudspeaker: Literal["waiting-area", "info"] = "waiting-area"
    screen_tokens: Json[dict[str, str]] = {}  # screen → token; for the demo, else made at random
    ice_loopback: bool = False  # tests and demo: 127.0.0.1 may be a candidate
    # Where pages and spools keep things on disk; the wiping looks for traces there.
    trace_dirs: Json[tuple[Path, ...]] = ()

    @property
    def peripherals(self) -> dict[Port, DriverSettings]:
        """Which driver stands behind which port; without a file every one is simulated."""
        if self.peripherals_file is None:
            return {port: DriverSettings(driver="simulated") for port in _ATTACHED}
        tables = self._tables()
        tables.pop(_SPEAKER, None)
        try:
            return {Port(name): DriverSettings(**table) for name, table in tables.items()}
        except (ValueError, TypeError) as error:
            raise ConfigurationError(f"{self.peripherals_file}: {error}") from error

    @property
    def speaker(self) -> DriverSettings | None:
        """How the device speaks; None leaves it to the registry."""
        if self.peripherals_file is None:
            return None
        table = self._tables().get(_SPEAKER)
        return None if table is None else DriverSettings(**table)

    def _tables(self) -> dict[str, Any]:
        if self.peripherals_file is None:
            return {}
        try:
            return tomllib.loads(self.peripherals_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{self.peripherals_file}: {error}") from error
