"""May a number be asked for at all, or is the answer clear without asking the control plane?"""

from shared.identifiers import ServiceCode
from shared.tickets import RefusalCode
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
