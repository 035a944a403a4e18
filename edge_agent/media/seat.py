"""What does the agent do in a room from taking its seat to leaving it?

It lets the faces go first, says that it is there, answers each proven offer, and gives up a
connection that is silent. Loaded only when a room is opened: aiortc and av take 40 MB.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError

from edge_agent.media.camera_track import LatestPicture
from edge_agent.media.conversation import PING_EVERY_S, SILENCE_S, Conversation
from edge_agent.media.peer import Listener, Peer
from edge_agent.media.sdp import fingerprint_of, only_sha256
from edge_agent.ports import DocumentCamera, Prover, RoomDesk, Uplink
from shared.documents import FromBooth
from shared.orders import NotProven
from shared.rooms import Participant, Signal, SignalType
from shared.visits import PrepareVisit

log = structlog.get_logger()

JOIN_EVERY_S = 3.0
# Two cores make one connection sooner than two at once: the faces go first, within reason.
FACES_FIRST_S = 1.5
CONNECT_WITHIN_S = 15.0
_BAD_OFFER = (ValueError, InvalidAccessError, InvalidStateError, OperationError, AssertionError)


@dataclass(frozen=True, slots=True)
class _Opened:
    peer: Peer


@dataclass(frozen=True, slots=True)
class _Lost:
    peer: Peer


class Seat:
    """One room of one visit."""

    def __init__(
        self,
        visit: PrepareVisit,
        *,
        uplink: Uplink,
        prover: Prover,
        camera: DocumentCamera | None,
        desk: RoomDesk,
    ) -> None:
        self.visit = visit
        self._uplink = uplink
        self._prover = prover
        self._camera = camera
        self._desk = desk
        self._news: asyncio.Queue[Signal | _Opened | _Lost] = asyncio.Queue()
        self._attempt = 0
        self._peer: Peer | None = None
        self._joined = False
        self._heard_at = 0.0
        self._distrusted = False
        self._shown = asyncio.Event()
        self._faces = asyncio.Event()
        self._pictures = LatestPicture()

    async def run(self, start: Callable[[asyncio.TaskGroup], Conversation]) -> None:
        """Until it is cancelled; then nothing of the room is left."""
        conversation: Conversation | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                conversation = start(tasks)
                tasks.create_task(conversation.run())
                tasks.create_task(self._keep_joining())
                tasks.create_task(self._keep_listening(conversation))
                tasks.create_task(self._show())
                while True:
                    await self._hear_of(await self._news.get(), conversation)
        finally:
            if self._peer is not None:
                await self._peer.close()
            if conversation is not None:
                conversation.forget()

    def take_signal(self, signal: Signal) -> None:
        """A signal for us; it is dealt with in turn."""
        self._news.put_nowait(signal)

    def faces_are_up(self) -> None:
        """The clerk's face is seen in the booth: now there is time for our own connection."""
        self._faces.set()

    def show_camera(self) -> None:
        """From now on the clerk sees what lies on the desk, also after a new connection."""
        self._faces.set()
        self._shown.set()
        if self._peer is not None:
            self._peer.show_camera()

    def say(self, message: FromBooth) -> None:
        """On the control channel, if it is open."""
        if self._peer is not None:
            self._peer.say(message.model_dump_json())

    async def _hear_of(self, news: Signal | _Opened | _Lost, conversation: Conversation) -> None:
        match news:
            case Signal():
                await self._signalled(news, conversation)
            case _Opened(peer) if peer is self._peer:
                self._joined = True
                await self._desk.clerk_joined()
            case _Lost(peer) if peer is self._peer:
                await self._lost(conversation)
            case _:
                return  # of a connection that was replaced

    async def _signalled(self, signal: Signal, conversation: Conversation) -> None:
        ours = signal.sender is Participant.CLERK and signal.receiver is Participant.BOOTH_AGENT
        if not ours or signal.room_id != self.visit.room_id:
            return
        match signal.type:
            case SignalType.OFFER if signal.attempt > self._attempt:
                await self._answer(signal, conversation)
            case SignalType.CANDIDATE if signal.attempt == self._attempt and self._peer:
                await self._peer.take_candidate(signal)
            case SignalType.BYE if signal.attempt in {0, self._attempt} and self._peer:
                await self._lost(conversation)
            case _:
                return

    async def _answer(self, signal: Signal, conversation: Conversation) -> None:
        self._attempt = signal.attempt
        offer = only_sha256(signal.sdp)
        await self._drop(conversation)
        try:
            self._prover.check(signal, fingerprint=fingerprint_of(offer), sub=self.visit.clerk_sub)
        except NotProven as doubt:
            log.warning("the clerk's proof does not hold", reason=doubt.reason)
            # Not asked for again by itself: it is a fault that somebody must see, or an attack.
            self._distrusted = True
            await self._signal(SignalType.BYE)
            return
        self._distrusted = False
        peer = Peer(self.visit, self._pictures, self._listener(lambda: peer, conversation))
        try:
            answer = await peer.answer(offer, has_camera=self._camera is not None)
        except (TimeoutError, *_BAD_OFFER) as trouble:
            log.warning("an offer could not be answered", reason=type(trouble).__name__)
            await peer.close()
            await self._signal(SignalType.BYE)
            return
        except BaseException:
            await peer.close()
            raise
        self._peer = peer
        # Silence counts from when the connection should be there at the latest.
        self._heard_at = _time() + CONNECT_WITHIN_S - SILENCE_S
        if self._shown.is_set():
            peer.show_camera()
        await self._signal(SignalType.ANSWER, sdp=answer)

    async def _signal(self, type_: SignalType, *, sdp: str = "") -> None:
        me, clerk = Participant.BOOTH_AGENT, Participant.CLERK
        proof = statement = ""
        attempt = 0 if type_ is SignalType.JOIN else self._attempt
        if sdp:
            proof = self._prover.prove(
                room=self.visit.room_id,
                participant=me,
                towards=clerk,
                attempt=attempt,
                fingerprint=fingerprint_of(sdp),
            )
            statement = self._prover.statement()
        await self._uplink.signal(
            Signal(
                room_id=self.visit.room_id,
                sender=me,
                receiver=clerk,
                attempt=attempt,
                type=type_,
                sdp=sdp,
                proof=proof,
                statement=statement,
            )
        )

    async def _drop(self, conversation: Conversation) -> None:
        peer, self._peer = self._peer, None
        conversation.documents_closed()
        if peer is not None:
            await peer.close()

    async def _lost(self, conversation: Conversation) -> None:
        await self._drop(conversation)
        log.info("the connection to the clerk is lost", attempt=self._attempt)
        if self._joined:
            self._joined = False
            await self._desk.clerk_lost()

    async def _keep_joining(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FACES_FIRST_S):
                await self._faces.wait()
        while True:
            if self._peer is None and not self._distrusted:
                await self._signal(SignalType.JOIN)
            await asyncio.sleep(JOIN_EVERY_S)

    async def _keep_listening(self, conversation: Conversation) -> None:
        while True:
            await asyncio.sleep(PING_EVERY_S)
            peer = self._peer
            if peer is None:
                continue
            if _time() - self._heard_at >= SILENCE_S:
                self._news.put_nowait(_Lost(peer))
            else:
                conversation.ping()

    def _listener(self, peer: Callable[[], Peer], conversation: Conversation) -> Listener:
        def heard() -> None:
            self._heard_at = _time()

        def control_open() -> None:
            heard()
            self._news.put_nowait(_Opened(peer()))

        def control(text: str) -> None:
            heard()
            conversation.hear(text)

        def document(frame: bytes) -> None:
            heard()
            conversation.take(frame)

        return Listener(
            control_open=control_open,
            control=control,
            documents_open=lambda: conversation.documents_open(peer()),
            document=document,
            failed=lambda: self._news.put_nowait(_Lost(peer())),
        )

    async def _show(self) -> None:
        await self._shown.wait()
        if self._camera is not None:
            await self._pictures.fill_from(self._camera)


def _time() -> float:
    return asyncio.get_running_loop().time()
