"""Under any interleaving a lease ends, and a clerk is in one of visit, offer and lease at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from control_plane.presence.rules.leases import (
    LONGEST_S,
    SHORTEST_S,
    Answer,
    Lease,
    LeaseEnd,
    answer,
    expiry,
)
from control_plane.staff.rules import TAKEN, ClerkState

CENTRES = [UUID(int=1), UUID(int=2)]
CLERK, COLLEAGUE = UUID(int=7), UUID(int=8)
IDS = st.sampled_from(["call-1", "call-2"])
CENTRE = st.sampled_from(CENTRES)
FREE = (ClerkState.AVAILABLE, ClerkState.ON_BREAK, ClerkState.OFFLINE, ClerkState.WRAP_UP)


class OneClerk(RuleBasedStateMachine):
    """One clerk, our queue and two contact centres, each acting as the operations do."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
        self.state = ClerkState.AVAILABLE
        self.leases: dict[tuple[UUID, str], Lease] = {}

    @property
    def open(self) -> list[Lease]:
        return [each for each in self.leases.values() if each.end is None]

    def end(self, lease: Lease, why: LeaseEnd) -> None:
        self.leases[lease.integration_id, lease.id] = replace(lease, end=why)
        if self.state is ClerkState.EXTERNAL_BUSY:
            self.state = ClerkState.AVAILABLE

    @rule(centre=CENTRE, lease_id=IDS, ttl_s=st.integers(-5, 900))
    def put(self, centre: UUID, lease_id: str, ttl_s: int) -> None:
        known = self.leases.get((centre, lease_id))
        other = next((each for each in self.open if each != known), None)
        verdict = answer(known, other, staff_id=CLERK, state=self.state, now=self.now)
        if verdict is Answer.RENEWED and known is not None:
            self.leases[centre, lease_id] = replace(known, expires_at=expiry(self.now, ttl_s))
        elif verdict is Answer.TAKEN:
            if other is not None:
                self.end(other, LeaseEnd.LAPSED)
            until = expiry(self.now, ttl_s)
            self.leases[centre, lease_id] = Lease(centre, lease_id, CLERK, "kela", self.now, until)
            if self.state is ClerkState.AVAILABLE:
                self.state = ClerkState.EXTERNAL_BUSY

    @rule(centre=CENTRE, lease_id=IDS)
    def delete(self, centre: UUID, lease_id: str) -> None:
        known = self.leases.get((centre, lease_id))
        if known is not None and known.end is None:
            self.end(known, LeaseEnd.RELEASED)

    @rule(seconds=st.integers(1, 400), looked=st.booleans())
    def time_passes(self, seconds: int, looked: bool) -> None:  # noqa: FBT001 - hypothesis' own
        self.now += timedelta(seconds=seconds)
        if looked:
            for lease in self.open:
                if not lease.holds(self.now):
                    self.end(lease, LeaseEnd.LAPSED)

    @precondition(lambda self: self.state is ClerkState.AVAILABLE)
    @rule(state=st.sampled_from(sorted(TAKEN)))
    def a_visitor_gets_the_clerk(self, state: ClerkState) -> None:
        self.state = state

    @rule(wanted=st.sampled_from(FREE))
    def the_clerk_is_left_or_chooses(self, wanted: ClerkState) -> None:
        # As `staff.queries.change` does: available only if nobody has the clerk.
        busy = wanted is ClerkState.AVAILABLE and bool(self.open)
        self.state = ClerkState.EXTERNAL_BUSY if busy else wanted

    @rule(centre=CENTRE, lease_id=IDS)
    def another_clerk_under_the_same_id(self, centre: UUID, lease_id: str) -> None:
        known = self.leases.get((centre, lease_id))
        state = ClerkState.AVAILABLE
        verdict = answer(known, None, staff_id=COLLEAGUE, state=state, now=self.now)
        assert verdict is (Answer.TAKEN if known is None else Answer.ANOTHER)

    @invariant()
    def one_at_most_has_the_clerk(self) -> None:
        assert len(self.open) + (self.state in TAKEN) <= 1

    @invariant()
    def nobody_is_busy_elsewhere_without_a_lease(self) -> None:
        assert bool(self.open) or self.state is not ClerkState.EXTERNAL_BUSY
        assert not self.open or self.state is not ClerkState.AVAILABLE

    @invariant()
    def every_lease_ends_within_the_longest_time(self) -> None:
        assert all(
            timedelta(0) < each.expires_at - each.since
            and each.expires_at <= self.now + timedelta(seconds=LONGEST_S)
            for each in self.open
        )


TestOneClerk = OneClerk.TestCase
TestOneClerk.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_no_lease_is_longer_or_shorter_than_allowed() -> None:
    now = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert expiry(now, 10**9) == now + timedelta(seconds=LONGEST_S)
    assert expiry(now, 0) == now + timedelta(seconds=SHORTEST_S)


def test_at_the_instant_of_its_end_a_lease_holds_no_more() -> None:
    now = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    lease = Lease(CENTRES[0], "x", CLERK, "kela", now, now + timedelta(seconds=30))
    assert lease.holds(now)
    assert not lease.holds(lease.expires_at)
    late = answer(None, lease, staff_id=CLERK, state=ClerkState.ON_BREAK, now=lease.expires_at)
    assert late is Answer.TAKEN
