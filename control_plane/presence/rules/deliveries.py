"""What is told to a contact centre, where to, and how often is it tried?"""

from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from control_plane.staff.rules import TAKEN, ClerkState

# The pauses after each try that failed; after the last one the delivery is dead.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 21600))
LONGEST_URL = 500
# A clerk who writes up a visit is not free for another call.
BUSY = TAKEN | {ClerkState.WRAP_UP}


class Event(StrEnum):
    """What a contact centre may hear."""

    CLERK_BUSY = "clerk.busy"
    CLERK_FREE = "clerk.free"
    TICKET_WAITING = "ticket.waiting"
    TICKET_LEFT = "ticket.left"
    VISIT_ENDED = "visit.ended"


# What is soon untrue is soon not worth telling: the contact centre asks for the state as it is.
NEWS_LAST = timedelta(minutes=10)
REPORTS_LAST = timedelta(days=1)


class Outcome(StrEnum):
    """How a try ended."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"  # nobody is there any more: the endpoint is switched off


def lasts(event: Event) -> timedelta:
    """How long it is worth telling."""
    return REPORTS_LAST if event is Event.VISIT_ENDED else NEWS_LAST


def outcome(status: int) -> Outcome:
    """What an answer's status means; a redirection is not followed, so it is a failure."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome.DELIVERED
    return Outcome.GONE if status == HTTPStatus.GONE else Outcome.FAILED


def told_of(before: ClerkState, state: ClerkState) -> Event | None:
    """What a change of a clerk's state means to a contact centre, if anything."""
    if (before in BUSY) == (state in BUSY):
        return None
    return Event.CLERK_BUSY if state in BUSY else Event.CLERK_FREE


def may_send_to(url: str, *, secure: bool) -> bool:
    """Is this an address that webhooks may go to?

    https to a name or a public or private address, never to this machine or a link's own
    addresses. ``secure``: false for a demo, which may speak http with its own machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if len(url) > LONGEST_URL or not host or parts.username is not None or parts.fragment:
        return False
    if _is_this_machine(host):
        return not secure and parts.scheme in {"http", "https"}
    return parts.scheme == "https" and not _is_odd(host)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_odd(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        # A number that is no dotted address may still be read as one.
        return not host.rpartition(".")[2].strip("0123456789")
    return address.is_link_local or address.is_multicast or address.is_unspecified
