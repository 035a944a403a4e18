"""Is the match of tickets, clerks and booths total, fair and lawful?"""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules import (
    LANGUAGE_RELAXES_AFTER,
    RIGHTS,
    Booth,
    FreeClerk,
    WaitingTicket,
    WhyNot,
    booth_reasons,
    clerk_reasons,
    match,
    order,
    why_not,
)
from shared.languages import Language

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

agencies = st.sampled_from(["kela", "vero", "dvv"])
points = st.sampled_from(["salla", "inari"])
skills = st.sampled_from(["", "pensions", "tax"])
moments = st.integers(0, 3600).map(lambda seconds: NOW - timedelta(seconds=seconds))

tickets = st.builds(
    WaitingTicket,
    id=st.uuids(),
    arrived_at=moments,
    agency=agencies,
    point=points,
    language=st.sampled_from(Language),
    skill=skills,
    needs_print=st.booleans(),
    needs_camera=st.booleans(),
    served_here=st.booleans(),
)
clerks = st.builds(
    FreeClerk,
    id=st.uuids(),
    agency=agencies,
    languages=st.frozensets(st.sampled_from(Language)),
    skills=st.frozensets(st.sampled_from(["pensions", "tax"])),
    idle_since=moments,
)
booths = st.builds(
    Booth,
    point=points,
    code=st.sampled_from(["1", "2", "3"]),
    free=st.booleans(),
    ready=st.booleans(),
    can_print=st.booleans(),
    can_show_papers=st.booleans(),
)
fields = st.tuples(
    st.lists(tickets, max_size=12, unique_by=lambda each: each.id),
    st.lists(clerks, max_size=6, unique_by=lambda each: each.id),
    st.lists(booths, max_size=6, unique_by=lambda each: (each.point, each.code)),
)
Field = tuple[list[WaitingTicket], list[FreeClerk], list[Booth]]


@given(fields)
def test_nothing_is_used_twice(field: Field) -> None:
    found = match(*field, NOW)
    assert len({pair.ticket.id for pair in found}) == len(found)
    assert len({pair.clerk.id for pair in found}) == len(found)
    assert len({(pair.booth.point, pair.booth.code) for pair in found}) == len(found)


@given(fields)
def test_every_pairing_is_lawful(field: Field) -> None:
    for pair in match(*field, NOW):
        assert pair.ticket.agency == pair.clerk.agency
        assert pair.ticket.served_here
        assert pair.booth.point == pair.ticket.point
        assert pair.booth.free
        assert pair.booth.ready
        assert pair.booth.can_print or not pair.ticket.needs_print
        assert pair.booth.can_show_papers or not pair.ticket.needs_camera
        assert not pair.ticket.skill or pair.ticket.skill in pair.clerk.skills
        if pair.ticket.language in RIGHTS:
            assert pair.ticket.language in pair.clerk.languages


@given(fields)
def test_it_says_why_not_exactly_when_there_is_no_match_for_one_clerk(field: Field) -> None:
    waiting, free, rooms = field
    for clerk in free:
        found = match(waiting, [clerk], rooms, NOW)
        callable_ = [each for each in waiting if not why_not(each, clerk, rooms, NOW)]
        assert bool(found) == bool(callable_)
        if found:
            assert found[0].ticket == min(callable_, key=order)


@given(fields)
def test_nobody_who_could_be_served_is_left_with_a_clerk_and_a_booth_idle(field: Field) -> None:
    waiting, free, rooms = field
    found = match(waiting, free, rooms, NOW)
    served = {pair.ticket.id for pair in found}
    idle = [each for each in free if each.id not in {pair.clerk.id for pair in found}]
    used = {(pair.booth.point, pair.booth.code) for pair in found}
    left = [each for each in rooms if (each.point, each.code) not in used]
    for ticket in waiting:
        if ticket.id not in served and not booth_reasons(ticket, left):
            assert all(clerk_reasons(ticket, clerk, NOW) for clerk in idle)


@given(fields, st.randoms())
def test_the_order_in_which_rows_come_changes_nothing(field: Field, random: Random) -> None:
    waiting, free, rooms = (list(part) for part in field)
    for part in (waiting, free, rooms):
        random.shuffle(part)
    assert match(*field, NOW) == match(waiting, free, rooms, NOW)  # type: ignore[arg-type]


@given(fields)
def test_older_tickets_choose_first(field: Field) -> None:
    found = match(*field, NOW)
    places = [order(pair.ticket) for pair in found]
    assert places == sorted(places)


@given(fields)
def test_of_two_fitting_clerks_the_one_idle_for_longer_is_taken(field: Field) -> None:
    waiting, free, rooms = field
    found = match(waiting[:1], free, rooms, NOW)
    for pair in found:
        fitting = [each for each in free if not clerk_reasons(pair.ticket, each, NOW)]
        assert pair.clerk == min(fitting, key=lambda each: (each.idle_since, each.id))


def ticket(language: Language, waited: timedelta) -> WaitingTicket:
    return WaitingTicket(
        id=UUID(int=1),
        arrived_at=NOW - waited,
        agency="kela",
        point="salla",
        language=language,
    )


def test_finnish_and_swedish_are_rights_and_never_relax() -> None:
    clerk = FreeClerk(UUID(int=2), "kela", frozenset({Language.ENGLISH}), frozenset(), NOW)
    for right in (Language.FINNISH, Language.SWEDISH):
        long = ticket(right, timedelta(hours=5))
        assert clerk_reasons(long, clerk, NOW) == [WhyNot.LANGUAGE]


def test_a_further_language_relaxes_after_a_while() -> None:
    clerk = FreeClerk(UUID(int=2), "kela", frozenset({Language.FINNISH}), frozenset(), NOW)
    soon = ticket(Language.ENGLISH, LANGUAGE_RELAXES_AFTER - timedelta(seconds=1))
    late = ticket(Language.ENGLISH, LANGUAGE_RELAXES_AFTER)
    assert clerk_reasons(soon, clerk, NOW) == [WhyNot.LANGUAGE]
    assert clerk_reasons(late, clerk, NOW) == []


def test_the_reason_given_is_that_of_the_nearest_booth() -> None:
    wanted = ticket(Language.FINNISH, timedelta(0))
    taken = Booth("salla", "1", free=False, ready=True, can_print=True, can_show_papers=True)
    broken = Booth("salla", "2", free=False, ready=False, can_print=True, can_show_papers=True)
    assert booth_reasons(wanted, [broken, taken]) == [WhyNot.BOOTH_TAKEN]
    assert booth_reasons(wanted, []) == [WhyNot.NO_BOOTH]
