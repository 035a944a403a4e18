"""Do documents keep their shape in frames, and are strange ones refused?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import documents
from shared.envelope import NotUnderstood
from shared.identifiers import TransferId, new_uuid


@given(st.integers(0, 2**63), st.binary(min_size=1, max_size=2000))
def test_a_frame_comes_back_as_it_was_sent(offset: int, chunk: bytes) -> None:
    transfer = TransferId(new_uuid())
    message = documents.frame(transfer, offset, chunk)
    assert documents.read_frame(message) == (transfer, offset, chunk)


def test_a_full_frame_is_one_message_of_64_kib() -> None:
    message = documents.frame(TransferId(new_uuid()), 0, bytes(documents.CHUNK))
    assert len(message) == 65_536


@pytest.mark.parametrize("size", [0, 23, 24, 65_537])
def test_a_frame_of_a_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(NotUnderstood):
        documents.read_frame(bytes(size))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"kind":"booth.state"}',
        '{"kind":"booth.set","volume":101}',
        '{"kind":"print.offer","job_id":"x"}',
        '{"kind":"ping","sent_at":"' + "9" * 20_000 + '"}',
    ],
)
def test_a_control_message_that_is_not_the_clerks_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        documents.read_from_clerk(text)
