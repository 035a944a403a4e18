"""Who may make whom what they are?"""

from control_plane.security.accounts import OF_AN_AGENCY
from control_plane.security.scope import Role, Scope
from shared.identifiers import AgencyCode

# Those who set people up at all.
MANAGERS = (Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN)


def may_give(asker: Scope, role: Role) -> bool:
    """May the asker make somebody this, and change whoever is?

    An agency's main user gives what belongs to an agency; the owner everything but an
    administrator, who stands above the owner's own people; an administrator everything.
    """
    if asker.has(Role.ADMIN):
        return True
    if asker.has(Role.OWNER):
        return role is not Role.ADMIN
    return asker.has(Role.AGENCY_ADMIN) and role in OF_AN_AGENCY


def may_reach(asker: Scope, agency: AgencyCode | None) -> bool:
    """May the asker set up people of this agency? None: people of no agency, the owner's own."""
    if asker.has(Role.ADMIN, Role.OWNER):
        return True
    return asker.has(Role.AGENCY_ADMIN) and agency is not None and agency == asker.agency


def givable(asker: Scope) -> list[Role]:
    """What the asker may give."""
    return [role for role in Role if may_give(asker, role)]
