"""An offer ends in time, and a clerk who does not answer is not asked for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.choices import Mode, OfferChoice
from control_plane.routing.rules.offers import (
    after_no_answer,
    after_reject,
    calls,
    in_time,
    offers,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_an_offer_can_be_answered_until_its_end_and_not_at_it() -> None:
    assert in_time(NOW, NOW - timedelta(microseconds=1))
    assert not in_time(NOW, NOW)


def test_the_queue_offers_in_push_and_mixed_and_clerks_call_in_pull_and_mixed() -> None:
    assert [offers(mode) for mode in (Mode.PULL, Mode.PUSH, Mode.MIXED)] == [False, True, True]
    assert [calls(mode) for mode in (Mode.PULL, Mode.PUSH, Mode.MIXED)] == [True, False, True]


@given(settings=st.builds(OfferChoice, misses_until_not_responding=st.integers(1, 10)))
def test_whoever_never_answers_stops_responding_after_as_many_misses_as_are_allowed(
    settings: OfferChoice,
) -> None:
    misses, asked = 0, 0
    while True:
        after = after_no_answer(settings, misses, NOW)
        asked += 1
        if not after.responding:
            break
        misses = after.misses
    assert asked == settings.misses_until_not_responding


@given(settings=st.builds(OfferChoice, reject_delay_s=st.integers(0, 3600)))
def test_a_rejection_starts_the_misses_anew_and_pauses_the_offers(settings: OfferChoice) -> None:
    after = after_reject(settings, NOW)
    assert (after.misses, after.responding) == (0, True)
    assert after.offers_after == NOW + timedelta(seconds=settings.reject_delay_s)
