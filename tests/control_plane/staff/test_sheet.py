"""What a spreadsheet writes is read, and what is written is no formula to it."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from control_plane.security.accounts import Account, StaffId
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Role
from control_plane.staff.operations import StaffMember
from control_plane.staff.queries import Abilities
from control_plane.staff.sheet import read, written
from shared.identifiers import new_uuid
from shared.languages import Language

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@'\";,\t"),
    min_size=1,
    max_size=30,
).filter(lambda word: word.strip() == word)
SKILLS = st.frozensets(
    st.tuples(st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True), st.integers(1, 5)),
    max_size=4,
).filter(lambda skills: len({skill for skill, _ in skills}) == len(skills))


@st.composite
def members(draw: st.DrawFn) -> StaffMember:
    return StaffMember(
        Account(
            id=StaffId(new_uuid()),
            username=draw(st.from_regex(r"[a-z0-9][a-z0-9._@-]{1,20}", fullmatch=True)),
            display_name=draw(WORDS),
            alias=draw(WORDS),
            roles=draw(st.frozensets(st.sampled_from(Role), min_size=1)),
            agency=draw(st.sampled_from([None, "kela"])),
            language=Language.FINNISH,
            languages=tuple(draw(st.permutations(list(Language)))),
            disabled=draw(st.booleans()),
            has_password=True,
            has_factor=False,
            signed_in_at=None,
            ended_at=None,
        ),
        Abilities(draw(SKILLS), draw(st.sampled_from(Clearance))),
    )


@given(st.lists(members(), min_size=1, max_size=5))
def test_what_is_written_is_read_the_same(people: list[StaffMember]) -> None:
    for member, line in zip(people, read(written(people)), strict=True):
        account, person = member.account, line.person
        assert person is not None, line
        assert (person.username, person.display_name, person.alias) == (
            account.username,
            account.display_name,
            account.alias,
        )
        assert (person.roles, person.agency, person.languages) == (
            account.roles,
            account.agency,
            account.languages,
        )
        assert (person.skills, person.clearance) == (
            member.abilities.skills,
            member.abilities.clearance,
        )
        assert person.state is account.disabled


@given(st.lists(members(), min_size=1, max_size=3))
def test_no_cell_is_a_formula(people: list[StaffMember]) -> None:
    rows = list(csv.reader(io.StringIO(written(people), newline=""), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n")]


def test_commas_blank_lines_quotes_and_the_order_of_columns_are_the_spreadsheets_choice() -> None:
    lines = read('roles,display_name,username\n\n"clerk, supervisor","Virtanen, Maija",Maija\n')
    [line] = lines
    assert (line.line, line.username) == (3, "maija")
    assert line.person is not None
    assert line.person.display_name == "Virtanen, Maija"
    assert line.person.roles == {Role.CLERK, Role.SUPERVISOR}
    assert (line.person.alias, line.person.skills, line.person.state) == (None, None, None)


def test_a_clerk_whose_cell_of_skills_is_emptied_has_none() -> None:
    [line] = read("username;display_name;roles;skills\naino;Aino;clerk;\n")
    assert line.person is not None
    assert line.person.skills == frozenset()
