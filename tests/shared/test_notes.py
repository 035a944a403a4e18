"""Is a note for the next clerk plain, short and told apart from everything else?"""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents import read_from_clerk
from shared.envelope import NotUnderstood
from shared.identifiers import NoteId
from shared.notes import (
    MAX_LINES,
    MAX_NOTE,
    NoteHere,
    NoteOffer,
    NoteProgress,
    NoteRead,
    NoteState,
    NoteWithdraw,
    flaw,
)

ID = NoteId(UUID(int=1))


@pytest.mark.parametrize(
    "text",
    [
        "Hakemus puuttuu.\nSeuraavaksi: verokortti.",
        "<b>ei</b> & \"ei\" 'ei'",
        "Ålandsbanken, čáhci, тел. 👩‍👧",
        "x" * MAX_NOTE,
        "\n".join("x" * MAX_LINES),
    ],
)
def test_plain_text_may_be_passed_on(text: str) -> None:
    assert flaw(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("x" * (MAX_NOTE + 1), "too_long"),
        ("x\n" * MAX_LINES, "too_many_lines"),
        ("a\x00b", "not_plain"),
        ("a\tb", "not_plain"),
        ("a\r\nb", "not_plain"),
        ("maksa \u202eei\u202c nyt", "not_plain"),  # turns the reading direction around
        ("a\u200bb", "not_plain"),
        ("a\u2028b", "not_plain"),
        ("a\U000e0041b", "not_plain"),  # a letter that no screen shows
        ("a\ud800b", "not_plain"),
    ],
)
def test_what_a_visitor_could_not_see_as_it_is_may_not(text: str, reason: str) -> None:
    assert flaw(text) == reason


@given(st.text(max_size=MAX_NOTE + 50))
def test_what_is_let_through_is_short_and_has_only_line_breaks_among_controls(text: str) -> None:
    if flaw(text) == "":
        assert 0 < len(text) <= MAX_NOTE
        assert len(text.split("\n")) <= MAX_LINES
        assert text.replace("\n", "").isprintable() or not text.isascii()


def test_the_longest_note_fits_on_the_control_channel() -> None:
    offer = NoteOffer(note_id=ID, text="\U0001f468" * MAX_NOTE)
    assert read_from_clerk(json.dumps(offer.model_dump(mode="json"))) == offer


@pytest.mark.parametrize(
    "message",
    [NoteOffer(note_id=ID, text="a"), NoteWithdraw(note_id=ID), NoteRead(note_id=ID)],
)
def test_a_clerks_words_are_understood(message: NoteOffer | NoteWithdraw | NoteRead) -> None:
    assert read_from_clerk(message.model_dump_json()) == message


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "note.offer"}',
        '{"kind": "note.offer", "note_id": "x", "text": "a"}',
        '{"kind": "note.offer", "note_id": "00000000-0000-0000-0000-000000000001", "text": 1}',
        '{"kind": "note.here", "note_id": "00000000-0000-0000-0000-000000000001", "text": "a"}',
        '{"kind": "note.progress", "state": "approved"}',
        '{"kind": "note.offer", "text": "' + "x" * 20_000 + '"}',
    ],
)
def test_what_only_the_booth_may_say_and_what_is_no_note_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood) as trouble:
        read_from_clerk(text)
    assert "xxx" not in repr(trouble.value)


def test_no_representation_shows_the_text() -> None:
    """Whatever a trace or a log may hold of a message: not what stands in it."""
    at = datetime(2026, 11, 27, 10, tzinfo=UTC)
    here = NoteHere(note_id=ID, text="salaisuus", agency_name="Kela", approved_at=at)
    offer = NoteOffer(note_id=ID, text="salaisuus")
    progress = NoteProgress(note_id=ID, state=NoteState.ASKED, text="salaisuus")
    for message in (here, offer, progress):
        assert "salaisuus" not in repr(message)
        assert "salaisuus" not in str(message)
