"""Which MQTT topic carries what, and who is on it?

``rsp/v1/d/{device}/up/{status,telemetry,event,request,reply,signal}`` and
``rsp/v1/d/{device}/down/{command,reply,twin,signal}``; support staff
``rsp/v1/s/{name}/up/request`` and ``rsp/v1/s/{name}/down/reply``.
Only ``up/status`` is retained; it is the last will too. What replicas of the control plane say to
one another is on ``rsp/v1/c/signal``, which no device and no person can read or write.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.identifiers import DEVICE_NAME_PATTERN, DeviceName

ROOT = "rsp/v1"
SHARED_GROUP = "control-plane"


# Between replicas: a signal from one clerk's page to another's, which hangs on another replica.
BETWEEN_REPLICAS = f"{ROOT}/c/signal"


class Up(StrEnum):
    """What a device tells the control plane."""

    STATUS = "status"
    TELEMETRY = "telemetry"
    EVENT = "event"
    REQUEST = "request"
    REPLY = "reply"
    SIGNAL = "signal"


class Down(StrEnum):
    """What the control plane tells a device."""

    COMMAND = "command"
    REPLY = "reply"
    TWIN = "twin"
    SIGNAL = "signal"


# Sizes in bytes of one payload; documents and pictures never travel by MQTT.
LIMITS: dict[Up | Down, int] = {
    Up.STATUS: 4096,
    Up.TELEMETRY: 4096,
    Up.EVENT: 4096,
    Up.REQUEST: 4096,
    Up.REPLY: 4096,
    Up.SIGNAL: 32768,
    Down.COMMAND: 4096,
    Down.REPLY: 4096,
    Down.TWIN: 4096,
    Down.SIGNAL: 32768,
}


@dataclass(frozen=True, slots=True)
class FromDevice:
    """A topic that a device wrote, taken apart."""

    device: DeviceName
    channel: Up


def up(device: DeviceName, channel: Up) -> str:
    """The topic on which ``device`` speaks."""
    return f"{ROOT}/d/{device}/up/{channel}"


def down(device: DeviceName, channel: Down) -> str:
    """The topic on which ``device`` listens."""
    return f"{ROOT}/d/{device}/down/{channel}"


def all_down(device: DeviceName) -> str:
    """Everything said to ``device``: its one subscription, since overlapping ones give copies."""
    return f"{ROOT}/d/{device}/down/#"


def shared_up(channel: Up) -> str:
    """One channel of every device, each message to one replica of the control plane only."""
    return f"$share/{SHARED_GROUP}/{ROOT}/d/+/up/{channel}"


def every_up(channel: Up) -> str:
    """One channel of every device, each message to every replica."""
    return f"{ROOT}/d/+/up/{channel}"


_UP = re.compile(rf"^{ROOT}/d/(?P<device>[^/]+)/up/(?P<channel>[^/]+)$")


def read_up(topic: str) -> FromDevice | None:
    """Take a topic apart; None when it is not a device's, so that a stranger cannot crash us."""
    found = _UP.match(topic)
    if not found or not re.match(DEVICE_NAME_PATTERN, found["device"]):
        return None
    if found["channel"] not in set(Up):
        return None
    return FromDevice(device=found["device"], channel=Up(found["channel"]))


def read_down(topic: str) -> Down | None:
    """Which of a device's own channels is this? None when it is none of them."""
    channel = topic.rsplit("/", 1)[-1]
    return Down(channel) if channel in set(Down) else None
