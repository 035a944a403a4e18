"""When does a clerk's picture stand in a booth in which nobody is served? Values only."""

from dataclasses import replace

from edge_agent.core.booth import Booth, Phase
from edge_agent.core.readiness import BOOTH_NOT_WIPED, BUSY
from shared.links import CloseLink, OpenLink


def linked(booth: Booth, event: OpenLink, now: float) -> tuple[Booth, str]:
    """The booth with the picture, or as it was with the reason why not: whoever is served is first.

    A later link takes the place of an earlier one.
    """
    if booth.phase is Phase.IDLE:
        return replace(booth, link=event, until=now + event.lasts_s), ""
    return booth, BOOTH_NOT_WIPED if booth.phase is Phase.OUT_OF_USE else BUSY


def unlinked(booth: Booth, event: CloseLink) -> Booth:
    """The booth without this link; another one, or a visit that took it over, stays."""
    if booth.link is None or booth.link.link_id != event.link_id:
        return booth
    return replace(booth, link=None, until=None)
