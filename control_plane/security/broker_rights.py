"""Who may write and read which topics? One table, rendered for the broker.

A device's and a support console's name is the common name of its certificate, which our CA set.
A role that has no row may do nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.topics import BETWEEN_REPLICAS, ROOT

CONTROL_PLANE = "control-plane"
SUPPORT_GATEWAY = "s-gateway"
CANARY = "canary"


class Role(StrEnum):
    """What kind of party connects; devices have a listener of their own."""

    DEVICE = "device"
    CONTROL_PLANE = "control_plane"
    SUPPORT = "support"


class Action(StrEnum):
    """What may be done with a topic."""

    READ = "read"
    WRITE = "write"


# Stands for the own name in a pattern.
SELF = "{self}"


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table."""

    role: Role
    action: Action
    pattern: str


RIGHTS = (
    Right(Role.DEVICE, Action.WRITE, f"{ROOT}/d/{SELF}/up/#"),
    Right(Role.DEVICE, Action.READ, f"{ROOT}/d/{SELF}/down/#"),
    Right(Role.CONTROL_PLANE, Action.READ, f"{ROOT}/d/+/up/#"),
    Right(Role.CONTROL_PLANE, Action.WRITE, f"{ROOT}/d/+/down/#"),
    Right(Role.CONTROL_PLANE, Action.READ, f"{ROOT}/s/+/up/#"),
    Right(Role.CONTROL_PLANE, Action.WRITE, f"{ROOT}/s/+/down/#"),
    Right(Role.CONTROL_PLANE, Action.READ, BETWEEN_REPLICAS),
    Right(Role.CONTROL_PLANE, Action.WRITE, BETWEEN_REPLICAS),
    Right(Role.CONTROL_PLANE, Action.READ, "$SYS/#"),
    Right(Role.SUPPORT, Action.WRITE, f"{ROOT}/s/{SELF}/up/#"),
    Right(Role.SUPPORT, Action.READ, f"{ROOT}/s/{SELF}/down/#"),
)

# Which certificate's common name is which service.
SERVICES = {CONTROL_PLANE: Role.CONTROL_PLANE, SUPPORT_GATEWAY: Role.SUPPORT}


def mosquitto_devices() -> str:
    """The ACL file of the devices' listener: patterns over the own name, and nothing else."""
    lines = [
        f"pattern {right.action} {right.pattern.replace(SELF, '%u')}"
        for right in RIGHTS
        if right.role is Role.DEVICE
    ]
    return "\n".join(lines) + "\n"


def mosquitto_services() -> str:
    """The ACL file of the services' listener: each service by its name."""
    blocks = []
    for name, role in SERVICES.items():
        lines = [
            f"topic {right.action} {right.pattern.replace(SELF, name)}"
            for right in RIGHTS
            if right.role is role
        ]
        blocks.append("\n".join([f"user {name}", *lines]))
    return "\n\n".join(blocks) + "\n"
