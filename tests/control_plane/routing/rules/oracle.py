"""What must the board find? The same by a naive scan over everything, each time anew."""

from collections.abc import Iterable
from datetime import datetime

from control_plane.routing.rules.eligibility import clerk_reasons, seats
from control_plane.routing.rules.facts import Booth, FreeClerk, Pairing, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy, place, precedence, turn
from control_plane.routing.rules.reserve import kept_for


def is_kept(
    agency: str,
    waiting: Iterable[WaitingTicket],
    free: Iterable[FreeClerk],
    policy: Policy,
    now: datetime,
) -> bool:
    """Are all of the agency's free clerks kept for bookings?"""
    own = [each for each in waiting if each.need.agency == agency]
    clerks = sum(each.agency == agency for each in free)
    return kept_for(own, clerks, policy, now) is not None


def scan(
    tickets: Iterable[WaitingTicket],
    clerks: Iterable[FreeClerk],
    booths: Iterable[Booth],
    now: datetime,
    policy: Policy = DEFAULT,
) -> list[Pairing]:
    """Each ticket in its place takes the first clerk and the first booth that fit."""
    free = list(clerks)
    queue = list(tickets)
    left = sorted(booths, key=lambda booth: (booth.point, booth.code))
    pairings: list[Pairing] = []
    for ticket in sorted(queue, key=lambda each: place(each, policy, now)):
        open_ = [each for each in left if each.point == ticket.point and seats(ticket, each)]
        if not open_:
            continue
        kept = is_kept(ticket.need.agency, queue, free, policy, now)
        asked = sorted(
            (
                each
                for each in free
                if not each.apart and not clerk_reasons(ticket, each, now, policy, kept=kept)
            ),
            key=lambda each: (precedence(each.profile, ticket.need, policy), turn(each, policy)),
        )
        if asked:
            free.remove(asked[0])
            queue.remove(ticket)
            booth = min(open_, key=lambda each: each.code == ticket.avoids)
            left.remove(booth)
            pairings.append(Pairing(ticket, asked[0], booth))
    return pairings
