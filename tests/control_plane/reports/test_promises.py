"""Is promise against fact told rightly, and never so that somebody could be recognised?"""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.database import Store
from control_plane.reports import operations
from control_plane.reports.promise_queries import By, Promised
from control_plane.reports.rules.cells import SMALLEST_CELL
from control_plane.reports.rules.promises import (
    FAR_MIN,
    Verdict,
    calibrate,
    judge,
    off_by,
)
from control_plane.reports.tables import promise_counts
from control_plane.security.scope import Asker, Role, Scope
from tests.clock import FakeClock
from tests.control_plane.world import World

DAY = date(2026, 11, 24)
KELA = Scope(Asker.STAFF, "0", frozenset({Role.CLERK}), "kela")
OWNER = Scope(Asker.STAFF, "1", frozenset({Role.OWNER}))


@pytest.mark.parametrize(
    ("waited_s", "verdict"),
    [
        (299, Verdict.BELOW),
        (300, Verdict.WITHIN),
        (600, Verdict.WITHIN),
        (601, Verdict.ABOVE),
    ],
)
def test_a_wait_is_judged_by_the_edges_of_what_was_said(waited_s: int, verdict: Verdict) -> None:
    assert judge((5, 10), waited_s) is verdict
    assert judge(None, waited_s) is Verdict.UNKNOWN


def test_an_error_is_whole_minutes_either_way_and_has_a_bound() -> None:
    assert off_by(600, 781) == off_by(600, 419) == 3
    assert off_by(0, 10_000_000) == FAR_MIN
    assert off_by(None, 500) == 0


def test_shares_and_the_median_are_of_what_was_promised() -> None:
    told = calibrate(
        {
            (Verdict.WITHIN, 0): 10,
            (Verdict.WITHIN, 2): 20,
            (Verdict.ABOVE, 9): 10,
            (Verdict.UNKNOWN, 0): 7,
        }
    )
    assert (told.promised, told.within, told.above, told.below) == (40, 30, 10, 0)
    assert (told.unknown, told.within_percent, told.median_off_min) == (7, 75, 2)


counts = st.dictionaries(
    st.tuples(st.sampled_from(Verdict), st.integers(0, 30)), st.integers(1, 12), max_size=12
)


@given(counts)
def test_no_small_cell_is_told_nor_can_it_be_worked_out(
    counted: dict[tuple[Verdict, int], int],
) -> None:
    told = calibrate(counted)
    cells = [told.within, told.above, told.below]
    assert all(each is None or each == 0 or each >= SMALLEST_CELL for each in cells)
    if None in cells:
        assert told.promised is None
    many = sum(times for (verdict, _), times in counted.items() if verdict != Verdict.UNKNOWN)
    if many < SMALLEST_CELL:
        assert told.within_percent is None
        assert told.median_off_min is None
    else:
        assert told.within_percent is not None
        assert told.within_percent % 5 == 0


@given(counts)
def test_the_median_has_half_of_them_on_either_side(
    counted: dict[tuple[Verdict, int], int],
) -> None:
    told = calibrate(counted)
    if told.median_off_min is None:
        return
    off = sorted(
        minutes
        for (verdict, minutes), times in counted.items()
        if verdict is not Verdict.UNKNOWN
        for _ in range(times)
    )
    assert told.median_off_min == off[(len(off) - 1) // 2]


def test_a_count_has_no_column_that_could_lead_to_a_person() -> None:
    assert set(promise_counts.columns.keys()) == {
        "point",
        "agency",
        "service",
        "day",
        "method",
        "verdict",
        "off_by_min",
        "count",
    }


async def test_counts_of_a_period_are_told_by_agency_service_and_point(
    store: Store, clock: FakeClock
) -> None:
    await World(store, clock).found()
    for point, agency, service, day, times in (
        ("salla", "kela", "kela-tuki", DAY, 6),
        ("inari", "kela", "kela-elake", DAY, 8),
        ("salla", "vero", "vero-kortti", DAY, 5),
        ("salla", "kela", "kela-tuki", date(2026, 10, 1), 9),
    ):
        for _ in range(times):
            await store.run(
                partial(
                    operations.promise_met,
                    promised=Promised(point, agency, service, day, "simulation"),
                    verdict=Verdict.WITHIN,
                    off_by_min=1,
                )
            )

    async def told(scope: Scope, by: By) -> list[tuple[str, str, int | None]]:
        found = await store.read(
            lambda tx: operations.promises(tx, scope, by=by, since=DAY, until=DAY)
        )
        return [(row.agency, row.code, row.promised) for row in found.rows]

    assert await told(KELA, By.AGENCY) == [("kela", "kela", 14)]
    assert await told(KELA, By.POINT) == [("kela", "inari", 8), ("kela", "salla", 6)]
    assert await told(OWNER, By.SERVICE) == [
        ("kela", "kela-elake", 8),
        ("kela", "kela-tuki", 6),
        ("vero", "vero-kortti", 5),
    ]
