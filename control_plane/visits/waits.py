"""What may those who give numbers and show boards ask of the forecasts?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from control_plane.tickets.rules import Promise
from shared.languages import Language
from shared.tickets import WaitGrew, WaitRange


@dataclass(frozen=True, slots=True)
class General:
    """What the screens of a point say of the wait there, and why it has grown if it has."""

    wait: WaitRange | None = None
    because: WaitGrew | None = None


class Waits(Protocol):
    """What those who give numbers and show boards ask."""

    def promise(  # noqa: PLR0913 - who comes where, for what and when
        self,
        service: str,
        language: Language,
        point: str,
        *,
        agency: str,
        before: int,
        now: datetime,
    ) -> Promise | None:
        """What is foreseen for somebody who comes now; None when nothing is."""

    def general(self, point: str) -> General:
        """What the screens of the point say."""


class Unforeseen:
    """Where nothing is foreseen, promises are made by position."""

    def promise(  # noqa: PLR0913 - as the protocol says
        self,
        service: str,
        language: Language,
        point: str,
        *,
        agency: str,
        before: int,
        now: datetime,
    ) -> Promise | None:
        """Nothing."""
        del service, language, point, agency, before, now
        return None

    def general(self, point: str) -> General:
        """Nothing."""
        del point
        return General()


UNFORESEEN = Unforeseen()
