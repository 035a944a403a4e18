"""What do all screens show now? The one place where the device's picture of itself changes."""

import asyncio
from dataclasses import replace
from typing import Any

from edge_agent.clock import Clock
from edge_agent.core import scenes
from edge_agent.core.scenes import Scene
from edge_agent.ports import Screen, Screens

# The screens' clocks run by themselves; this only keeps them from drifting.
REFRESH_S = 20.0


class Showing:
    """Holds the scene; every change is on the screens at once, the latest wins."""

    def __init__(self, *, screens: Screens, clock: Clock) -> None:
        self.scene = Scene()
        self._screens = screens
        self._clock = clock

    def change(self, **changes: Any) -> None:
        """Change fields of the scene by name."""
        changed = replace(self.scene, **changes)
        if changed != self.scene:
            self.scene = changed
            self.refresh()

    def refresh(self) -> None:
        """Build every screen's state anew."""
        now = self._clock.now()
        self._screens.show(Screen.WAITING_AREA, scenes.waiting_area(self.scene, now=now))
        self._screens.show(Screen.INFO, scenes.info(self.scene, now=now))
        self._screens.show(
            Screen.BOOTH,
            scenes.booth(self.scene, now=now, monotonic=self._clock.monotonic()),
        )

    async def run(self) -> None:
        """Tell the time now and then."""
        while True:
            self.refresh()
            await asyncio.sleep(REFRESH_S)
