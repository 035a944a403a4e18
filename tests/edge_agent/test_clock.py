"""Does the device know the server's time, whatever its own clock says?"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.clock import Clock

SERVER = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Sources:
    def __init__(self, off: timedelta = timedelta()) -> None:
        self.passed = 0.0
        self.off = off
        self.clock = Clock(wall=lambda: self.server + self.off, monotonic=lambda: 7 + self.passed)

    @property
    def server(self) -> datetime:
        return SERVER + timedelta(seconds=self.passed)

    def ask(self, there_s: float, back_s: float) -> None:
        asked = self.clock.monotonic()
        self.passed += there_s
        answered = self.server
        self.passed += back_s
        self.clock.learn(answered, asked_at=asked, answered_at=self.clock.monotonic())

    @property
    def error_s(self) -> float:
        return abs((self.clock.now() - self.server).total_seconds())


def test_until_it_is_told_it_believes_its_own_clock() -> None:
    sources = Sources(timedelta(hours=2))
    assert not sources.clock.known
    assert sources.error_s == 7200


@given(
    hours=st.floats(-48, 48),
    there_s=st.floats(0, 2),
    back_s=st.floats(0, 2),
    later_s=st.floats(0, 1000),
)
def test_one_answer_puts_it_right_to_half_the_round_trip(
    hours: float, there_s: float, back_s: float, later_s: float
) -> None:
    sources = Sources(timedelta(hours=hours))
    sources.ask(there_s, back_s)
    sources.off += timedelta(hours=5)  # somebody sets the wall clock: it matters no more
    sources.passed += later_s
    assert sources.clock.known
    assert sources.error_s <= (there_s + back_s) / 2 + 0.001


def test_a_worse_answer_does_not_spoil_a_better_one() -> None:
    sources = Sources()
    sources.ask(0.01, 0.01)
    sources.ask(0.0, 3.0)
    assert sources.error_s < 0.02


def test_an_answer_that_took_too_long_says_nothing() -> None:
    sources = Sources(timedelta(hours=1))
    sources.ask(0.0, 11.0)
    assert not sources.clock.known


def test_an_old_answer_is_replaced_by_a_fresh_one_in_the_end() -> None:
    sources = Sources()
    sources.ask(0.0, 0.02)
    sources.passed += 3600
    sources.ask(0.1, 0.1)
    assert sources.error_s < 0.001
