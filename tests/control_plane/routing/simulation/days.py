"""From what are the simulation's tests drawn? Small days in which things collide."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from control_plane.routing.rules.facts import Need, Profile, WaitingTicket
from control_plane.routing.simulation.day import Absence, Away, Day, Duty, Outage, Room, Visitor
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW

AGENCIES, POINTS = ("kela", "vero"), ("inari", "salla")
MINUTE = timedelta(minutes=1)
minutes = st.integers(0, 40).map(lambda many: many * MINUTE)
some_minutes = st.integers(1, 20).map(lambda many: many * MINUTE)
moments = minutes.map(lambda after: NOW + after)

needs = st.builds(
    Need,
    agency=st.sampled_from(AGENCIES),
    language=st.sampled_from(Language),
    skill=st.sampled_from(["", "", "pensions"]),
    level=st.integers(1, 3),
    prints=st.booleans(),
    minutes=st.sampled_from([7, 14, 30]),
)
profiles = st.builds(
    Profile,
    languages=st.frozensets(st.sampled_from(Language), min_size=1),
    skills=st.sampled_from([frozenset(), frozenset({("pensions", 2)})]),
)
absences = st.lists(
    st.builds(Absence, due=moments, length=some_minutes, kind=st.sampled_from(Away)), max_size=2
).map(tuple)
outages = st.lists(st.builds(Outage, starts=moments, length=some_minutes), max_size=1).map(tuple)


@st.composite
def days(draw: st.DrawFn, *, plain: bool = False, away: bool = True) -> Day:
    """Two agencies, two points; plain: nothing fails, every clerk can do all and is there."""
    visitors = tuple(
        Visitor(
            WaitingTicket(UUID(int=number), draw(moments), draw(st.sampled_from(POINTS)), need),
            draw(some_minutes),
            draw(st.sampled_from([timedelta(), MINUTE])),
        )
        for number, need in enumerate(draw(st.lists(needs, max_size=14)), start=1)
    )
    if plain:
        further = draw(st.lists(st.sampled_from(AGENCIES), max_size=2))
        able = Profile(frozenset(Language), frozenset({("pensions", 5)}))
        clerks = tuple(
            Duty(UUID(int=100 + number), agency, able, NOW)
            for number, agency in enumerate([*AGENCIES, *further])
        )
        rooms = tuple(Room(point, "1", NOW) for point in POINTS)
    else:
        clerks = tuple(
            Duty(
                UUID(int=100 + number),
                agency,
                draw(profiles),
                draw(moments),
                draw(st.none() | moments.map(lambda moment: moment + 40 * MINUTE)),
                draw(absences) if away else (),
            )
            for number, agency in enumerate(draw(st.lists(st.sampled_from(AGENCIES), max_size=4)))
        )
        rooms = tuple(
            Room(point, code, NOW, outages=draw(outages), can_print=draw(st.booleans()))
            for point in POINTS
            for code in draw(st.sampled_from(["1", "12"]))
        )
    gap = st.sampled_from([timedelta(), MINUTE])
    return Day(visitors, clerks, rooms, draw(gap), draw(gap))
