"""What must the board find? The same by a naive scan over everything, each time anew."""

from collections.abc import Iterable
from datetime import datetime

from control_plane.routing.rules.eligibility import clerk_reasons, seats
from control_plane.routing.rules.facts import Booth, FreeClerk, Pairing, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy, place, precedence, turn


def scan(
    tickets: Iterable[WaitingTicket],
    clerks: Iterable[FreeClerk],
    booths: Iterable[Booth],
    now: datetime,
    policy: Policy = DEFAULT,
) -> list[Pairing]:
    """Each ticket in its place takes the first clerk and the first booth that fit."""
    free = list(clerks)
    left = sorted(booths, key=lambda booth: (booth.point, booth.code))
    pairings: list[Pairing] = []
    for ticket in sorted(tickets, key=lambda each: place(each, policy, now)):
        open_ = [each for each in left if each.point == ticket.point and seats(ticket, each)]
        if not open_:
            continue
        asked = sorted(
            (each for each in free if not clerk_reasons(ticket, each, now, policy)),
            key=lambda each: (precedence(each.profile, ticket.need, policy), turn(each, policy)),
        )
        if asked:
            free.remove(asked[0])
            booth = min(open_, key=lambda each: each.code == ticket.avoids)
            left.remove(booth)
            pairings.append(Pairing(ticket, asked[0], booth))
    return pairings
