"""Who asks, and for which agency? Every query takes a `Scope`; none may be answered without."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import sqlalchemy as sa

from shared.identifiers import AgencyCode, DeviceName


class Role(StrEnum):
    """What an account may be; an account may be several."""

    CLERK = "clerk"
    ADVISER = "adviser"
    OPERATOR = "operator"  # technical support
    SUPERVISOR = "supervisor"  # a team's lead: sees the agency's queues and steers them
    AGENCY_ADMIN = "agency_admin"  # an agency's main user
    OWNER = "owner"  # the operational owner of all points
    ADMIN = "admin"


class Asker(StrEnum):
    """What kind of party asks."""

    STAFF = "staff"
    DEVICE = "device"
    INTEGRATION = "integration"  # an agency's contact centre
    SYSTEM = "system"  # timers, the bridge, the command line


@dataclass(frozen=True, slots=True)
class Reach:
    """Which agency's rows may be seen? As little as that, so that statements are built for it."""

    agency: AgencyCode | None
    everywhere: bool = False

    def only(self, agency: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The condition that keeps other agencies' rows out of a query."""
        if self.everywhere:
            return sa.true()
        return sa.false() if self.agency is None else agency == self.agency


# Roles that look over the agencies' fences: they run the points, and see no visitor's matter.
OVER_AGENCIES = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks. ``name``: an account's or integration's id, a device's name, a system's part."""

    asker: Asker
    name: str
    roles: frozenset[Role] = frozenset()
    agency: AgencyCode | None = None

    @classmethod
    def system(cls, name: str = "system") -> Self:
        """A machine of the control plane itself: sees every agency."""
        return cls(Asker.SYSTEM, name)

    @classmethod
    def of_device(cls, device: DeviceName) -> Self:
        """A device: it serves every agency of its point and sees its own rows only."""
        return cls(Asker.DEVICE, device)

    @property
    def device(self) -> DeviceName | None:
        """The device that asks, if it is one."""
        return self.name if self.asker is Asker.DEVICE else None

    @property
    def over_agencies(self) -> bool:
        """Does it see every agency's rows?"""
        return self.asker is Asker.SYSTEM or bool(self.roles & OVER_AGENCIES)

    def has(self, *roles: Role) -> bool:
        """Is it one of ``roles``? The system is what it needs to be."""
        return self.asker is Asker.SYSTEM or bool(self.roles & set(roles))

    def sees(self, agency: AgencyCode) -> bool:
        """May rows of ``agency`` be shown to it?"""
        return self.over_agencies or self.agency == agency

    @property
    def reach(self) -> Reach:
        """Which agency's rows it sees."""
        return Reach(None, everywhere=True) if self.over_agencies else Reach(self.agency)

    def only(self, agency: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The condition that keeps other agencies' rows out of a query."""
        return self.reach.only(agency)
