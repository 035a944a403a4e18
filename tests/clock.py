"""A clock that tests move."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Tells the time that the test set."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> datetime:
        """Let time pass: ``clock.pass_(minutes=5)``."""
        self.at += timedelta(**time)
        return self.at
