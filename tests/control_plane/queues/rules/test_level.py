"""Are the figures of a day what their definitions say?"""

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.queues.rules.level import Course, End, Target, figures

TARGET = Target(percent=80, within_s=600, short_s=30)


def test_a_day_without_anybody_has_no_level_and_no_wait() -> None:
    found = figures([], TARGET)
    assert (found.offered, found.answered) == (0, 0)
    assert found.level_answered is found.level_offered is None
    assert found.mean_wait_s is found.median_wait_s is None


def test_both_formulas_on_a_day_that_one_can_count_by_hand() -> None:
    courses = [
        Course(End.SERVED, waited_s=100),
        Course(End.SERVED, waited_s=600),  # on the dot is within
        Course(End.OPEN, waited_s=601),
        Course(End.OPEN),  # still waits: counts for neither formula yet
        Course(End.LEFT, left_s=900),
        Course(End.LEFT, left_s=29),  # by mistake
        Course(End.SENT_AWAY, left_s=5),
        Course(End.LEFT, waited_s=300, missed=True),  # was called, and never came
    ]
    found = figures(courses, TARGET)
    assert (found.offered, found.answered, found.served) == (7, 4, 2)
    assert (found.abandoned, found.short, found.sent_away, found.missed) == (1, 1, 1, 1)
    assert found.level_answered == pytest.approx(75.0)  # 3 of 4
    assert found.level_offered == pytest.approx(50.0)  # 3 of 4 + 1 + 1
    assert found.mean_wait_s == pytest.approx(400.25)
    assert found.median_wait_s == pytest.approx(450.0)


SECONDS = st.one_of(st.none(), st.integers(0, 3000).map(float))
COURSES = st.lists(
    st.builds(
        Course,
        end=st.sampled_from(End),
        waited_s=SECONDS,
        left_s=SECONDS,
        missed=st.booleans(),
        returned=st.booleans(),
    ).filter(lambda each: (each.left_s is None) == (each.end in {End.OPEN, End.SERVED})),
    max_size=40,
)


@given(COURSES, st.integers(1, 3000), st.integers(0, 600))
def test_the_figures_equal_those_of_a_naive_count(
    courses: list[Course], within_s: int, short_s: int
) -> None:
    found = figures(courses, Target(80, within_s, short_s))
    waits = []
    offered = abandoned = away = 0
    for each in courses:
        if each.waited_s is not None:
            waits.append(each.waited_s)
            offered += 1
        elif each.end is End.SENT_AWAY:
            away += 1
            offered += 1
        elif each.end is End.LEFT and each.left_s is not None and each.left_s < short_s:
            continue
        else:
            abandoned += each.end is End.LEFT
            offered += 1
    within = len([wait for wait in waits if wait <= within_s])
    assert (found.offered, found.answered) == (offered, len(waits))
    assert (found.abandoned, found.sent_away) == (abandoned, away)
    if waits:
        assert found.level_answered == round(100 * within / len(waits), 1)
        assert found.mean_wait_s == pytest.approx(mean(waits))
        assert found.median_wait_s == pytest.approx(median(waits))
    could = len(waits) + abandoned + away
    assert found.level_offered == (round(100 * within / could, 1) if could else None)
