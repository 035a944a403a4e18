"""Is a fault told only when it lasts, and taken back at once?"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.faults import LASTS_S, Faults, Reading, nothing_seen, settle
from shared.telemetry import Condition, Port

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PORT = Port.DOCUMENT_PRINTER


class Watch:
    def __init__(self) -> None:
        self.faults: Faults = nothing_seen()
        self.now = 0.0

    def sees(self, condition: Condition, *, after: float = 0.0) -> bool:
        self.now += after
        self.faults, news = settle(
            self.faults,
            (Reading(PORT, condition),),
            now=self.now,
            at=START + timedelta(seconds=self.now),
        )
        return news

    @property
    def told(self) -> Condition:
        return self.faults.told[0].condition


def test_the_first_look_is_told_at_once() -> None:
    watch = Watch()
    assert watch.sees(Condition.PAPER_OUT)
    assert watch.told is Condition.PAPER_OUT


def test_a_fault_is_told_when_it_has_lasted_with_the_instant_it_began() -> None:
    watch = Watch()
    watch.sees(Condition.READY)
    assert not watch.sees(Condition.PAPER_OUT, after=10)
    assert not watch.sees(Condition.PAPER_OUT, after=1)
    assert watch.sees(Condition.PAPER_OUT, after=1)
    assert watch.faults.told[0].since == START + timedelta(seconds=10)


def test_a_flicker_is_never_told() -> None:
    watch = Watch()
    watch.sees(Condition.READY)
    assert not any(
        watch.sees(condition, after=1) for condition in [Condition.UNPLUGGED, Condition.READY] * 5
    )
    assert watch.told is Condition.READY


def test_a_fault_that_is_over_is_taken_back_at_once() -> None:
    watch = Watch()
    watch.sees(Condition.JAMMED)
    assert watch.sees(Condition.READY, after=1)
    assert watch.told is Condition.READY


@given(st.lists(st.tuples(st.sampled_from(list(Condition)), st.floats(0.1, 5)), max_size=30))
def test_what_is_told_was_seen_for_as_long_as_it_must_last(
    sights: list[tuple[Condition, float]],
) -> None:
    watch = Watch()
    watch.sees(Condition.READY)
    seen, since = Condition.READY, 0.0
    for condition, after in sights:
        news = watch.sees(condition, after=after)
        if condition is not seen:
            seen, since = condition, watch.now
        if news:
            assert watch.told is seen
            assert watch.now - since >= LASTS_S[seen]
        assert watch.faults.told[0].condition is seen or watch.now - since < LASTS_S[seen]
