"""A paper, desk to clerk: how is a sharp picture taken when the clerk asks for it?"""

import asyncio

from edge_agent.errors import PeripheralError
from edge_agent.ports import DocumentCamera, Still
from shared.documents import MAX_DOCUMENT

LONGEST_S = 10.0


class Scanning:
    """One picture at a time; nothing is kept."""

    def __init__(self, camera: DocumentCamera | None) -> None:
        self._camera = camera
        self._one_at_a_time = asyncio.Lock()

    async def still(self) -> Still | None:
        """At the sensor's full size; None where there is no camera.

        Raises `PeripheralError`: the camera's own trouble, ``timeout`` or ``too_large``.
        """
        if self._camera is None:
            return None
        try:
            async with asyncio.timeout(LONGEST_S), self._one_at_a_time:
                still = await self._camera.still()
        except TimeoutError:
            raise PeripheralError("timeout") from None
        if len(still.jpeg) > MAX_DOCUMENT:
            raise PeripheralError("too_large")
        return still
