"""How a document is put together, whatever its sender does."""

import hashlib
import os

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.media.receiving import DocumentReceiver, Whole
from shared.documents import CHUNK, MAX_DOCUMENT, Announced, frame
from shared.identifiers import JobId, TransferId, new_uuid

JOB = JobId(new_uuid())


def about(document: bytes, *, size: int | None = None, sha256: str = "") -> Announced:
    return Announced(
        transfer_id=TransferId(new_uuid()),
        size=size or len(document),
        sha256=sha256 or hashlib.sha256(document).hexdigest(),
        media_type="application/pdf",
    )


@given(
    document=st.binary(min_size=1, max_size=400),
    cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 90)), max_size=40),
)
def test_repeats_gaps_and_any_order_never_make_another_document(
    document: bytes, cuts: list[tuple[int, int]]
) -> None:
    receiver = DocumentReceiver()
    announced = about(document)
    receiver.expect(JOB, announced)
    found: list[Whole] = []
    for at, length in [*cuts, *((at, 7) for at in range(0, len(document), 7))]:
        chunk = document[at : at + length]
        if chunk:
            _, whole = receiver.take(frame(announced.transfer_id, at, chunk))
            found += [whole] if whole else []
    assert [one.document for one in found] == [document]


def test_the_first_word_and_the_word_after_a_new_connection_say_from_where_to_go_on() -> None:
    document = os.urandom(3 * CHUNK)
    receiver, announced = DocumentReceiver(), about(document)
    assert receiver.expect(JOB, announced).offset == 0
    receiver.take(frame(announced.transfer_id, 0, document[:CHUNK]))
    (word,) = receiver.resume()
    assert (word.offset, word.whole, word.reason) == (CHUNK, False, "")
    assert receiver.expect(JOB, announced).offset == CHUNK


def test_the_same_job_offered_anew_does_not_count_twice() -> None:
    receiver = DocumentReceiver()
    for _ in range(5):
        assert receiver.expect(JOB, about(b"x")).reason == ""
    assert receiver.expect(JobId(new_uuid()), about(b"y")).reason == ""
    assert receiver.expect(JobId(new_uuid()), about(b"z")).reason == "too_many_transfers"


def test_a_size_over_the_limit_is_refused_at_once() -> None:
    word = DocumentReceiver().expect(JOB, about(b"x", size=MAX_DOCUMENT + 1))
    assert word.reason == "too_large"


def test_a_cancelled_job_gives_its_bytes_up() -> None:
    receiver, announced = DocumentReceiver(), about(b"xyz")
    receiver.expect(JOB, announced)
    assert [word.reason for word in receiver.drop_job(JOB)] == ["cancelled"]
    assert receiver.take(frame(announced.transfer_id, 0, b"xyz")) == (None, None)


def test_bytes_of_no_transfer_are_no_news() -> None:
    receiver = DocumentReceiver()
    assert receiver.take(b"") == (None, None)
    assert receiver.take(os.urandom(70_000)) == (None, None)
    assert receiver.take(frame(TransferId(new_uuid()), 0, b"x")) == (None, None)
