"""Which signals may pass from whom to whom?"""

from hypothesis import given
from hypothesis import strategies as st

from control_plane.rooms.rules import BOOTH, Side, may_pass
from shared.identifiers import RoomId, new_uuid
from shared.rooms import Participant, Signal, SignalType

signals = st.builds(
    Signal,
    room_id=st.just(RoomId(new_uuid())),
    sender=st.sampled_from(Participant),
    receiver=st.sampled_from(Participant),
    attempt=st.integers(0, 9),
    type=st.sampled_from(SignalType),
)


@given(signals, st.sampled_from(Side))
def test_nobody_speaks_for_another_or_past_the_pair(signal: Signal, side: Side) -> None:
    if may_pass(signal, side):
        clerk_speaks = signal.sender is Participant.CLERK
        assert clerk_speaks == (side is Side.CLERK)
        assert {signal.sender, signal.receiver} & BOOTH
        assert Participant.CLERK in {signal.sender, signal.receiver}


@given(signals)
def test_a_booth_never_offers_and_a_clerk_never_joins_or_answers(signal: Signal) -> None:
    if may_pass(signal, Side.BOOTH):
        assert signal.type is not SignalType.OFFER
    if may_pass(signal, Side.CLERK):
        assert signal.type not in {SignalType.JOIN, SignalType.ANSWER}
