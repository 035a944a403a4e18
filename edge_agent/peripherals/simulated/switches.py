"""What can be wrong with a simulated peripheral, and how does it look from outside?"""

from collections.abc import Callable

from edge_agent.peripherals.simulated.bell import Bell
from shared.telemetry import Condition


class Switches:
    """The faults that a hand can make and mend; the worst one shows."""

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self.paper = True
        self.cover_open = False
        self.unplugged = False
        self.busy = False

    @property
    def condition(self) -> Condition:
        """As the peripheral would tell it of itself."""
        if self.unplugged:
            return Condition.UNPLUGGED
        if self.cover_open:
            return Condition.COVER_OPEN
        if not self.paper:
            return Condition.PAPER_OUT
        return Condition.BUSY if self.busy else Condition.READY

    @property
    def works(self) -> bool:
        """Can it go on now?"""
        return not (self.unplugged or self.cover_open or not self.paper)

    def turn(self, action: str) -> None:
        """Make or mend a fault; ValueError for an unknown action."""
        turns: dict[str, Callable[[], None]] = {
            "paper_out": lambda: setattr(self, "paper", False),
            "paper_in": lambda: setattr(self, "paper", True),
            "cover_open": lambda: setattr(self, "cover_open", True),
            "cover_close": lambda: setattr(self, "cover_open", False),
            "unplug": lambda: setattr(self, "unplugged", True),
            "plug": lambda: setattr(self, "unplugged", False),
            "busy": lambda: setattr(self, "busy", True),
            "free": lambda: setattr(self, "busy", False),
        }
        if action not in turns:
            raise ValueError(action)
        turns[action]()
        self.bell.ring()
