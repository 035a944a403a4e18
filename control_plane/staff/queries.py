"""Which statements read and write clerks?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, insert_or, one_of
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Reach, Scope
from control_plane.security.tables import account
from control_plane.staff.rules import ON_DUTY, BusyWith, ClerkState, skills_in, skills_text
from control_plane.staff.tables import clerks
from shared.languages import Language


@dataclass(frozen=True, slots=True)
class Clerk:
    """A clerk as the journeys need one."""

    id: UUID
    agency: str
    alias: str
    pseudonym: str  # in the statement of the key with which the clerk enters rooms
    languages: frozenset[Language]
    skills: frozenset[tuple[str, int]]  # each with its level
    clearance: Clearance
    state: ClerkState
    since: datetime
    reason: str
    last_one: bool
    leaving: bool
    visit_id: UUID | None
    wrap_up_until: datetime | None
    seen_at: datetime | None
    misses: int
    offers_after: datetime | None
    wants_next: bool
    busy_with: BusyWith | None
    busy_since: datetime | None
    busy_until: datetime | None
    shift_from: datetime | None
    shift_until: datetime | None
    may_overrun: bool
    forgotten: bool
    last_visit_at: datetime | None
    visits_today: int  # until `counted_until`, and none after it
    talk_s: int
    counted_until: datetime | None


_CLERK = sa.select(
    clerks, account.c.alias, account.c.pseudonym, account.c.languages.label("languages")
).join_from(clerks, account, account.c.id == clerks.c.staff_id)


_HEARD = sa.update(clerks).where(one_of(clerks.c.staff_id, named="these"))


def subject(staff_id: UUID) -> str:
    """The subject that a change of a clerk touches."""
    return f"clerk:{staff_id}"


def desk_of(agency: str) -> str:
    """The subject that the desks of an agency watch."""
    return f"desk:{agency}"


def enrol(tx: Tx, _scope: Scope, *, staff_id: UUID, agency: str, now: datetime) -> None:
    """Make the clerk's row if there is none."""
    tx.execute(
        insert_or(tx.dialect, clerks)
        .values(
            staff_id=staff_id,
            agency=agency,
            skills="",
            clearance=Clearance.NONE.value,
            visits_today=0,
            talk_s=0,
            state=ClerkState.OFFLINE.value,
            since=now,
            reason="",
            last_one=False,
            leaving=False,
            misses=0,
            wants_next=False,
            told_state=ClerkState.OFFLINE.value,
            told_at=now,
            may_overrun=False,
            forgotten=False,
        )
        .on_conflict_do_nothing(index_elements=["staff_id"])
    )
    tx.touch(subject(staff_id))


def clerk_of(tx: Tx, scope: Scope, staff_id: UUID) -> Clerk | None:
    """One clerk that the asker may see."""
    row = tx.execute(_one(scope.reach), {"this": staff_id}).one_or_none()
    return None if row is None else _clerk(row)


@built_once
def _one(reach: Reach) -> sa.Select[Any]:
    return _CLERK.where(clerks.c.staff_id == sa.bindparam("this"), reach.only(clerks.c.agency))


def by_ids(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> list[Clerk]:
    """These clerks, as far as the asker may see them."""
    rows = tx.execute(_several(scope.reach), {"these": list(ids)})
    return [_clerk(row) for row in rows]


@built_once
def _several(reach: Reach) -> sa.Select[Any]:
    return _CLERK.where(one_of(clerks.c.staff_id, named="these"), reach.only(clerks.c.agency))


def on_watch(tx: Tx, scope: Scope) -> list[Clerk]:
    """Every clerk that the asker may see who is not off duty."""
    rows = tx.execute(
        _CLERK.where(clerks.c.state != ClerkState.OFFLINE.value, scope.only(clerks.c.agency))
    )
    return [_clerk(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Member:
    """A clerk as colleagues see one."""

    id: UUID
    agency: str
    name: str
    state: ClerkState
    since: datetime
    reason: str
    last_one: bool


def team(tx: Tx, scope: Scope) -> list[Member]:
    """The clerks that the asker may see, on duty or not, by name; no account that is disabled."""
    rows = tx.execute(
        sa.select(
            clerks.c.staff_id,
            clerks.c.agency,
            account.c.display_name,
            clerks.c.state,
            clerks.c.since,
            clerks.c.reason,
            clerks.c.last_one,
        )
        .join_from(clerks, account, account.c.id == clerks.c.staff_id)
        .where(scope.only(clerks.c.agency), account.c.disabled.is_(False))
        .order_by(account.c.display_name, clerks.c.staff_id)
    )
    return [
        Member(
            id=row.staff_id,
            agency=row.agency,
            name=row.display_name,
            state=ClerkState(row.state),
            since=row.since,
            reason=row.reason,
            last_one=row.last_one,
        )
        for row in rows
    ]


def change(
    tx: Tx, scope: Scope, staff_id: UUID, *, among: Iterable[ClerkState], **values: Any
) -> bool:
    """Change a clerk who is in one of these states; False when it is not so any more.

    Whoever would be available while a contact centre has the clerk is *external busy*: the
    statement itself decides, so that no path leads around a lease.
    """
    freed = values.get("state") == ClerkState.AVAILABLE
    if freed:
        del values["state"]
    chosen = {"this": staff_id, "among": [str(state) for state in among]}
    done = tx.execute(_change(scope.reach, freed=freed), chosen | values)
    if done.rowcount == 1:
        tx.touch(subject(staff_id))
    return done.rowcount == 1


@built_once
def _change(reach: Reach, *, freed: bool) -> sa.Update:
    statement = sa.update(clerks).where(
        clerks.c.staff_id == sa.bindparam("this"),
        one_of(clerks.c.state),
        reach.only(clerks.c.agency),
    )
    if not freed:
        return statement
    here = sa.case(
        (clerks.c.busy_until.is_not(None), ClerkState.EXTERNAL_BUSY.value),
        else_=ClerkState.AVAILABLE.value,
    )
    return statement.values(state=here)


def heard(tx: Tx, _scope: Scope, staff_ids: Iterable[UUID], now: datetime) -> None:
    """Renew the leases of these clerks' pages, in one statement."""
    tx.execute(_HEARD, {"these": list(staff_ids), "seen_at": now})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a clerk can do, and to what the clerk's background was checked."""

    skills: frozenset[tuple[str, int]] = frozenset()  # each with its level, 1 to 5
    clearance: Clearance = Clearance.NONE


def abilities_of(tx: Tx, scope: Scope, staff_id: UUID) -> Abilities:
    """What one clerk can do; nothing special, of whoever was never enrolled."""
    return _abilities(tx, scope, clerks.c.staff_id == staff_id).get(staff_id, Abilities())


def abilities(tx: Tx, scope: Scope) -> dict[UUID, Abilities]:
    """What every clerk can do that the asker may see."""
    return _abilities(tx, scope, sa.true())


def _abilities(tx: Tx, scope: Scope, which: sa.ColumnElement[bool]) -> dict[UUID, Abilities]:
    rows = tx.execute(
        sa.select(clerks.c.staff_id, clerks.c.skills, clerks.c.clearance).where(
            which, scope.only(clerks.c.agency)
        )
    )
    return {
        row.staff_id: Abilities(skills_in(row.skills), Clearance(row.clearance)) for row in rows
    }


def on_duty(tx: Tx, scope: Scope, agency: str) -> int:
    """How many clerks of the agency will take a visitor sooner or later?"""
    found: int = tx.execute(
        sa.select(sa.func.count()).where(
            clerks.c.agency == agency,
            clerks.c.state.in_([str(state) for state in ON_DUTY]),
            clerks.c.last_one.is_(False),
            clerks.c.leaving.is_(False),
            scope.only(clerks.c.agency),
        )
    ).scalar_one()
    return found


def agencies_on_duty(tx: Tx, scope: Scope) -> frozenset[str]:
    """The agencies that have at least one clerk on duty."""
    return frozenset(tx.execute(_on_duty(scope.reach)).scalars())


@built_once
def _on_duty(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(clerks.c.agency)
        .where(
            clerks.c.state.in_([str(state) for state in ON_DUTY]),
            clerks.c.last_one.is_(False),
            clerks.c.leaving.is_(False),
            reach.only(clerks.c.agency),
        )
        .distinct()
    )


def _clerk(row: sa.Row[Any]) -> Clerk:
    return Clerk(
        id=row.staff_id,
        agency=row.agency,
        alias=row.alias,
        pseudonym=row.pseudonym or "",
        languages=frozenset(Language(each) for each in row.languages.split()),
        skills=skills_in(row.skills),
        clearance=Clearance(row.clearance),
        state=ClerkState(row.state),
        since=row.since,
        reason=row.reason,
        last_one=row.last_one,
        leaving=row.leaving,
        visit_id=row.visit_id,
        wrap_up_until=row.wrap_up_until,
        seen_at=row.seen_at,
        misses=row.misses,
        offers_after=row.offers_after,
        wants_next=row.wants_next,
        busy_with=None if row.busy_with is None else BusyWith(row.busy_with),
        busy_since=row.busy_since,
        busy_until=row.busy_until,
        shift_from=row.shift_from,
        shift_until=row.shift_until,
        may_overrun=row.may_overrun,
        forgotten=row.forgotten,
        last_visit_at=row.last_visit_at,
        visits_today=row.visits_today,
        talk_s=row.talk_s,
        counted_until=row.counted_until,
    )


def set_abilities(tx: Tx, scope: Scope, staff_id: UUID, wanted: Abilities) -> None:
    """Store what a clerk can do."""
    tx.execute(
        sa.update(clerks)
        .where(clerks.c.staff_id == staff_id, scope.only(clerks.c.agency))
        .values(skills=skills_text(wanted.skills), clearance=wanted.clearance.value)
    )
    tx.touch(subject(staff_id))


def count_visit(  # noqa: PLR0913 - whose, since when, how long, and the day that it belongs to
    tx: Tx,
    scope: Scope,
    staff_id: UUID,
    *,
    began_at: datetime,
    day_ends: datetime,
    now: datetime,
) -> None:
    """Count a visit that is over into its clerk's day; the first one of a day begins anew."""
    seconds = max(0, int((now - began_at).total_seconds()))
    counts = clerks.c.counted_until > now
    tx.execute(
        sa.update(clerks)
        .where(clerks.c.staff_id == staff_id, scope.only(clerks.c.agency))
        .values(
            last_visit_at=began_at,
            visits_today=sa.case((counts, clerks.c.visits_today + 1), else_=1),
            talk_s=sa.case((counts, clerks.c.talk_s + seconds), else_=seconds),
            counted_until=day_ends,
        )
    )
    tx.touch(subject(staff_id))
