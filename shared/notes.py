"""What does a clerk hand over to the next clerk of the same number, and may it be handed over?

A note goes over the room's ``control`` channel only, which is encrypted from the clerk's browser
to the booth's agent. It is passed on when the visitor has read and approved exactly this text on
the booth's screen: another text has another id and must be approved anew. No answer is a no.
"""

import unicodedata
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.envelope import Wire, WireTime
from shared.identifiers import NoteId

MAX_NOTE = 600  # characters (code points)
MAX_LINES = 12  # so that the visitor sees all of it at once

# Joiners within words of some scripts; every other unseen character could hide or reorder words.
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

# A text that must not stand in any representation of the message that a trace might hold.
Unprinted = Annotated[str, Field(repr=False)]


class NoteState(StrEnum):
    """How it stands with a note, as the booth's agent knows it."""

    NONE = "none"  # there is no note of this visit
    ASKED = "asked"  # it stands on the booth's screen
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"  # it was never shown; the reason says why


class NoteOffer(Wire):
    """Clerk → booth: may this be passed on? It takes the place of the note before."""

    kind: Literal["note.offer"] = "note.offer"
    note_id: NoteId
    text: Unprinted


class NoteWithdraw(Wire):
    """Clerk → booth: not after all."""

    kind: Literal["note.withdraw"] = "note.withdraw"
    note_id: NoteId


class NoteRead(Wire):
    """Clerk → booth: the note that was passed on is here, keep it for nobody else."""

    kind: Literal["note.read"] = "note.read"
    note_id: NoteId


class NoteProgress(Wire):
    """Booth → clerk, at each change and at each connection: how it stands with the own note."""

    kind: Literal["note.progress"] = "note.progress"
    note_id: NoteId | None = None
    state: NoteState
    reason: str = ""
    text: Unprinted = ""  # of a note that is here, for a page that was loaded again


class NoteHere(Wire):
    """Booth → clerk, once the visit has begun: what an earlier clerk of this number passed on."""

    kind: Literal["note.here"] = "note.here"
    note_id: NoteId
    text: Unprinted
    agency_name: str
    approved_at: WireTime


NoteFromClerk = NoteOffer | NoteWithdraw | NoteRead
NoteFromBooth = NoteProgress | NoteHere


def flaw(text: str) -> str:
    """What is wrong with the text of a note; "" when it may be shown to the visitor."""
    if not text.strip():
        return "empty"
    if len(text) > MAX_NOTE:
        return "too_long"
    if text.count("\n") >= MAX_LINES:
        return "too_many_lines"
    if any(_is_unseen(letter) for letter in text):
        return "not_plain"
    return ""


def _is_unseen(letter: str) -> bool:
    if letter == "\n" or letter in _JOINERS:
        return False
    return unicodedata.category(letter) in _UNSEEN
