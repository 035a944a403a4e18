"""What does the agent do when a page says something?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

import structlog

from edge_agent.errors import PeripheralError
from edge_agent.ports import (
    Bench,
    Consenting,
    Help,
    Place,
    Prover,
    Screen,
    ScreenReport,
    Speaker,
    Ticketing,
    Uplink,
    VisitControl,
)
from edge_agent.screens import messages as said
from shared.identifiers import MessageId, NoteId, RoomId, TicketId, VisitId
from shared.languages import Language
from shared.orders import NotProven
from shared.rooms import Participant, Signal, SignalType
from shared.tickets import Refused, TicketAccepted, TicketIssued

log = structlog.get_logger()

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """The flows behind the screens; ``bench`` only where peripherals are simulated."""

    ticketing: Ticketing
    help: Help
    visits: VisitControl
    notes: Consenting
    prover: Prover
    speaker: Speaker
    uplink: Uplink
    bench: Bench | None


class Answering:
    """One page's message in, at most one answer to that page out."""

    def __init__(self, asked: Asked, *, keep_speech: Callable[[bytes], str]) -> None:
        self._asked = asked
        self._keep_speech = keep_speech

    async def answer(self, screen: Screen, message: said.Said) -> Answer | None:  # noqa: C901, PLR0911, PLR0912 - one case a message
        """Act on it; gives the answer that the page waits for."""
        asked = self._asked
        match message:
            case said.Take():
                taken = await asked.ticketing.take(
                    MessageId(message.id),
                    message.service,
                    message.language,
                    message.more,
                    in_order=message.in_order,
                )
                return _ticket(message.id, taken)
            case said.Cancel():
                cancelled = await asked.ticketing.cancel(
                    MessageId(message.id), TicketId(message.ticket_id)
                )
                return _ticket(message.id, cancelled)
            case said.Return():
                back = await asked.ticketing.give_back(
                    MessageId(message.id), TicketId(message.ticket_id)
                )
                return _ticket(message.id, back)
            case said.Pass():
                passed = await asked.ticketing.let_pass(
                    MessageId(message.id), TicketId(message.ticket_id)
                )
                return _ticket(message.id, passed)
            case said.CallHelp():
                place = Place.BOOTH if screen is Screen.BOOTH else Place.WAITING_AREA
                await asked.help.press(place)
            case said.Speak():
                return await self._spoken(message.id, message.language, message.text)
            case said.Report():
                await asked.visits.screen_reported(_report(message.report))
            case said.Signalled():
                await self._signal(message.signal)
            case said.Prove():
                return self._prove(message)
            case said.Check():
                return self._check(message)
            case said.Rate():
                await asked.visits.rate(message.smiley)
            case said.Finish():
                await asked.visits.finish()
            case said.AnswerNote():
                await asked.notes.answer(NoteId(message.id), approved=message.approved)
            case said.MoreTime():
                await asked.visits.more_time()
            case said.Alive():
                pass
            case said.Act():
                await self._bench(message)
            case _:
                assert_never(message)
        return None

    async def _spoken(self, id_: UUID, language: Language, text: str) -> Answer | None:
        try:
            wav = await self._asked.speaker.say(language, text)
        except PeripheralError as trouble:
            log.warning("speech cannot be made", reason=trouble.reason)
            return None
        return {"type": "play", "id": str(id_), "url": self._keep_speech(wav)}

    async def _signal(self, signal: Signal) -> None:
        ours = signal.sender is Participant.BOOTH_SCREEN
        if not ours or signal.room_id != self._asked.visits.room:
            log.warning("a page signalled for a room that is not its own")
            return
        await self._asked.uplink.signal(signal)

    def _prove(self, message: said.Prove) -> Answer | None:
        if message.room != self._asked.visits.room:
            log.warning("a page wanted a proof for a room that is not its own")
            return None
        proof = self._asked.prover.prove(
            room=RoomId(message.room),
            participant=Participant.BOOTH_SCREEN,
            towards=message.towards,
            attempt=message.attempt,
            fingerprint=message.fingerprint,
        )
        return {
            "type": "proof",
            "id": str(message.id),
            "proof": proof,
            "statement": self._asked.prover.statement(),
        }

    def _check(self, message: said.Check) -> Answer:
        theirs = message.signal
        reason = ""
        sub = self._asked.visits.sub_of(theirs.sender)
        if theirs.room_id != self._asked.visits.room:
            reason = "wrong_room"
        elif sub is None:
            reason = "not_expected"
        else:
            signal = Signal(
                room_id=RoomId(theirs.room_id),
                sender=theirs.sender,
                receiver=Participant.BOOTH_SCREEN,
                attempt=theirs.attempt,
                type=SignalType.OFFER,
                proof=theirs.proof,
                statement=theirs.statement,
            )
            try:
                self._asked.prover.check(
                    signal,
                    fingerprint=message.fingerprint,
                    sub=sub,
                )
            except NotProven as trouble:
                reason = trouble.reason
        if reason:
            log.warning("a fingerprint was not proven", reason=reason)
        return {"type": "checked", "id": str(message.id), "ok": not reason, "reason": reason}

    async def _bench(self, message: said.Act) -> None:
        if self._asked.bench is None:
            return
        try:
            await self._asked.bench.act(message.model_dump(exclude={"type"}))
        except ValueError as trouble:
            log.warning("the bench does not know that action", reason=type(trouble).__name__)


def _report(found: said.FoundReport) -> ScreenReport:
    return ScreenReport(
        visit=None if found.visit is None else VisitId(found.visit),
        microphone=found.microphone,
        camera=found.camera,
        speaker=found.speaker,
        clerk_seen=found.clerk_seen,
        drawn=found.drawn,
        cameras=found.cameras,
        microphones=found.microphones,
    )


def _ticket(id_: UUID, outcome: TicketIssued | TicketAccepted | Refused) -> Answer:
    match outcome:
        case TicketIssued():
            return {"type": "taken", "id": str(id_), "ticket": outcome.model_dump(mode="json")}
        case TicketAccepted():
            return {"type": "accepted", "id": str(id_)}
        case Refused():
            instead = outcome.instead.model_dump(mode="json") if outcome.instead else None
            return {
                "type": "refused",
                "id": str(id_),
                "code": outcome.code.value,
                "instead": instead,
                "opens_at": outcome.opens_at.isoformat() if outcome.opens_at else None,
            }
