"""What do the tests of the booth tell it, and what do they look at?"""

from dataclasses import dataclass, field
from uuid import UUID

from edge_agent.core.booth import (
    Booth,
    Effect,
    Event,
    Phase,
    ScreenChecked,
    TimePassed,
)
from edge_agent.core.booth_steps import (
    step,
)
from edge_agent.core.readiness import Checks
from shared.identifiers import RoomId, VisitId
from shared.languages import Language
from shared.rooms import Participant
from shared.visits import (
    BeginVisit,
    CallVisitor,
    CancelVisit,
    ChangeParties,
    Companion,
    EndVisit,
    LeaveSeat,
    PrepareVisit,
)

GOOD = Checks(microphone=True, camera=True, speaker=True, clerk_seen=True)
NO_PICTURE = Checks(microphone=True, camera=True, speaker=True, clerk_seen=False)
DEAF = Checks(microphone=False, camera=True, speaker=True, clerk_seen=True)


def visit_id(number: int) -> VisitId:
    return VisitId(UUID(int=number))


def preparation(number: int = 1, *, ticket: int = 104) -> PrepareVisit:
    return PrepareVisit(
        visit_id=visit_id(number),
        room_id=RoomId(UUID(int=1000 + number)),
        booth="salla-1",
        number=ticket,
        language=Language.FINNISH,
        clerk_name="A",
        agency_name="B",
        ice_servers=(),
        relay_only=False,
    )


def call(number: int = 1, attempt: int = 1) -> CallVisitor:
    return CallVisitor(
        visit_id=visit_id(number),
        number=104,
        booth="salla-1",
        language=Language.FINNISH,
        attempt=attempt,
        attempts=3,
    )


def begin(number: int = 1) -> BeginVisit:
    return BeginVisit(visit_id=visit_id(number))


def company(*subs: str) -> tuple[Companion, ...]:
    """Colleagues who are known by these names in key statements."""
    return tuple(
        Companion(participant=Participant.COLLEAGUE, name="C", sub=sub, agency_name="D")
        for sub in subs
    )


def parties(number: int = 1, turn: int = 1, *subs: str, room: int | None = None) -> ChangeParties:
    """The visit's clerk goes on in ``room``, another one's, or in the visit's first."""
    return ChangeParties(
        visit_id=visit_id(number),
        turn=turn,
        room_id=RoomId(UUID(int=room or 1000 + number)),
        clerk_name="A" if room is None else "E",
        clerk_sub="" if room is None else f"clerk-{room}",
        companions=company(*subs),
    )


def cancel(number: int = 1) -> CancelVisit:
    return CancelVisit(visit_id=visit_id(number), reason="no_show")


def end(number: int = 1, reason: str = "ended", seated_s: int = 0) -> EndVisit:
    return EndVisit(visit_id=visit_id(number), reason=reason, seated_s=seated_s)


def leave(number: int = 1) -> LeaveSeat:
    return LeaveSeat(visit_id=visit_id(number))


def checked(checks: Checks = GOOD, number: int = 1) -> ScreenChecked:
    return ScreenChecked(visit=visit_id(number), checks=checks)


@dataclass
class Story:
    """Events one after the other, with everything that followed."""

    booth: Booth = field(default_factory=Booth)
    now: float = 100.0
    effects: list[Effect] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def happens(self, *events: Event) -> "Story":
        for event in events:
            taken = step(self.booth, event, self.now)
            self.booth = taken.booth
            self.effects += taken.effects
            self.refusals.append(taken.refusal)
        return self

    def passes(self, seconds: float) -> "Story":
        self.now += seconds
        return self.happens(TimePassed())


def phase(story: Story) -> Phase:
    """Through a call, so that a type checker does not take it for unchanged."""
    return story.booth.phase


def of(story: Story, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in story.effects if isinstance(effect, kind)]


def prepared() -> Story:
    return Story().happens(preparation(), checked())


def in_visit() -> Story:
    return prepared().happens(call(), begin())
