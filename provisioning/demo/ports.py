"""Which ports does the demo use, are they free, and may media go straight between parties?"""

import socket
from dataclasses import dataclass
from typing import Self

from provisioning.own_ports import own_ports

HOST = "127.0.0.1"
COUNT = 6
RELAY_FIRST = 49160
RELAY_LAST = 49200


class PortTaken(Exception):
    """Another program listens where the demo wants to."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Six ports in a row, so that one number moves the whole demo."""

    web: int
    screens: int
    device_https: int
    mqtt_devices: int
    mqtt_services: int
    turn: int
    relay_only: bool = False  # as in production: every packet of a room goes through the relay

    @classmethod
    def from_first(cls, first: int, *, relay_only: bool = False) -> Self:
        """``first`` is where the start page answers."""
        return cls(
            web=first,
            screens=first + 1,
            device_https=first + 2,
            mqtt_devices=first + 3,
            mqtt_services=first + 4,
            turn=first + 5,
            relay_only=relay_only,
        )

    def check_free(self) -> None:
        """Raises `PortTaken` naming the first port that is not free."""
        for port in range(self.web, self.turn + 1):
            _bind(port, socket.SOCK_STREAM)
        _bind(self.turn, socket.SOCK_DGRAM)


def free_ports() -> Ports:
    """Six ports in a row below the range of passing connections, nobody else's while we live."""
    return Ports.from_first(own_ports(COUNT))


def _bind(port: int, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as probe:
        # As the servers do: a connection that lingers from the last run is no listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(
                f"port {port} is taken; DEMO_PORT=9080 make demo moves all six ports"
            ) from error
