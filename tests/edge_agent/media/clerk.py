"""The clerk's side of a room, played by aiortc in the same process, and a wire between the two."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from joserfc.jwk import ECKey, KeySet
from pydantic import TypeAdapter

from edge_agent.media.sdp import fingerprint_of, only_sha256
from shared.documents import (
    CHUNK,
    CONTROL,
    DOCUMENTS,
    Announced,
    FromBooth,
    FromClerk,
    Pong,
    StillTaken,
    TransferReceived,
    frame,
    read_frame,
)
from shared.envelope import Body
from shared.identifiers import MessageId, RoomId, TransferId, new_uuid
from shared.orders import NotProven
from shared.rooms import Participant, Signal, SignalType
from shared.signing import (
    FingerprintProof,
    Holder,
    KeyStatement,
    open_fingerprint,
    sign_fingerprint,
    sign_statement,
)

CLERK, AGENT = Participant.CLERK, Participant.BOOTH_AGENT
_FROM_BOOTH: TypeAdapter[Any] = TypeAdapter(FromBooth)


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class KeyHolder:
    """A certified key, for either side; fulfils `ports.Prover`."""

    def __init__(self, issuer: ECKey, holder: Holder, sub: str) -> None:
        self.key = ECKey.generate_key("P-256")
        self.issuers = KeySet([issuer])
        public = self.key.as_dict(private=False)
        until = int(time.time()) + 600
        self._statement = sign_statement(
            KeyStatement(sub=sub, holder=holder, jwk=public, exp=until), key=issuer
        )

    def statement(self) -> str:
        return self._statement

    def prove(
        self,
        *,
        room: RoomId,
        participant: Participant,
        towards: Participant,
        attempt: int,
        fingerprint: str,
    ) -> str:
        proof = FingerprintProof(
            room=room,
            participant=participant,
            towards=towards,
            attempt=attempt,
            fingerprint=fingerprint,
            iat=int(time.time()),
        )
        return sign_fingerprint(proof, key=self.key)

    def check(self, signal: Signal, *, fingerprint: str, sub: str = "") -> None:
        opened = open_fingerprint(signal.proof, signal.statement, issuers=self.issuers, now=now())
        if sub and opened.sub != sub:
            raise NotProven("another_holder")
        proven = opened.proof
        said = (proven.room, proven.participant, proven.towards, proven.attempt, proven.fingerprint)
        if said != (signal.room_id, signal.sender, signal.receiver, signal.attempt, fingerprint):
            raise NotProven("wrong_claims")


@dataclass
class Wire:
    """Fulfils `ports.Uplink`: what the agent signals goes to the clerk."""

    connected: bool = True
    signals: asyncio.Queue[Signal] = field(default_factory=asyncio.Queue)
    told: list[Body] = field(default_factory=list)

    async def signal(self, signal: Signal) -> None:
        # Over the wire and back, so that only what is in the schema arrives.
        self.signals.put_nowait(Signal.model_validate_json(signal.model_dump_json()))

    async def tell(self, body: Body) -> None:
        self.told.append(body)

    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        raise NotImplementedError

    async def next(self, type_: SignalType, *, within_s: float = 10) -> Signal:
        async with asyncio.timeout(within_s):
            while True:
                signal = await self.signals.get()
                if signal.type is type_:
                    return signal


class Clerk:
    """One connection of the clerk's browser; `connect` is one attempt."""

    def __init__(
        self, room: RoomId, prover: KeyHolder, deliver: Callable[[Signal], Any], wire: Wire
    ) -> None:
        self.room = room
        self.prover = prover
        self.deliver = deliver
        self.wire = wire
        self.answers_pings = True
        self.ice_servers: list[RTCIceServer] = []
        self.ice_policy = RTCIceTransportPolicy.ALL
        self.heard: list[Any] = []
        self.news = asyncio.Event()
        self.incoming: dict[TransferId, bytearray] = {}
        self.frames: asyncio.Queue[Any] = asyncio.Queue()
        self.connection: RTCPeerConnection | None = None
        self.control: RTCDataChannel | None = None
        self.documents: RTCDataChannel | None = None
        self._watching: list[asyncio.Task[None]] = []

    async def offer(self, attempt: int, *, prover: KeyHolder | None = None) -> None:
        connection = RTCPeerConnection(
            RTCConfiguration(iceServers=self.ice_servers, iceTransportPolicy=self.ice_policy)
        )
        self.connection = connection
        connection.addTransceiver("video", direction="recvonly")
        self.control = connection.createDataChannel(CONTROL)
        self.documents = connection.createDataChannel(DOCUMENTS)
        self.control.on("message", self._hear)
        self.documents.on("message", self._take)
        connection.on("track", self._watch)
        await connection.setLocalDescription(await connection.createOffer())
        sdp = only_sha256(connection.localDescription.sdp)
        vouching = prover or self.prover
        await self.deliver(
            Signal(
                room_id=self.room,
                sender=CLERK,
                receiver=AGENT,
                attempt=attempt,
                type=SignalType.OFFER,
                sdp=sdp,
                proof=vouching.prove(
                    room=self.room,
                    participant=CLERK,
                    towards=AGENT,
                    attempt=attempt,
                    fingerprint=fingerprint_of(sdp),
                ),
                statement=vouching.statement(),
            )
        )

    async def connect(self, attempt: int) -> None:
        await self.offer(attempt)
        answer = await self.wire.next(SignalType.ANSWER)
        assert answer.attempt == attempt
        self.prover.check(answer, fingerprint=fingerprint_of(answer.sdp))
        assert self.connection
        await self.connection.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        await self.until(lambda: self.control is not None and self.control.readyState == "open")

    async def close(self) -> None:
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        self._watching.clear()
        if self.connection:
            await self.connection.close()
            self.connection = None

    def say(self, message: FromClerk) -> None:
        assert self.control
        self.control.send(message.model_dump_json())

    async def send(
        self, announced: Announced, document: bytes, *, offset: int = 0, until: int | None = None
    ) -> None:
        assert self.documents
        for at in range(offset, until or len(document), CHUNK):
            if self.documents.bufferedAmount > 512 * 1024:
                low = asyncio.Event()
                self.documents.bufferedAmountLowThreshold = 128 * 1024
                self.documents.once("bufferedamountlow", low.set)
                await low.wait()
            self.documents.send(frame(announced.transfer_id, at, document[at : at + CHUNK]))

    async def until(self, holds: Callable[[], bool], *, within_s: float = 10) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self.news.clear()
                try:
                    async with asyncio.timeout(0.1):
                        await self.news.wait()
                except TimeoutError:
                    continue

    async def hear(self, kind: type[Any], *, within_s: float = 10, **like: Any) -> Any:
        """The first message of this kind that has these values."""

        def found() -> list[Any]:
            return [
                one
                for one in self.heard
                if isinstance(one, kind)
                and all(getattr(one, name) == value for name, value in like.items())
            ]

        await self.until(lambda: bool(found()), within_s=within_s)
        return found()[0]

    def _hear(self, text: str) -> None:
        message = _FROM_BOOTH.validate_json(text)
        if message.kind == "ping":
            if self.answers_pings:
                self.say(Pong(sent_at=message.sent_at))
            return
        self.heard.append(message)
        if isinstance(message, StillTaken) and message.document:
            transfer = message.document.transfer_id
            self.incoming.setdefault(transfer, bytearray())
            self.say(TransferReceived(transfer_id=transfer, offset=0))
        self.news.set()

    def _take(self, message: bytes) -> None:
        transfer, offset, chunk = read_frame(message)
        data = self.incoming.setdefault(transfer, bytearray())
        if offset == len(data):
            data.extend(chunk)
        self.news.set()

    def _watch(self, track: Any) -> None:
        async def pump() -> None:
            while True:
                self.frames.put_nowait(await track.recv())

        self._watching.append(asyncio.get_running_loop().create_task(pump()))


def announced(document: bytes, *, media_type: str = "application/pdf") -> Announced:
    return Announced(
        transfer_id=TransferId(new_uuid()),
        size=len(document),
        sha256=hashlib.sha256(document).hexdigest(),
        media_type=media_type,
    )
