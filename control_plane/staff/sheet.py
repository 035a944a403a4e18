"""How do people stand in a sheet? Lines of CSV (RFC 4180) as spreadsheets read and write them.

Semicolons and a byte order mark, as Excel writes in Finland; a sheet with commas is read too.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from control_plane.errors import Reason, Refusal
from control_plane.security.accounts import Languages, Roles, Username
from control_plane.security.clearance import Clearance
from control_plane.spreadsheets import guarded, opened
from control_plane.staff.operations import StaffMember
from control_plane.staff.rules import MOST_LEVEL, skills_text
from shared.identifiers import CODE_PATTERN, AgencyCode

COLUMNS = (
    "username",
    "display_name",
    "alias",
    "roles",
    "agency",
    "languages",
    "skills",
    "clearance",
    "state",
)
NEEDED = ("username", "display_name", "roles")
MOST_LINES = 2000
BOM = "\ufeff"

SHEET_BROKEN = Reason(
    "sheet_broken", 422, "It is no sheet of people: see why, line and column in the detail."
)

_SKILL = re.compile(rf"({CODE_PATTERN.strip('^$')})(?::([1-{MOST_LEVEL}]))?")
_STATES = {"active": False, "suspended": True}


class Person(BaseModel):
    """What a line says of somebody; what is None stands not in it and stays as it is."""

    username: Username
    display_name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    alias: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    roles: Roles
    agency: AgencyCode | None = None
    languages: Languages | None = None
    skills: Annotated[frozenset[tuple[str, int]], Field(max_length=20)] | None = None
    clearance: Clearance | None = None
    state: bool | None = None  # suspended


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: whom it describes, or the column in which it cannot be read."""

    line: int  # as a spreadsheet numbers it, the head being 1
    username: str
    person: Person | None
    wrong: str = ""  # a column's name


def read(text: str) -> list[Line]:
    """The lines of a sheet; refused when it is none at all."""
    plain = text.removeprefix(BOM)
    head = plain.partition("\n")[0]
    rows = csv.reader(
        io.StringIO(plain, newline=""), delimiter=";" if ";" in head else ",", strict=True
    )
    columns: list[str] = []
    found: list[Line] = []
    last = 0
    try:
        for cells in rows:
            line, last = last + 1, rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells)
            elif len(found) == MOST_LINES:
                raise Refusal(SHEET_BROKEN, why="too_long", most=MOST_LINES)
            elif len(cells) > len(columns):
                raise Refusal(SHEET_BROKEN, why="too_many_cells", line=line)
            else:
                found.append(_line(line, dict(zip(columns, cells, strict=False))))
    except csv.Error:
        raise Refusal(SHEET_BROKEN, why="quotes", line=last + 1) from None
    if not found:
        raise Refusal(SHEET_BROKEN, why="empty")
    return found


def written(people: Iterable[StaffMember]) -> str:
    """A sheet of these people, which `read` understands."""
    out = io.StringIO(newline="")
    out.write(BOM)
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for each in people:
        sheet.writerow([guarded(cell) for cell in _cells(each)])
    return out.getvalue()


def _columns(head: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in head]
    for column in columns:
        if column not in COLUMNS or columns.count(column) > 1:
            raise Refusal(SHEET_BROKEN, why="column", column=column[:40])
    for column in NEEDED:
        if column not in columns:
            raise Refusal(SHEET_BROKEN, why="column_missing", column=column)
    return columns


def _line(line: int, cells: dict[str, str]) -> Line:
    said = {column: opened(cell).strip() for column, cell in cells.items()}
    username = said.get("username", "").lower()
    try:
        # An empty cell leaves things as they are; a clerk without skills has no other sign.
        told = {column: cell for column, cell in said.items() if cell or column == "skills"}
        values = {column: _value(column, cell) for column, cell in told.items()}
        person = Person.model_validate(values | {"username": username})
    except _Unreadable as unreadable:
        return Line(line, username, None, unreadable.column)
    except ValidationError as error:
        return Line(line, username, None, str(error.errors()[0]["loc"][0]))
    return Line(line, username, person)


class _Unreadable(Exception):
    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def _value(column: str, cell: str) -> Any:
    """A cell as `Person` takes it."""
    words = cell.replace(",", " ").split()
    match column:
        case "roles" | "languages":
            return list(dict.fromkeys(words))
        case "skills":
            return _skills(words)
        case "state":
            if cell not in _STATES:
                raise _Unreadable(column)
            return _STATES[cell]
        case _:
            return cell


def _skills(words: list[str]) -> frozenset[tuple[str, int]]:
    """``pensions:3 tax``: a skill without a level is mastered."""
    found: dict[str, int] = {}
    for word in words:
        skill = _SKILL.fullmatch(word)
        if skill is None or skill[1] in found:
            raise _Unreadable("skills")
        found[skill[1]] = int(skill[3] or MOST_LEVEL)
    return frozenset(found.items())


def _cells(member: StaffMember) -> list[str]:
    account = member.account
    return [
        account.username,
        account.display_name,
        account.alias,
        " ".join(sorted(account.roles)),
        account.agency or "",
        " ".join(account.languages),
        skills_text(member.abilities.skills),
        str(member.abilities.clearance),
        "suspended" if account.disabled else "active",
    ]
