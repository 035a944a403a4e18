"""Does a note go over the whole device, by real channels, and is it on no disk and in no log?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import aioice.ice
import pytest
from joserfc.jwk import KeySet

from control_plane.security.keys import Keyring
from edge_agent.media.peer import allow_loopback
from edge_agent.ports import Screen
from shared.envelope import wrap
from shared.identifiers import MessageId, NoteId, new_uuid
from shared.notes import NoteHere, NoteOffer, NoteProgress, NoteRead, NoteState
from shared.rooms import SIGNALS, Participant, Signal, SignalType
from shared.signing import Holder
from shared.topics import LIMITS, Down, Up, read_up
from shared.visits import BeginVisit, BoothWiped, EndVisit, PrepareVisit
from tests.edge_agent.counterpart import Counterpart, eventually, now
from tests.edge_agent.endpoint import DeviceEndpoint
from tests.edge_agent.media.clerk import Clerk, KeyHolder, Wire
from tests.edge_agent.whole.conftest import Agent, Page, page
from tests.edge_agent.whole.test_process import configure
from tests.edge_agent.whole.test_visit import done, events, preparation, report

RARE_WORD = "Kuusenhavu2951"
TEXT = f"Liite <b>{RARE_WORD}</b> puuttuu.\nTillägg: å ä ö."
SUB = "clerk-7"


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set to what it is, so that what `allow_loopback` changes is undone after the test.
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    allow_loopback()


async def next_visit(
    cloud: Counterpart, booth: Page, *, number: int, sub: str = SUB
) -> PrepareVisit:
    """Prepared, called by nobody here, and begun."""
    prepared = preparation(new_uuid(), new_uuid()).model_copy(  # type: ignore[arg-type] # ids
        update={"number": number, "day": now().date(), "clerk_sub": sub, "ice_servers": ()}
    )
    command = await cloud.say(Down.COMMAND, prepared)
    await eventually(lambda: booth.state["phase"] == "prepare")
    await report(booth, prepared.visit_id)
    await done(cloud, command)
    await done(cloud, await cloud.say(Down.COMMAND, BeginVisit(visit_id=prepared.visit_id)))
    await eventually(lambda: booth.state["phase"] == "visit")
    return prepared


@asynccontextmanager
async def clerk_in(
    cloud: Counterpart, keyring: Keyring, visit: PrepareVisit
) -> AsyncIterator[Clerk]:
    """The clerk of the visit, whose key the issuer vouches for, over the real broker."""
    wire = Wire()
    holder = KeyHolder(keyring.statements, Holder.STAFF, SUB)
    holder.issuers = KeySet.import_key_set(keyring.issuers())  # type: ignore[arg-type] # JWKs

    async def deliver(signal: Signal) -> None:
        await cloud.raw(Down.SIGNAL, wrap(signal, id=MessageId(new_uuid()), now=now()))

    async def carry() -> None:
        seen = 0
        while True:
            new = [payload for topic, payload in cloud.other[seen:] if _signals(topic)]
            seen = len(cloud.other)
            for payload in new:
                signal = SIGNALS.read(payload, limit=LIMITS[Up.SIGNAL]).body
                if signal.room_id == visit.room_id and signal.receiver is Participant.CLERK:
                    wire.signals.put_nowait(signal)
            await asyncio.sleep(0.02)

    clerk = Clerk(visit.room_id, holder, deliver, wire)
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(carry())
        try:
            await wire.next(SignalType.JOIN, within_s=20)  # what comes sooner falls on the floor
            await clerk.connect(1)
            yield clerk
        finally:
            await clerk.close()
            carrying.cancel()


def _signals(topic: str) -> bool:
    source = read_up(topic)
    return source is not None and source.channel is Up.SIGNAL


async def end(cloud: Counterpart, booth: Page, visit: PrepareVisit, *, goes_on: bool) -> BoothWiped:
    """Ended by the control plane; gives the receipt of the wiping."""
    over = EndVisit(visit_id=visit.visit_id, reason="lost", number_ends=not goes_on)
    await done(cloud, await cloud.say(Down.COMMAND, over))
    await eventually(lambda: booth.state["phase"] == "idle", within_s=20)

    def receipts() -> list[BoothWiped]:
        return [wiped for wiped in events(cloud, BoothWiped) if wiped.visit_id == visit.visit_id]

    await cloud.until(lambda: bool(receipts()))
    return receipts()[0]


async def asked(clerk: Clerk, booth: Page, text: str = TEXT) -> NoteId:
    """Offered, and on the booth's screen."""
    note = NoteId(new_uuid())
    clerk.say(NoteOffer(note_id=note, text=text))
    await clerk.hear(NoteProgress, note_id=note, state=NoteState.ASKED)
    await eventually(lambda: (booth.state["note"] or {}).get("id") == str(note))
    return note


def written(agent: Agent, log: str) -> list[str]:
    """Where the note stands in a file."""
    forms = (RARE_WORD.encode(), TEXT.encode(), TEXT.encode("unicode_escape"))
    folder: Path = agent.state_dir
    files = [file for file in folder.rglob("*") if file.is_file()]
    found = [str(file) for file in files if any(form in file.read_bytes() for form in forms)]
    return found + (["log"] if RARE_WORD in log else [])


async def test_a_note_goes_from_clerk_to_clerk_and_is_written_nowhere(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint, keyring: Keyring
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth, page(agent, Screen.WAITING_AREA) as waiting:
        first = await next_visit(cloud, booth, number=104)
        async with clerk_in(cloud, keyring, first) as clerk:
            note = await asked(clerk, booth)
            assert booth.state["note"]["text"] == TEXT
            # From another page of the device, and for another text, an answer is not heard.
            await waiting.say("note", id=str(note), approved=True)
            await booth.say("note", id=str(UUID(int=1)), approved=True)
            await booth.say("speak", id=str(new_uuid()), language="fi", text=TEXT)
            await eventually(lambda: booth.last("play") is not None)
            assert booth.state["note"]["approved"] is False
            await booth.say("note", id=str(note), approved=True)
            await clerk.hear(NoteProgress, note_id=note, state=NoteState.APPROVED)
            receipt = await end(cloud, booth, first, goes_on=True)
        assert (receipt.clean, receipt.found) == (True, ())

        between = await next_visit(cloud, booth, number=105)
        async with clerk_in(cloud, keyring, between) as clerk:
            await clerk.hear(NoteProgress, state=NoteState.NONE)
            await asyncio.sleep(0.3)
            assert not [said for said in clerk.heard if isinstance(said, NoteHere)]
            assert (await end(cloud, booth, between, goes_on=False)).clean

        again = await next_visit(cloud, booth, number=104)
        async with clerk_in(cloud, keyring, again) as clerk:
            here = await clerk.hear(NoteHere, note_id=note)
            assert (here.text, here.agency_name) == (TEXT, "FPA")
            clerk.say(NoteRead(note_id=note))
            await eventually(lambda: booth.state["activity"]["code"] == "note_passed_on")
            assert booth.state["note"] is None
            assert (await end(cloud, booth, again, goes_on=True)).clean
        assert RARE_WORD not in str(waiting.states)
    assert agent.stop() == 0
    assert written(agent, agent.log()) == []
    assert RARE_WORD not in str([payload for _, payload in cloud.other])


async def test_bad_words_about_a_note_cost_nothing(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint, keyring: Keyring
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit = await next_visit(cloud, booth, number=104)
        async with clerk_in(cloud, keyring, visit) as clerk:
            good = await asked(clerk, booth)
            for text, reason in (
                (RARE_WORD * 100, "too_long"),
                ("\n" * 20 + RARE_WORD + "\nx" * 20, "too_many_lines"),
                (f"\u202e{RARE_WORD}", "not_plain"),
                (" ", "empty"),
            ):
                bad = NoteId(new_uuid())
                clerk.say(NoteOffer(note_id=bad, text=text))
                refused = await clerk.hear(NoteProgress, note_id=bad)
                assert (refused.state, refused.reason) == (NoteState.REFUSED, reason)
            assert clerk.control
            clerk.control.send(f'{{"kind": "note.offer", "text": "{RARE_WORD}"}}')
            clerk.control.send(f'{{"kind": "note.here", "text": "{RARE_WORD}"}}')
            for answer in ("perhaps", None):
                await booth.say("note", id=str(good), approved=answer)
            await booth.say("note", id=f"{RARE_WORD}", approved=True)
            await asyncio.sleep(0.3)
            assert booth.state["note"] == {
                "id": str(good),
                "text": TEXT,
                "agency_name": "FPA",
                "approved": False,
            }
            await booth.say("note", id=str(good), approved=False)
            await clerk.hear(NoteProgress, note_id=good, state=NoteState.DECLINED)
            await end(cloud, booth, visit, goes_on=True)
        again = await next_visit(cloud, booth, number=104)
        async with clerk_in(cloud, keyring, again) as clerk:
            await clerk.hear(NoteProgress, state=NoteState.NONE)
            await asyncio.sleep(0.3)
            assert not [said for said in clerk.heard if isinstance(said, NoteHere)]
    assert written(agent, agent.log()) == []


async def test_a_restarted_agent_has_forgotten_it_and_says_so(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint, keyring: Keyring
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit = await next_visit(cloud, booth, number=104)
        async with clerk_in(cloud, keyring, visit) as clerk:
            note = await asked(clerk, booth)
            await booth.say("note", id=str(note), approved=True)
            await clerk.hear(NoteProgress, note_id=note, state=NoteState.APPROVED)
            agent.kill()
            assert written(agent, agent.log()) == []
            agent.start()
    async with page(agent, Screen.BOOTH) as booth:
        await eventually(lambda: booth.state["phase"] == "visit")
        cloud.other.clear()
        async with clerk_in(cloud, keyring, visit) as clerk:
            await clerk.hear(NoteProgress, state=NoteState.NONE)
            assert booth.state["note"] is None
