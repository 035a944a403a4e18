"""The agent's seat in a room: proven connections, documents both ways, the camera's picture."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from uuid import UUID

import aioice.ice
import pytest
from aiortc import RTCIceServer, RTCIceTransportPolicy
from joserfc.jwk import ECKey

from edge_agent.errors import PeripheralError
from edge_agent.media.camera_track import LatestPicture
from edge_agent.media.peer import Listener, Peer
from edge_agent.media.rooms import MediaRooms
from edge_agent.media.seat import FACES_FIRST_S
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.document_camera import SimulatedDocumentCamera
from edge_agent.ports import Still
from shared.documents import (
    MAX_DOCUMENT,
    Announced,
    PrintCancel,
    PrintOffer,
    PrintProgress,
    SetBooth,
    StillTaken,
    TakeStill,
    TransferReceived,
)
from shared.identifiers import JobId, NoteId, RoomId, StillId, VisitId, new_uuid
from shared.languages import Language
from shared.notes import NoteFromClerk, NoteHere, NoteOffer, NoteProgress, NoteRead, NoteState
from shared.rooms import Signal, SignalType
from shared.signing import Holder
from shared.visits import PrepareVisit, PrintState
from tests.edge_agent.media.clerk import AGENT, CLERK, Clerk, KeyHolder, Wire, announced, now
from tests.virtual.turn_server import ice_server, turn_server


@dataclass
class Desk:
    """Fulfils `ports.RoomDesk` and writes down what it was asked."""

    camera: SimulatedDocumentCamera
    asked: list[object] = field(default_factory=list)
    arrived: dict[JobId, bytes] = field(default_factory=dict)
    joined: int = 0
    lost: int = 0
    willing: bool = True
    trouble: str = ""

    async def print_offered(self, offer: PrintOffer) -> bool:
        self.asked.append(offer)
        return self.willing

    async def document_arrived(self, job: JobId, document: bytes) -> None:
        self.arrived[job] = document

    async def print_cancelled(self, cancel: PrintCancel) -> None:
        self.asked.append(cancel)

    async def still_wanted(self, wanted: TakeStill) -> Still | None:
        self.asked.append(wanted)
        if self.trouble:
            raise PeripheralError(self.trouble)
        return await self.camera.still()

    async def set_booth(self, wanted: SetBooth) -> None:
        self.asked.append(wanted)

    async def note_said(self, said: NoteFromClerk) -> None:
        self.asked.append(said)

    async def clerk_joined(self) -> None:
        self.joined += 1

    async def clerk_lost(self) -> None:
        self.lost += 1


@dataclass
class Room:
    visit: PrepareVisit
    rooms: MediaRooms
    desk: Desk
    clerk: Clerk
    wire: Wire
    issuer: ECKey


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    found = aioice.ice.get_host_addresses
    issuer = ECKey.generate_key("P-256")
    wire = Wire()
    camera = SimulatedDocumentCamera(Bell())
    camera.lay("letter")
    rooms = MediaRooms(
        uplink=wire,
        prover=KeyHolder(issuer, Holder.DEVICE, "d-salla-01"),
        camera=camera,
        now=now,
        loopback=True,
    )
    visit = PrepareVisit(
        visit_id=VisitId(new_uuid()),
        room_id=RoomId(new_uuid()),
        booth="b1",
        number=104,
        language=Language.FINNISH,
        clerk_name="Kirsi",
        clerk_sub="clerk-1",
        agency_name="Kela",
        ice_servers=(),
        relay_only=False,
    )
    desk = Desk(camera)
    staff = KeyHolder(issuer, Holder.STAFF, "clerk-1")
    clerk = Clerk(visit.room_id, staff, rooms.take_signal, wire)
    running = asyncio.get_running_loop().create_task(rooms.run(desk))
    try:
        await rooms.open(visit)
        yield Room(visit, rooms, desk, clerk, wire, issuer)
    finally:
        await clerk.close()
        await rooms.close(visit.room_id)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        aioice.ice.get_host_addresses = found


def offer_of(document: bytes, **changes: object) -> PrintOffer:
    about = announced(document).model_copy(update=changes)
    return PrintOffer(job_id=JobId(new_uuid()), document=about)


async def test_what_is_asked_while_the_seat_is_being_taken_is_done_when_it_is(room: Room) -> None:
    """After a restart in the middle of a visit all of it is asked at once."""
    await room.rooms.close(room.visit.room_id)
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(room.rooms.open(room.visit))
        at_once.create_task(room.rooms.show_camera())
    await room.clerk.connect(1)
    async with asyncio.timeout(10):
        await room.clerk.frames.get()


async def test_a_seat_that_is_left_while_it_is_being_taken_is_empty(room: Room) -> None:
    await room.rooms.close(room.visit.room_id)
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(room.rooms.open(room.visit))
        at_once.create_task(room.rooms.close(room.visit.room_id))
    await room.clerk.offer(1)
    with pytest.raises(TimeoutError):
        await room.wire.next(SignalType.ANSWER, within_s=0.5)


async def test_the_agent_says_that_it_is_there_and_answers_a_proven_offer(room: Room) -> None:
    join = await room.wire.next(SignalType.JOIN)
    assert (join.sender, join.receiver, join.attempt) == (AGENT, CLERK, 0)
    await room.clerk.connect(1)
    await room.clerk.until(lambda: room.desk.joined == 1)


async def test_it_lets_the_faces_go_first_and_then_says_at_once_that_it_is_there(
    room: Room,
) -> None:
    with pytest.raises(TimeoutError):
        await room.wire.next(SignalType.JOIN, within_s=FACES_FIRST_S / 2)
    await room.rooms.faces_are_up()
    await room.wire.next(SignalType.JOIN, within_s=FACES_FIRST_S / 3)


async def test_faces_that_do_not_come_are_not_waited_for_long(room: Room) -> None:
    await room.wire.next(SignalType.JOIN, within_s=FACES_FIRST_S + 2)


async def test_it_says_again_that_it_is_there_until_somebody_offers(room: Room) -> None:
    await room.wire.next(SignalType.JOIN)
    await room.wire.next(SignalType.JOIN, within_s=5)


async def test_an_offer_whose_proof_is_by_a_stranger_is_not_answered(room: Room) -> None:
    stranger = KeyHolder(ECKey.generate_key("P-256"), Holder.STAFF, "clerk-1")
    await room.clerk.offer(1, prover=stranger)
    assert (await room.wire.next(SignalType.BYE)).attempt == 1
    await asyncio.sleep(0.3)
    assert room.wire.signals.empty(), "neither an answer nor a new request"
    await room.clerk.close()
    await room.clerk.connect(2)


async def test_an_offer_by_another_clerk_than_the_visits_own_is_not_answered(room: Room) -> None:
    await room.clerk.offer(1, prover=KeyHolder(room.issuer, Holder.STAFF, "clerk-2"))
    assert (await room.wire.next(SignalType.BYE)).attempt == 1


async def test_an_offer_with_another_certificate_than_the_proven_one_is_not_answered(
    room: Room,
) -> None:
    seen: list[Signal] = []

    async def tamper(signal: Signal) -> None:
        seen.append(signal)
        digest = signal.sdp.split("a=fingerprint:sha-256 ")[1].split("\r\n")[0]
        other = ("00" if digest[:2] != "00" else "11") + digest[2:]
        await room.rooms.take_signal(
            signal.model_copy(update={"sdp": signal.sdp.replace(digest, other)})
        )

    room.clerk.deliver = tamper
    await room.clerk.offer(1)
    await room.wire.next(SignalType.BYE)
    assert seen


async def test_a_stale_attempt_is_dropped_and_a_new_one_replaces_the_old(room: Room) -> None:
    await room.clerk.connect(5)
    await room.clerk.until(lambda: room.desk.joined == 1)
    old = room.clerk
    stale = Clerk(room.visit.room_id, old.prover, room.rooms.take_signal, room.wire)
    await stale.offer(4)
    await asyncio.sleep(0.5)
    assert room.wire.signals.empty()
    await stale.close()
    new = Clerk(room.visit.room_id, old.prover, room.rooms.take_signal, room.wire)
    await new.connect(6)
    await new.until(lambda: room.desk.joined == 2)
    await new.close()


async def test_a_document_arrives_whole_with_its_digest_right(room: Room) -> None:
    await room.clerk.connect(1)
    document = os.urandom(3_000_001)
    offer = offer_of(document)
    room.clerk.say(offer)
    await room.clerk.hear(TransferReceived, transfer_id=offer.document.transfer_id, offset=0)
    await room.clerk.send(offer.document, document)
    await room.clerk.hear(TransferReceived, whole=True)
    await room.clerk.until(lambda: offer.job_id in room.desk.arrived)
    assert room.desk.arrived[offer.job_id] == document


async def test_a_document_goes_on_after_a_new_connection_where_it_had_come(room: Room) -> None:
    await room.clerk.connect(1)
    document = os.urandom(2_000_000)
    offer = offer_of(document)
    room.clerk.say(offer)
    await room.clerk.send(offer.document, document, until=1_200_000)
    await room.clerk.until(lambda: any(_offset(one) > 500_000 for one in room.clerk.heard))
    had = max(_offset(one) for one in room.clerk.heard)
    await room.clerk.close()
    again = Clerk(room.visit.room_id, room.clerk.prover, room.rooms.take_signal, room.wire)
    await again.connect(2)
    word = await again.hear(TransferReceived, transfer_id=offer.document.transfer_id)
    assert word.offset >= had
    await again.send(offer.document, document, offset=word.offset)
    await again.hear(TransferReceived, whole=True)
    await again.until(lambda: offer.job_id in room.desk.arrived)
    assert room.desk.arrived[offer.job_id] == document
    await again.close()


def _offset(message: object) -> int:
    return message.offset if isinstance(message, TransferReceived) else 0


async def test_a_document_with_a_wrong_digest_goes_no_further(room: Room) -> None:
    await room.clerk.connect(1)
    document = os.urandom(100_000)
    offer = offer_of(document, sha256="0" * 64)
    room.clerk.say(offer)
    await room.clerk.send(offer.document, document)
    await room.clerk.hear(TransferReceived, reason="wrong_digest")
    assert not room.desk.arrived


async def test_a_document_longer_than_announced_is_cut_off(room: Room) -> None:
    await room.clerk.connect(1)
    document = os.urandom(300_000)
    offer = offer_of(document, size=100_000)
    room.clerk.say(offer)
    await room.clerk.send(offer.document, document)
    await room.clerk.hear(TransferReceived, reason="too_long")
    assert not room.desk.arrived


async def test_two_gigabytes_are_refused_before_a_byte_is_taken(room: Room) -> None:
    await room.clerk.connect(1)
    room.clerk.say(offer_of(b"x", size=2 * 1024**3))
    await room.clerk.hear(TransferReceived, reason="too_large")
    room.clerk.say(offer_of(b"x", size=MAX_DOCUMENT + 1))
    await room.clerk.until(lambda: len(room.clerk.heard) == 2)


async def test_a_third_document_at_once_is_refused(room: Room) -> None:
    await room.clerk.connect(1)
    for _ in range(3):
        room.clerk.say(offer_of(os.urandom(10)))
    await room.clerk.hear(TransferReceived, reason="too_many_transfers")


async def test_a_document_that_the_desk_does_not_want_is_refused(room: Room) -> None:
    room.desk.willing = False
    await room.clerk.connect(1)
    document = os.urandom(10)
    offer = offer_of(document)
    room.clerk.say(offer)
    await room.clerk.hear(TransferReceived, reason="refused")
    await room.clerk.send(offer.document, document)
    await asyncio.sleep(0.3)
    assert not room.desk.arrived


async def test_a_still_goes_to_the_clerk_at_full_size(room: Room) -> None:
    await room.clerk.connect(1)
    wanted = TakeStill(still_id=StillId(new_uuid()))
    room.clerk.say(wanted)
    taken: StillTaken = await room.clerk.hear(StillTaken, still_id=wanted.still_id)
    assert (taken.width, taken.height) == (3840, 2160)
    about = taken.document
    assert isinstance(about, Announced)
    await room.clerk.until(lambda: len(room.clerk.incoming[about.transfer_id]) == about.size)
    jpeg = bytes(room.clerk.incoming[about.transfer_id])
    assert hashlib.sha256(jpeg).hexdigest() == about.sha256
    assert jpeg.startswith(b"\xff\xd8\xff")


async def test_a_camera_in_trouble_says_why_there_is_no_still(room: Room) -> None:
    room.desk.trouble = "unplugged"
    await room.clerk.connect(1)
    room.clerk.say(TakeStill(still_id=StillId(new_uuid())))
    await room.clerk.hear(StillTaken, reason="unplugged", document=None)


async def test_the_camera_shows_nothing_before_it_is_asked_and_then_a_living_picture(
    room: Room,
) -> None:
    await room.clerk.connect(1)
    await asyncio.sleep(1.0)
    assert room.clerk.frames.empty()
    await room.rooms.show_camera()
    async with asyncio.timeout(10):
        first = await room.clerk.frames.get()
        pictures = [await room.clerk.frames.get() for _ in range(12)]
    assert (first.width, first.height) == (1920, 1080)
    marks = {
        bytes(one.reformat(format="gray").planes[0])[30 * 1920 : 90 * 1920] for one in pictures
    }
    assert len(marks) > 6, "the mark moves from picture to picture"


async def test_the_camera_is_shown_again_after_a_new_connection(room: Room) -> None:
    await room.clerk.connect(1)
    await room.rooms.show_camera()
    await room.clerk.close()
    again = Clerk(room.visit.room_id, room.clerk.prover, room.rooms.take_signal, room.wire)
    await again.connect(2)
    async with asyncio.timeout(10):
        await again.frames.get()
    await again.close()


async def test_what_the_booth_says_reaches_the_clerk(room: Room) -> None:
    await room.clerk.connect(1)
    progress = PrintProgress(job_id=JobId(new_uuid()), state=PrintState.OUT, pages=2, sheets=2)
    await room.clerk.until(lambda: room.desk.joined == 1)
    await room.rooms.say(progress)
    assert await room.clerk.hear(PrintProgress) == progress


async def test_what_is_no_message_of_ours_harms_nothing(room: Room) -> None:
    await room.clerk.connect(1)
    assert room.clerk.control
    assert room.clerk.documents
    for text in ("", "{}", "x" * 20_000, '{"kind":"reboot"}', '{"kind":"ping"}'):
        room.clerk.control.send(text)
    room.clerk.documents.send(b"short")
    room.clerk.documents.send(UUID(int=7).bytes + b"\0" * 8 + b"of no transfer")
    room.clerk.say(SetBooth(volume=30))
    await room.clerk.until(lambda: SetBooth(volume=30) in room.desk.asked)


async def test_a_clerk_who_is_silent_for_eight_seconds_is_lost_and_asked_for_again(
    room: Room,
) -> None:
    room.clerk.answers_pings = False
    await room.clerk.connect(1)
    await room.clerk.until(lambda: room.desk.joined == 1)
    await room.clerk.until(lambda: room.desk.lost == 1, within_s=13)
    await room.wire.next(SignalType.JOIN)


async def test_a_relay_only_booth_shows_no_address_of_its_own(room: Room) -> None:
    await room.rooms.close(room.visit.room_id)
    await room.rooms.open(room.visit.model_copy(update={"relay_only": True}))
    await room.clerk.offer(1)
    answer = await room.wire.next(SignalType.ANSWER)
    assert "a=candidate" not in answer.sdp


@pytest.mark.system
@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_relay_only_booth_meets_the_clerk_through_turn(
    room: Room, tmp_path: Path, transport: str
) -> None:
    with turn_server(tmp_path) as port:
        server = ice_server(port, transport=transport)
        forced = {"relay_only": True, "ice_servers": (server,)}
        await room.rooms.close(room.visit.room_id)
        await room.rooms.open(room.visit.model_copy(update=forced))
        room.clerk.ice_policy = RTCIceTransportPolicy.RELAY
        room.clerk.ice_servers = [
            RTCIceServer(list(server.urls), server.username, server.credential)
        ]
        await room.clerk.connect(1)
        await room.rooms.show_camera()
        async with asyncio.timeout(15):
            await room.clerk.frames.get()
        assert room.clerk.connection
        sdp = room.clerk.connection.remoteDescription.sdp
        kinds = {line.split(" typ ")[1].split()[0] for line in sdp.splitlines() if " typ " in line}
        assert kinds == {"relay"}
        await room.clerk.close()
        await room.rooms.close(room.visit.room_id)


async def test_the_only_ice_servers_are_the_visits_own(room: Room) -> None:
    listener = Listener(*(lambda *_: None for _ in fields(Listener)))
    peer = Peer(room.visit, LatestPicture(), listener)
    configuration = vars(peer._connection)["_RTCPeerConnection__configuration"]
    assert configuration.iceServers == []
    await peer.close()


async def test_leaving_the_room_ends_the_connection(room: Room) -> None:
    await room.clerk.connect(1)
    await room.rooms.close(room.visit.room_id)
    assert room.clerk.control
    control = room.clerk.control
    await room.clerk.until(lambda: control.readyState == "closed")


async def test_a_note_goes_both_ways_on_the_control_channel_as_it_is(room: Room) -> None:
    await room.clerk.connect(1)
    note, text = NoteId(new_uuid()), "Hakemus <b>puuttuu</b>.\nÅter på fredag."
    offer = NoteOffer(note_id=note, text=text)
    room.clerk.say(offer)
    await room.clerk.until(lambda: offer in room.desk.asked)
    await room.rooms.say(NoteProgress(note_id=note, state=NoteState.APPROVED))
    await room.clerk.hear(NoteProgress, note_id=note, state=NoteState.APPROVED)
    await room.rooms.say(NoteHere(note_id=note, text=text, agency_name="Kela", approved_at=now()))
    here = await room.clerk.hear(NoteHere, note_id=note)
    assert here.text == text
    room.clerk.say(NoteRead(note_id=note))
    await room.clerk.until(lambda: NoteRead(note_id=note) in room.desk.asked)


async def test_a_bad_note_is_not_heard_and_the_channel_goes_on(
    room: Room, capfd: pytest.CaptureFixture[str]
) -> None:
    await room.clerk.connect(1)
    assert room.clerk.control
    for bad in (
        '{"kind": "note.offer", "note_id": "no id", "text": "salaisuus"}',
        '{"kind": "note.here", "note_id": "00000000-0000-0000-0000-000000000001"}',
        '{"kind": "note.offer", "text": "' + "salaisuus" * 3_000 + '"}',
        "salaisuus",
    ):
        room.clerk.control.send(bad)
    offer = NoteOffer(note_id=NoteId(new_uuid()), text="a")
    room.clerk.say(offer)
    await room.clerk.until(lambda: offer in room.desk.asked)
    assert room.desk.asked == [offer]
    assert "salaisuus" not in "".join(capfd.readouterr())
