"""Which errands of one visit wait in a simulated day, and which are held for another one?

A visitor of several errands has a ticket for each, in all their queues at once. While one of them
is in a visit, the others stand on no board; each comes back to its old place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.simulation.day import Visitor


@dataclass(slots=True)
class Errands:
    """The errands of a day's visits, as far as they have come."""

    after: dict[UUID, UUID]  # which of the day's tickets must be over before this one
    busy: set[UUID] = field(default_factory=set)  # plans whose visitor is in a visit
    over: set[UUID] = field(default_factory=set)  # tickets whose visit has ended
    waiting: dict[UUID, dict[UUID, WaitingTicket]] = field(default_factory=dict)  # by plan
    held: dict[UUID, WaitingTicket] = field(default_factory=dict)

    @classmethod
    def of(cls, visitors: Iterable[Visitor]) -> "Errands":
        """Whoever must be done before and did not come on this day holds nobody."""
        after = {each.ticket.id: each.after for each in visitors}
        return cls(
            {
                each: before
                for each, before in after.items()
                if before is not None and before in after
            }
        )

    def come(self, ticket: WaitingTicket) -> bool:
        """May it wait at once? Else it is held."""
        if ticket.plan is None:
            return True
        if ticket.plan in self.busy or not self._may_come(ticket):
            self.held[ticket.id] = ticket
            return False
        self.waiting.setdefault(ticket.plan, {})[ticket.id] = ticket
        return True

    def call(self, ticket: WaitingTicket) -> list[WaitingTicket]:
        """One is called: whoever of the same visit leaves the board with it."""
        if ticket.plan is None:
            return []
        self.busy.add(ticket.plan)
        others = self.waiting.pop(ticket.plan, {})
        others.pop(ticket.id, None)
        self.held |= others
        return list(others.values())

    def end(self, ticket: WaitingTicket) -> list[WaitingTicket]:
        """Its visit is over: whoever of the same visit waits again, in the old place."""
        if ticket.plan is None:
            return []
        self.busy.discard(ticket.plan)
        self.over.add(ticket.id)
        back = [
            each for each in self.held.values() if each.plan == ticket.plan and self._may_come(each)
        ]
        for each in back:
            del self.held[each.id]
            self.waiting.setdefault(ticket.plan, {})[each.id] = each
        return back

    def _may_come(self, ticket: WaitingTicket) -> bool:
        before = self.after.get(ticket.id)
        return before is None or before in self.over
