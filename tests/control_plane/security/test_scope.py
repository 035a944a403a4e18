"""Who sees which agency's rows."""

import pytest
import sqlalchemy as sa

from control_plane.security.scope import Asker, Role, Scope

AGENCY = sa.column("agency", sa.String)


def staff(*roles: Role, agency: str | None = "kela") -> Scope:
    return Scope(Asker.STAFF, "0190", frozenset(roles), agency)


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADVISER, Role.OPERATOR, Role.AGENCY_ADMIN])
def test_people_of_an_agency_see_its_rows_only(role: Role) -> None:
    scope = staff(role)
    assert scope.sees("kela")
    assert not scope.sees("migri")
    assert str(scope.only(AGENCY)) == "agency = :agency_1"


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_the_owner_and_administrators_see_every_agency(role: Role) -> None:
    scope = staff(role, agency=None)
    assert scope.sees("migri")
    assert str(scope.only(AGENCY)) == "true"


@pytest.mark.parametrize("scope", [staff(Role.OPERATOR, agency=None), Scope.of_device("d-a")])
def test_who_has_no_agency_sees_no_agencys_rows(scope: Scope) -> None:
    assert not scope.sees("kela")
    assert str(scope.only(AGENCY)) == "false"


def test_a_device_is_known_by_its_name_and_has_no_role() -> None:
    scope = Scope.of_device("d-salla-01")
    assert scope.device == "d-salla-01"
    assert not scope.has(*Role)
    assert staff(Role.CLERK).device is None


def test_the_system_is_what_it_needs_to_be() -> None:
    assert Scope.system("timers").has(Role.ADMIN)
    assert Scope.system("timers").sees("kela")
