"""Which signals may pass from whom to whom?"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.rooms.rules import BOOTH, LATE, Guest, may_pass, seated
from shared.identifiers import RoomId, new_uuid
from shared.rooms import Participant, Signal, SignalType, meet, of_one_device

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CLERK, COLLEAGUE = frozenset({Participant.CLERK}), frozenset({Participant.COLLEAGUE})
SIDES = [BOOTH, *(frozenset({each}) for each in Participant if each not in BOOTH)]

signals = st.builds(
    Signal,
    room_id=st.just(RoomId(new_uuid())),
    sender=st.sampled_from(Participant),
    receiver=st.sampled_from(Participant),
    attempt=st.integers(0, 9),
    type=st.sampled_from(SignalType),
)
sides = st.sampled_from(SIDES)
rooms = st.frozensets(st.sampled_from(Participant)).map(lambda more: more | BOOTH | CLERK)
guests = st.builds(
    Guest,
    participant=st.sampled_from([Participant.COLLEAGUE, Participant.INTERPRETER]),
    staff_id=st.integers(1, 3).map(lambda number: UUID(int=number)),
    until=st.none() | st.integers(0, 20).map(lambda before: NOW - timedelta(seconds=before)),
)


@given(signals, sides, rooms)
def test_nobody_speaks_for_another_or_to_somebody_who_is_not_there(
    signal: Signal, own: frozenset[Participant], here: frozenset[Participant]
) -> None:
    if may_pass(signal, own, here):
        assert signal.sender in own
        assert {signal.sender, signal.receiver} <= here
        assert signal.receiver not in own
        assert not of_one_device(signal.sender, signal.receiver)


@given(signals, sides, rooms)
def test_documents_and_the_document_camera_are_the_visits_clerks_alone(
    signal: Signal, own: frozenset[Participant], here: frozenset[Participant]
) -> None:
    pair = {signal.sender, signal.receiver}
    if may_pass(signal, own, here) and Participant.BOOTH_AGENT in pair:
        assert Participant.CLERK in pair


@given(signals, sides)
def test_whoever_is_not_in_the_room_says_and_hears_nothing(
    signal: Signal, own: frozenset[Participant]
) -> None:
    if may_pass(signal, own, BOOTH | CLERK):
        assert Participant.COLLEAGUE not in {signal.sender, signal.receiver}


@given(signals)
def test_a_booth_never_offers_and_a_clerk_never_joins_or_answers(signal: Signal) -> None:
    here = BOOTH | CLERK | COLLEAGUE
    if may_pass(signal, BOOTH, here):
        assert signal.type is not SignalType.OFFER
    if may_pass(signal, CLERK, here):
        assert signal.type not in {SignalType.JOIN, SignalType.ANSWER}


@given(signals)
def test_exactly_one_side_of_each_pair_may_begin(signal: Signal) -> None:
    here = frozenset(Participant)
    turned = signal.model_copy(update={"sender": signal.receiver, "receiver": signal.sender})
    offer = {"type": SignalType.OFFER}
    may = [
        may_pass(each.model_copy(update=offer), frozenset({each.sender}), here)
        for each in (signal, turned)
    ]
    assert sum(may) == meet(signal.sender, signal.receiver)


@given(st.lists(guests, max_size=5))
def test_a_seat_is_whoevers_sits_there_and_for_a_moment_whoevers_sat_there(
    known: list[Guest],
) -> None:
    found = seated(known, NOW)
    for seat, guest in found.items():
        assert guest.participant is seat
        assert guest in known
        assert guest.until is None or NOW - guest.until < LATE
    for guest in known:
        if guest.until is None:
            assert found[guest.participant].until is None
