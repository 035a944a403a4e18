"""Which statements count how long served tickets took? Waiting times are judged by it."""

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.security.scope import Scope
from control_plane.tickets.tables import handling, service_handling


def count_served(tx: Tx, _scope: Scope, *, agency: str, service: str, seconds: int) -> None:
    """Add one served ticket to what waiting times are judged by."""
    tx.execute(
        insert_or(tx.dialect, handling)
        .values(agency=agency, served=1, total_s=seconds)
        .on_conflict_do_update(
            index_elements=["agency"],
            set_={
                "served": handling.c.served + 1,
                "total_s": handling.c.total_s + seconds,
            },
        )
    )
    squared = seconds * seconds
    tx.execute(
        insert_or(tx.dialect, service_handling)
        .values(service=service, served=1, total_s=seconds, squares_s2=squared)
        .on_conflict_do_update(
            index_elements=["service"],
            set_={
                "served": service_handling.c.served + 1,
                "total_s": service_handling.c.total_s + seconds,
                "squares_s2": service_handling.c.squares_s2 + squared,
            },
        )
    )


def served_by_service(tx: Tx, _scope: Scope) -> dict[str, tuple[int, int, int]]:
    """How many tickets of each service were served, their seconds, and those squared."""
    rows = tx.execute(sa.select(service_handling))
    return {row.service: (row.served, row.total_s, row.squares_s2) for row in rows}


def served_by_agency(tx: Tx, _scope: Scope) -> dict[str, int]:
    """How many tickets of each agency were served."""
    return {row.agency: row.served for row in tx.execute(sa.select(handling))}
