"""Which seven steps lead to an open service point, and how far has one come?

After the example of the report on remote service points, chapter 6.5. What the system can know it
checks; the rest a person ticks. A step is done when all of its checks hold and it is ticked, if it
needs that.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What the system knows by itself."""

    HAS_BOOTH = "has_booth"
    DEVICE_STANDS = "device_stands"  # each booth in use has its device
    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_ONLINE = "device_online"
    DEVICE_KNOWS = "device_knows"  # its screens have what is set up here
    TEST_VISIT = "test_visit"  # one number was served to its end
    QUEUE_VISIBLE = "queue_visible"  # some agency gives numbers here


class Step(StrEnum):
    """One step, in their order."""

    DECISION = "decision"
    ROOM = "room"
    TECHNOLOGY = "technology"
    AGENCIES = "agencies"
    COMMUNICATION = "communication"
    SUPPORT = "support"
    HANDOVER = "handover"


CHECKS: dict[Step, tuple[Check, ...]] = {
    Step.ROOM: (Check.HAS_BOOTH,),
    Step.TECHNOLOGY: (
        Check.DEVICE_STANDS,
        Check.DEVICE_ENROLLED,
        Check.DEVICE_ONLINE,
        Check.DEVICE_KNOWS,
        Check.TEST_VISIT,
    ),
    Step.AGENCIES: (Check.QUEUE_VISIBLE,),
}
# Nothing of these remains for a person to vouch for.
BY_SYSTEM = frozenset({Step.TECHNOLOGY})


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the point."""

    booth: str | None
    enrolled: bool
    online: bool
    knows: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the system knows of a point."""

    booths: Collection[str]  # those not put out of use
    devices: Collection[Device]
    offers: int  # services for which numbers are given here today
    served: int  # numbers that were served to their end


def holding(known: Known) -> frozenset[Check]:
    """The checks that hold."""
    owned = {each.booth for each in known.devices}
    verdicts = {
        Check.HAS_BOOTH: bool(known.booths),
        Check.DEVICE_STANDS: bool(known.booths) and set(known.booths) <= owned,
        Check.DEVICE_ENROLLED: _all(each.enrolled for each in known.devices),
        Check.DEVICE_ONLINE: _all(each.online for each in known.devices),
        Check.DEVICE_KNOWS: _all(each.knows for each in known.devices),
        Check.TEST_VISIT: known.served > 0,
        Check.QUEUE_VISIBLE: known.offers > 0,
    }
    return frozenset(check for check, holds in verdicts.items() if holds)


def is_done(step: Step, holds: Collection[Check], *, ticked: bool) -> bool:
    """Is nothing of the step left?"""
    known = all(check in holds for check in CHECKS.get(step, ()))
    return known and (ticked or step in BY_SYSTEM)


def _all(verdicts: Iterable[bool]) -> bool:
    found = list(verdicts)
    return bool(found) and all(found)
