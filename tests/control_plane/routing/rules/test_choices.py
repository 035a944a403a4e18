"""Do an agency's choices become the rules that they say, and can they take no right away?"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from control_plane.routing.rules.choices import Choices, ClassChoice, Mode
from control_plane.routing.rules.eligibility import WhyNot, profile_reasons
from control_plane.routing.rules.facts import Need, Profile
from control_plane.routing.rules.policy import (
    DEFAULT,
    RIGHTS,
    ClerkOrder,
    LevelStep,
    PriorityClass,
    ShorterFirst,
)

MINUTE = timedelta(minutes=1)


def test_who_has_chosen_nothing_has_the_default_rules_and_calls_by_hand() -> None:
    assert Choices().policy() == DEFAULT
    assert Choices().offers.mode is Mode.PULL


def test_choices_become_the_rules_that_they_say() -> None:
    chosen = Choices.model_validate(
        {
            "classes": [{"name": "booked", "head_start_minutes": 10, "rate": 2}],
            "further_languages_relax_after_minutes": None,
            "level_steps": [{"after_minutes": 5, "lower_by": 1}],
            "shorter_first": {"gain": 0.5, "mean_minutes": 15, "cap_minutes": 10},
            "clerk_order": "round_robin",
        }
    ).policy()
    assert chosen.classes == {"booked": PriorityClass(base=600, rate=2)}
    assert chosen.language_relaxes_after is None
    assert chosen.level_steps == (LevelStep(5 * MINUTE, 1),)
    assert chosen.shorter_first == ShorterFirst(0.5, 15, 10 * MINUTE)
    assert chosen.clerk_order is ClerkOrder.ROUND_ROBIN


@pytest.mark.parametrize(
    "wrong",
    [
        {"fi_relaxes_after_minutes": 5},
        {"languages": {"sv": 10}},
        {"classes": [{"name": "booked", "rate": 0}]},
        {"classes": [{"name": "booked", "head_start_minutes": 600}]},
        {"classes": [{"name": "vip"}, {"name": "vip"}]},
        {"classes": [{"name": "Matti Meikäläinen"}]},
        {"level_steps": [{"after_minutes": 5, "lower_by": 0}]},
        {"offers": {"offer_timeout_s": 0}},
        {"offers": {"mode": "force"}},
    ],
)
def test_what_would_starve_somebody_or_is_not_known_cannot_be_chosen(wrong: object) -> None:
    with pytest.raises(ValidationError):
        Choices.model_validate(wrong)


choices = st.builds(
    Choices,
    classes=st.lists(
        st.builds(
            ClassChoice,
            name=st.sampled_from(["", "booked"]),
            head_start_minutes=st.integers(0, 60),
            rate=st.integers(1, 4),
        ),
        max_size=2,
        unique_by=lambda each: each.name,
    ).map(tuple),
    further_languages_relax_after_minutes=st.none() | st.integers(0, 240),
    clerk_order=st.sampled_from(ClerkOrder),
)


@given(choices, st.sampled_from(sorted(RIGHTS)), st.integers(0, 10_000))
def test_no_choice_ever_relaxes_finnish_or_swedish(
    chosen: Choices, language: str, minutes: int
) -> None:
    need = Need("kela", next(each for each in RIGHTS if each == language))
    without = Profile(frozenset())
    assert WhyNot.LANGUAGE in profile_reasons(need, without, minutes * MINUTE, chosen.policy())


@given(choices)
def test_what_is_stored_is_read_as_it_was_chosen(chosen: Choices) -> None:
    assert Choices.model_validate_json(chosen.model_dump_json()) == chosen
