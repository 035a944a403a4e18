"""From what are routing's tests drawn? Small worlds in which things collide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from control_plane.routing.rules.facts import (
    OPEN,
    Booth,
    Door,
    FreeClerk,
    Need,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.policy import (
    ClerkOrder,
    Guard,
    LevelStep,
    Policy,
    PriorityClass,
    Reserve,
    ShorterFirst,
)
from shared.languages import Language

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SKILLS = ("pensions", "tax")

# Few enough that tickets wait for clerks who are there, and booths are kept for tickets that wait.
SOME = [UUID(int=number) for number in range(1, 6)]
identities = st.sampled_from(SOME) | st.uuids()
now_and_then = st.sampled_from([False, False, False, True])

agencies = st.sampled_from(["kela", "vero"])
points = st.sampled_from(["salla", "inari"])
moments = st.integers(0, 3600).map(lambda seconds: NOW - timedelta(seconds=seconds))

needs = st.builds(
    Need,
    agency=agencies,
    language=st.sampled_from(Language),
    skill=st.sampled_from(["", *SKILLS]),
    level=st.integers(1, 5),
    clearance=st.sampled_from([0, 0, 0, 2]),
    prints=st.booleans(),
    shows_papers=st.booleans(),
    minutes=st.sampled_from([7, 14, 30]),
    priority=st.sampled_from(["", "booked", "returned", "last"]),
)
turns = st.lists(st.integers(1, 7200), max_size=3, unique=True).map(
    lambda seconds: tuple(NOW + timedelta(seconds=each) for each in sorted(seconds))
)
doors = (
    st.just(OPEN)
    | st.just(OPEN)
    | st.builds(Door, shut=st.booleans(), turns=turns, bookings_only=now_and_then)
)
tickets = st.builds(
    WaitingTicket,
    id=identities,
    arrived_at=moments,
    point=points,
    need=needs,
    served_here=st.sampled_from([True, True, True, False]),
    only=st.none() | st.none() | st.sampled_from(SOME),
    seated=now_and_then,
    later=now_and_then,
    avoids=st.sampled_from(["", "1", "2"]),
    booked_for=st.none()
    | st.none()
    | st.integers(-3600, 3600).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    door=doors,
)
profiles = st.builds(
    Profile,
    languages=st.frozensets(st.sampled_from(Language)),
    skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)).map(
        lambda levels: frozenset(levels.items())
    ),
    clearance=st.sampled_from([0, 2, 3]),
)
clerks = st.builds(
    FreeClerk,
    id=identities,
    agency=agencies,
    profile=profiles,
    idle_since=moments,
    last_visit_at=st.none() | moments,
    visits_today=st.integers(0, 3),
    talk_s=st.sampled_from([0.0, 60.0, 600.0]),
    apart=now_and_then,
)
booths = st.builds(
    Booth,
    point=points,
    code=st.sampled_from(["1", "2", "3"]),
    free=st.booleans(),
    ready=st.sampled_from([True, True, False]),
    can_print=st.booleans(),
    can_show_papers=st.booleans(),
    kept_for=st.none() | st.none() | st.sampled_from(SOME),
)
Field = tuple[list[WaitingTicket], list[FreeClerk], list[Booth]]


@st.composite
def crowded(draw: st.DrawFn) -> Field:
    """Few needs, many with the same; clerks alike; booths enough to go on behind a head."""
    alike = st.sampled_from(draw(st.lists(needs, min_size=1, max_size=2)))
    trained = draw(st.lists(profiles, max_size=1))
    handy = Profile(frozenset(Language), frozenset((skill, 5) for skill in SKILLS))
    same = st.sampled_from([*trained, handy])
    kept_for = draw(st.none() | st.sampled_from(SOME))
    return (
        draw(
            st.lists(
                st.builds(replace, tickets, need=alike),
                min_size=3,
                max_size=12,
                unique_by=lambda each: each.id,
            )
        ),
        draw(
            st.lists(
                st.builds(replace, clerks, profile=same),
                min_size=2,
                max_size=6,
                unique_by=lambda each: each.id,
            )
        ),
        [
            Booth(
                point,
                code,
                free=True,
                ready=True,
                can_print=code != "2",
                can_show_papers=True,
                kept_for=kept_for,
            )
            for point in ("salla", "inari")
            for code in draw(st.sets(st.sampled_from("123"), min_size=1))
        ],
    )


scattered = st.tuples(
    st.lists(tickets, max_size=12, unique_by=lambda each: each.id),
    st.lists(clerks, max_size=6, unique_by=lambda each: each.id),
    st.lists(booths, max_size=6, unique_by=lambda each: (each.point, each.code)),
)
fields = scattered | crowded()

ageing = st.builds(PriorityClass, base=st.integers(0, 1800), rate=st.integers(1, 4))
policies = st.builds(
    Policy,
    classes=st.dictionaries(st.sampled_from(["", "booked", "returned"]), ageing),
    language_relaxes_after=st.none() | st.just(timedelta(minutes=10)),
    level_steps=st.lists(
        st.builds(
            LevelStep,
            after=st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)),
            lower_by=st.integers(0, 4),
        ),
        max_size=2,
    ).map(tuple),
    shorter_first=st.none()
    | st.builds(
        ShorterFirst,
        gain=st.sampled_from([0.5, 2.0]),
        mean_minutes=st.just(15),
        cap=st.sampled_from([timedelta(minutes=5), timedelta(hours=1)]),
    ),
    clerk_order=st.sampled_from(ClerkOrder),
    guard=st.none()
    | st.builds(
        Guard,
        after=st.sampled_from([timedelta(minutes=10), timedelta(minutes=45)]),
        head_start=st.sampled_from([600, 3600]),
        points=st.sampled_from([frozenset(), frozenset({"salla"})]),
    ),
    reserve=st.none()
    | st.builds(
        Reserve,
        clerks=st.integers(1, 3),
        ahead=st.sampled_from([timedelta(minutes=5), timedelta(hours=1)]),
        yields_after=st.sampled_from([timedelta(minutes=10), timedelta(hours=1)]),
    ),
    booked_early=st.sampled_from([timedelta(0), timedelta(minutes=10)]),
    booked_late=st.sampled_from([timedelta(0), timedelta(minutes=10)]),
)
