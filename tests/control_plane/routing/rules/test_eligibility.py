"""Does a visitor wait only for what may be asked, and is the reason told?"""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.eligibility import (
    WhyNot,
    booth_reasons,
    clerk_reasons,
    profile_reasons,
)
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, RIGHTS, LevelStep, Policy
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, needs, policies, profiles

TEN_MINUTES = timedelta(minutes=10)
hours = st.integers(0, 100).map(lambda number: timedelta(hours=number))


def ticket(language: Language, waited: timedelta) -> WaitingTicket:
    return WaitingTicket(UUID(int=1), NOW - waited, "salla", Need("kela", language))


def clerk(language: Language) -> FreeClerk:
    return FreeClerk(UUID(int=2), "kela", Profile(frozenset({language})), NOW)


@given(needs, profiles, policies, hours)
def test_finnish_and_swedish_are_rights_and_no_policy_relaxes_them(
    need: Need, profile: Profile, policy: Policy, wait: timedelta
) -> None:
    if need.language in RIGHTS - profile.languages:
        assert WhyNot.LANGUAGE in profile_reasons(need, profile, wait, policy)


def test_a_further_language_relaxes_after_a_while() -> None:
    soon = ticket(Language.ENGLISH, TEN_MINUTES - timedelta(seconds=1))
    late = ticket(Language.ENGLISH, TEN_MINUTES)
    assert clerk_reasons(soon, clerk(Language.FINNISH), NOW) == [WhyNot.LANGUAGE]
    assert clerk_reasons(late, clerk(Language.FINNISH), NOW) == []


def test_a_policy_may_keep_further_languages_as_they_are() -> None:
    late = ticket(Language.ENGLISH, timedelta(hours=5))
    strict = Policy(language_relaxes_after=None)
    assert clerk_reasons(late, clerk(Language.FINNISH), NOW, strict) == [WhyNot.LANGUAGE]


def test_a_level_relaxes_step_by_step_but_the_skill_itself_remains() -> None:
    need = Need("kela", Language.FINNISH, skill="pensions", level=3)
    policy = Policy(level_steps=(LevelStep(TEN_MINUTES, 1), LevelStep(2 * TEN_MINUTES, 4)))
    finnish = frozenset({Language.FINNISH})
    second = Profile(finnish, frozenset({("pensions", 2)}))
    first = Profile(finnish, frozenset({("pensions", 1)}))
    without = Profile(finnish)
    skill = [WhyNot.SKILL]
    assert profile_reasons(need, second, TEN_MINUTES / 2, policy) == skill
    assert profile_reasons(need, second, TEN_MINUTES, policy) == []
    assert profile_reasons(need, first, TEN_MINUTES, policy) == skill
    assert profile_reasons(need, first, 2 * TEN_MINUTES, policy) == []
    assert profile_reasons(need, without, timedelta(days=1), policy) == skill
    assert profile_reasons(need, second, timedelta(days=1), DEFAULT) == skill


@given(needs, profiles, policies, hours, hours)
def test_a_longer_wait_never_adds_a_reason(
    need: Need, profile: Profile, policy: Policy, one: timedelta, other: timedelta
) -> None:
    shorter, longer = sorted((one, other))
    later = profile_reasons(need, profile, longer, policy)
    assert set(later) <= set(profile_reasons(need, profile, shorter, policy))


def test_the_reason_given_is_that_of_the_nearest_booth() -> None:
    wanted = ticket(Language.FINNISH, timedelta(0))
    taken = Booth("salla", "1", free=False, ready=True, can_print=True, can_show_papers=True)
    broken = Booth("salla", "2", free=False, ready=False, can_print=True, can_show_papers=True)
    assert booth_reasons(wanted, [broken, taken]) == [WhyNot.BOOTH_TAKEN]
    assert booth_reasons(wanted, []) == [WhyNot.NO_BOOTH]
