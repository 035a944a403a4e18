"""What is asked for with a number, and when is the answer clear without asking?"""

from shared.identifiers import ServiceCode
from shared.tickets import FurtherErrand, RefusalCode
from shared.twin import Catalogue


def refused_here(
    service: ServiceCode, *, connected: bool, catalogue: Catalogue | None
) -> RefusalCode | None:
    """What the device knows for sure; everything else the control plane decides.

    Offline no number is given: a queue that nobody can see is a promise that nobody keeps.
    """
    if not connected:
        return RefusalCode.OFFLINE
    offers = catalogue.agencies if catalogue else ()
    if not any(offered.service == service for agency in offers for offered in agency.services):
        return RefusalCode.SERVICE_NOT_OFFERED
    return None


def further(
    service: ServiceCode, more: tuple[ServiceCode, ...], *, in_order: bool
) -> tuple[FurtherErrand, ...]:
    """The visit's other errands; in order, none of them is called before the first is done."""
    return tuple(FurtherErrand(service=each, after=service if in_order else None) for each in more)
