"""What does every route have at hand? The Store, the clock, the settings and the keys.

`app` makes one and puts it on ``app.state.boundary``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from control_plane.clock import Clock
from control_plane.database import Store, Tx
from control_plane.live import Hub
from control_plane.security.keys import Keyring
from control_plane.security.known_sessions import KnownSessions
from control_plane.security.pace import Pace
from control_plane.security.passwords import Passwords
from control_plane.security.refusals import Refusals
from control_plane.settings import Settings
from shared.identifiers import AgencyCode
from shared.languages import Text

# Agencies' names are kept in a higher room, which `app` joins to the session's answer.
AgencyName = Callable[[Tx, AgencyCode], Text | None]


def _nameless(_tx: Tx, _agency: AgencyCode) -> Text | None:
    return None


@dataclass(frozen=True, slots=True)
class Boundary:
    """Everything between a request and an operation."""

    store: Store
    clock: Clock
    settings: Settings
    keys: Keyring
    hub: Hub
    agency_name: AgencyName = _nameless
    passwords: Passwords = field(default_factory=Passwords)
    pace: Pace = field(default_factory=Pace)
    refusals: Refusals = field(init=False)
    sessions: KnownSessions = field(init=False)

    def __post_init__(self) -> None:
        """What was refused here is kept through the same Store, and sessions are read by it."""
        object.__setattr__(self, "refusals", Refusals(self.store, self.clock))
        object.__setattr__(self, "sessions", KnownSessions(self.store, self.hub))


def boundary(connection: HTTPConnection) -> Boundary:
    """The boundary of the application that serves this request or socket."""
    found = connection.app.state.boundary
    if not isinstance(found, Boundary):
        raise TypeError("app.state.boundary is not set")
    return found
