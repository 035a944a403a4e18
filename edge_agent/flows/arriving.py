"""The visitor comes into the booth: who sees it?"""

from collections.abc import Callable

from edge_agent.errors import PeripheralError
from edge_agent.ports import PresenceSensor
from edge_agent.supervision import keep_trying


class Arriving:
    """Hears the booth's presence sensor; without one the clerk sees the visitor come."""

    def __init__(self, *, presence: PresenceSensor | None, came: Callable[[], None]) -> None:
        self._presence = presence
        self._came = came

    async def run(self) -> None:
        """Until cancelled; a sensor that is gone is waited for."""
        if self._presence is not None:
            await keep_trying("presence sensor", self._hear, expected=(PeripheralError,))

    async def _hear(self) -> None:
        if self._presence is None:
            return
        somebody: bool | None = None
        async for now in self._presence.changes():
            # Whoever is already there when we begin to look has not come just now.
            if now and somebody is False:
                self._came()
            somebody = now
        raise PeripheralError("ended")
