"""What do the journey's operations need to know of this installation?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from starlette.requests import HTTPConnection

from control_plane.security.turn import Turn
from control_plane.settings import Settings
from control_plane.visits.rules import Timings


@dataclass(frozen=True, slots=True)
class Setup:
    """Times and the relay."""

    timings: Timings
    turn: Turn
    relay_only: bool
    clerks_named_for: timedelta = timedelta(days=30)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        return cls(
            timings=Timings(
                recall_gap=timedelta(seconds=settings.recall_after_s),
                attempts=settings.recalls,
                no_show=timedelta(seconds=settings.no_show_after_s),
                return_within=timedelta(seconds=settings.return_within_s),
                wrap_up_s=settings.wrap_up_s,
            ),
            turn=Turn(settings.turn_servers, settings.turn_secret()),
            relay_only=settings.relay_only,
            clerks_named_for=timedelta(days=settings.clerks_named_for_days),
        )


def setup_of(connection: HTTPConnection) -> Setup:
    """The setup of the application that serves this request or socket."""
    found = connection.app.state.setup
    if not isinstance(found, Setup):
        raise TypeError("app.state.setup is not set")
    return found
