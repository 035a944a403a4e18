"""What does a device say of itself: that it lives, and what its peripherals can do."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Vocabulary, Wire, WireTime
from shared.identifiers import BoothCode, BootId


class DeviceStatus(Body):
    """``up/status``, retained, and the last will: is the device on the line?"""

    kind: ClassVar[str] = "device.status"
    online: bool
    boot_id: BootId
    version: str = ""


class Heartbeat(Body):
    """``up/telemetry``: alive. At most 150 bytes as a payload, envelope included."""

    kind: ClassVar[str] = "hb"
    up_s: int


class Port(StrEnum):
    """What a peripheral is for; one port has at most one driver."""

    TICKET_PRINTER = "ticket_printer"
    DOCUMENT_PRINTER = "document_printer"
    DOCUMENT_CAMERA = "document_camera"
    CALL_BUTTON = "call_button"
    LAMP = "lamp"
    PRESENCE = "presence"
    SCREEN = "screen"  # the booth's screen with its own camera, microphone and speaker
    WAITING_SCREEN = "waiting_screen"


class Condition(StrEnum):
    """How a peripheral is, in our words; a clerk reads it as text in her language."""

    READY = "ready"
    BUSY = "busy"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"
    SUPPLIES_LOW = "supplies_low"
    UNPLUGGED = "unplugged"  # cannot be reached, or is gone
    FAILED = "failed"
    UNKNOWN = "unknown"  # it answered nothing that could be understood


# Conditions in which the peripheral still does its work.
USABLE = frozenset({Condition.READY, Condition.BUSY, Condition.PAPER_LOW, Condition.SUPPLIES_LOW})


class PeripheralStatus(Wire):
    """One peripheral's condition since an instant."""

    port: Port
    condition: Condition
    since: WireTime
    simulated: bool = False

    @property
    def usable(self) -> bool:
        """May it be promised to a visitor?"""
        return self.condition in USABLE


class PeripheralsChanged(Body):
    """``up/event``: how every peripheral of the device is now; the latest wins by ``sent_at``."""

    kind: ClassVar[str] = "peripherals.changed"
    booth: BoothCode | None
    peripherals: tuple[PeripheralStatus, ...]


class HelpPressed(Body):
    """``up/event``: somebody pressed for help, by the button or on a screen."""

    kind: ClassVar[str] = "help.pressed"
    where: Annotated[str, Field(pattern="^(waiting_area|booth)$")]
    at: WireTime


STATUS = Vocabulary[Body]([DeviceStatus])
TELEMETRY = Vocabulary[Body]([Heartbeat])


def usable(statuses: tuple[PeripheralStatus, ...], port: Port) -> bool:
    """Can the point use the peripheral behind ``port`` now?"""
    return any(status.port is port and status.usable for status in statuses)


def changed_since(statuses: tuple[PeripheralStatus, ...], port: Port) -> datetime | None:
    """Since when the peripheral behind ``port`` is as it is."""
    return next((status.since for status in statuses if status.port is port), None)
