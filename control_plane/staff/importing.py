"""What does a sheet change? Line by line, and all of them or none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, Reason, Refusal
from control_plane.security import accounts, audit
from control_plane.security.accounts import (
    ENDED,
    USERNAME_TAKEN,
    Account,
    AccountChange,
    NewAccount,
)
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Scope
from control_plane.staff import operations, queries
from control_plane.staff.operations import StaffMember
from control_plane.staff.queries import Abilities
from control_plane.staff.sheet import Line, Person
from shared.identifiers import AgencyCode

SHEET_WRONG = Reason(
    "sheet_wrong", 409, "Some lines cannot be done, so none was: see lines in the detail."
)
UNKNOWN_AGENCY = Reason("unknown_agency", 422, "There is no agency of that code.")

# Why a line is wrong, besides the refusals of a single change.
UNREADABLE = "unreadable"
TWICE = "twice"
OTHER_AGENCY = "other_agency"

KnowsAgency = Callable[[Tx, AgencyCode], bool]


class Outcome(StrEnum):
    """What a line would do, or did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its outcome."""

    line: int
    username: str
    outcome: Outcome
    why: str = ""  # it is wrong: a code
    column: str = ""  # it is wrong: in which column
    changes: tuple[str, ...] = ()  # it changes: which columns
    member: StaffMember | None = None


class Previewed(Exception):
    """Every line was tried; nothing of it shall stay."""

    def __init__(self, lines: list[Judged]) -> None:
        super().__init__("previewed")
        self.lines = lines


def preview(tx: Tx, scope: Scope, lines: list[Line], *, knows: KnowsAgency, now: datetime) -> None:
    """Do what the sheet says, tell how it went by raising `Previewed`, and so undo it."""
    raise Previewed(_done(tx, scope, lines, knows, now))


def bring_in(
    tx: Tx, scope: Scope, lines: list[Line], *, knows: KnowsAgency, now: datetime
) -> list[Judged]:
    """Do what the sheet says, every line of it; refused whole when one cannot be done."""
    done = _done(tx, scope, lines, knows, now)
    wrong = [each for each in done if each.outcome is Outcome.WRONG]
    if wrong:
        told = [{"line": each.line, "why": each.why, "column": each.column} for each in wrong]
        raise Refusal(SHEET_WRONG, lines=told)
    new, changed = (
        sum(each.outcome is outcome for each in done) for outcome in (Outcome.NEW, Outcome.CHANGED)
    )
    audit.record(tx, scope, "staff.imported", subject="staff", now=now, new=new, changed=changed)
    return done


def _done(
    tx: Tx, scope: Scope, lines: list[Line], knows: KnowsAgency, now: datetime
) -> list[Judged]:
    known = {each.username: each for each in accounts.listed(tx, scope)}
    seen: set[str] = set()
    judged = []
    for line in lines:
        if line.person is None:
            judged.append(_wrong(line, UNREADABLE, line.wrong))
        elif line.username in seen:
            judged.append(_wrong(line, TWICE, "username"))
        else:
            judged.append(_one(tx, scope, line, line.person, known, knows, now))
        seen.add(line.username)
    return judged


def _one(  # noqa: PLR0913, PLR0917 - who, which line, and what is known
    tx: Tx,
    scope: Scope,
    line: Line,
    person: Person,
    known: dict[str, Account],
    knows: KnowsAgency,
    now: datetime,
) -> Judged:
    """A line that is refused has written nothing: operations look before they write."""
    before = known.get(person.username)
    try:
        if before is None:
            member = _add(tx, scope, person, knows, now)
            return Judged(line.line, line.username, Outcome.NEW, member=member)
        return _changed(tx, scope, line, person, before, now)
    except Refusal as refusal:
        return _wrong(line, refusal.code, _COLUMNS.get(refusal.code, ""))


def _add(tx: Tx, scope: Scope, person: Person, knows: KnowsAgency, now: datetime) -> StaffMember:
    agency = person.agency or scope.agency
    if agency is not None and not knows(tx, agency):
        raise Refusal(UNKNOWN_AGENCY)
    if agency is None and person.roles & accounts.OF_AN_AGENCY:
        raise Refusal(accounts.NO_AGENCY)
    given = {} if person.languages is None else {"languages": person.languages}
    member = operations.add(
        tx,
        scope,
        NewAccount(
            username=person.username,
            display_name=person.display_name,
            alias=person.alias or person.display_name.split()[0][:64],
            roles=person.roles,
            agency=agency,
            **given,
        ),
        abilities=Abilities(person.skills or frozenset(), person.clearance or Clearance.NONE),
        now=now,
    )
    if person.state:
        suspended = AccountChange(disabled=True)
        account = accounts.change(tx, scope, member.account.id, suspended, now)
        member = StaffMember(account, member.abilities)
    return member


def _changed(  # noqa: PLR0913, PLR0917 - who changes whom, and what a line says
    tx: Tx, scope: Scope, line: Line, person: Person, before: Account, now: datetime
) -> Judged:
    if person.agency is not None and person.agency != before.agency:
        return _wrong(line, OTHER_AGENCY, "agency")
    if before.ended_at is not None:
        raise Refusal(ENDED)
    can = queries.abilities_of(tx, scope, before.id)
    says = {
        "display_name": (person.display_name, before.display_name),
        "alias": (person.alias, before.alias),
        "roles": (person.roles, before.roles),
        "languages": (person.languages, before.languages),
        "skills": (person.skills, can.skills),
        "clearance": (person.clearance, can.clearance),
        "disabled": (person.state, before.disabled),
    }
    new = {name: said for name, (said, was) in says.items() if said is not None and said != was}
    if not new:
        return Judged(line.line, line.username, Outcome.SAME)
    skills, clearance = new.get("skills"), new.get("clearance")
    member = operations.change(
        tx,
        scope,
        before.id,
        AccountChange.model_validate(
            {name: said for name, said in new.items() if name not in {"skills", "clearance"}}
        ),
        skills=None if skills is None else person.skills,
        clearance=None if clearance is None else person.clearance,
        now=now,
    )
    changes = tuple("state" if name == "disabled" else name for name in new)
    return Judged(line.line, line.username, Outcome.CHANGED, changes=changes, member=member)


# In which column the reason of a refusal stands.
_COLUMNS = {
    USERNAME_TAKEN.code: "username",
    ENDED.code: "username",
    UNKNOWN_AGENCY.code: "agency",
    NOT_ALLOWED.code: "agency",
    accounts.NO_AGENCY.code: "agency",
    operations.ROLE_NOT_YOURS.code: "roles",
    operations.LAST_MAIN_USER.code: "roles",
}


def _wrong(line: Line, why: str, column: str) -> Judged:
    return Judged(line.line, line.username, Outcome.WRONG, why, column)
