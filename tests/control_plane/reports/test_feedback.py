"""Are smileys kept without a person, and are small cells hidden?"""

from datetime import date
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from control_plane.database import Store
from control_plane.reports import operations
from control_plane.reports.rules.cells import SMALLEST_CELL, suppress, total
from control_plane.reports.tables import smiley_counts
from control_plane.security.scope import Asker, Role, Scope
from tests.clock import FakeClock
from tests.control_plane.world import World

DAY = date(2026, 11, 24)
KELA = Scope(Asker.STAFF, "0", frozenset({Role.AGENCY_ADMIN}), "kela")
OWNER = Scope(Asker.STAFF, "1", frozenset({Role.OWNER}))


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 30)))
def test_no_cell_below_the_threshold_is_shown(counts: dict[int, int]) -> None:
    shown = suppress(counts)
    assert set(shown) == {1, 2, 3, 4, 5}
    assert all(cell is None or cell == 0 or cell >= SMALLEST_CELL for cell in shown.values())


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 30)))
def test_a_total_never_gives_a_hidden_cell_away(counts: dict[int, int]) -> None:
    shown = suppress(counts)
    if None in shown.values():
        assert total(shown.values()) is None
    else:
        assert total(shown.values()) == sum(counts.values())


def test_a_smiley_has_no_column_that_could_lead_to_a_person() -> None:
    assert set(smiley_counts.columns.keys()) == {"point", "agency", "day", "smiley", "count"}


async def test_smileys_are_counted_and_only_the_own_agency_is_told(
    store: Store, clock: FakeClock
) -> None:
    await World(store, clock).found()
    for agency, smiley, times in (("kela", 5, 6), ("kela", 1, 2), ("vero", 3, 7)):
        for _ in range(times):
            await store.run(
                partial(operations.rate, point="salla", agency=agency, day=DAY, smiley=smiley)
            )
    own = await store.read(lambda tx: operations.feedback(tx, KELA, since=DAY, until=DAY))
    assert [(row.agency, row.smileys[5], row.smileys[1], row.total) for row in own.rows] == [
        ("kela", 6, None, None)
    ]
    whole = await store.read(lambda tx: operations.feedback(tx, OWNER, since=DAY, until=DAY))
    assert {row.agency for row in whole.rows} == {"kela", "vero"}
