"""Do the screens show what is true, and nothing that nobody should see there?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from edge_agent.core import scenes
from edge_agent.core.booth import Booth, Phase
from edge_agent.core.notes import Note
from edge_agent.core.scenes import Activity, BoothSettings, Scene
from edge_agent.core.ticket_rules import refused_here
from edge_agent.core.words import call_text, spoken_languages, written_time
from shared.identifiers import NoteId, TicketId
from shared.languages import Language, Text
from shared.telemetry import Condition, PeripheralStatus, Port
from shared.tickets import AgencyState, Board, CalledNumber, Readiness, RefusalCode
from tests.edge_agent.core.stories import call, company, preparation
from tests.edge_agent.salla import CATALOGUE, twin

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
SCENE = Scene(online=True, twin=twin("0" * 64), catalogue=CATALOGUE)


def board(readiness: Readiness = Readiness.OPEN, *called: CalledNumber) -> Board:
    agencies = (AgencyState(agency="kela", readiness=readiness),)
    return Board(version=1, agencies=agencies, called=called, waiting=3)


def number(value: int, *, missed: bool = False) -> CalledNumber:
    return CalledNumber(
        number=value, booth="salla-1", missed=missed, ticket_id=TicketId(UUID(int=value))
    )


def test_every_state_is_json() -> None:
    scene = replace(SCENE, board=board(Readiness.OPEN, number(104)), calling=call())
    for state in (
        scenes.waiting_area(scene, now=NOW),
        scenes.info(scene, now=NOW),
        scenes.booth(scene, now=NOW, monotonic=0.0),
        scenes.waiting_area(Scene(), now=NOW),
        scenes.booth(Scene(), now=NOW, monotonic=0.0),
    ):
        json.dumps(state)


def test_no_public_screen_tells_the_agency_of_a_number() -> None:
    scene = replace(
        SCENE,
        board=board(Readiness.OPEN, number(104)),
        booth=Booth(phase=Phase.CALLED, visit=preparation()),
    )
    shown = scenes.waiting_area(scene, now=NOW)["called"]
    assert "agency" not in json.dumps(shown)
    assert "agencies" not in scenes.info(scene, now=NOW)
    assert "kela" not in json.dumps(scenes.info(scene, now=NOW))


def test_a_note_stands_on_the_booths_screen_while_the_visit_lasts_and_nowhere_else() -> None:
    note = Note(id=NoteId(UUID(int=7)), text="Hakemus puuttuu", agency_name="Kela")
    for phase in Phase:
        scene = replace(SCENE, note=note, booth=Booth(phase=phase, visit=preparation()))
        shown = scenes.booth(scene, now=NOW, monotonic=0.0)["note"]
        if phase is Phase.VISIT:
            assert shown == {
                "id": str(note.id),
                "text": "Hakemus puuttuu",
                "agency_name": "Kela",
                "approved": False,
            }
        else:
            assert shown is None
        for public in (scenes.waiting_area(scene, now=NOW), scenes.info(scene, now=NOW)):
            assert "Hakemus" not in json.dumps(public)


def test_who_else_is_there_is_named_while_the_visit_lasts_and_by_no_key() -> None:
    for phase in Phase:
        meeting = Booth(phase=phase, visit=preparation(), companions=company("secret-8"))
        shown = scenes.booth(replace(SCENE, booth=meeting), now=NOW, monotonic=0.0)
        assert "secret-8" not in json.dumps(shown)
        if isinstance(shown["visit"], dict):
            named = {"participant": "colleague", "name": "C", "agency_name": "D"}
            assert shown["visit"]["companions"] == [named]
        else:
            assert "companions" not in json.dumps(shown)


def test_an_agency_that_nobody_vouched_for_has_no_clerk() -> None:
    agencies = scenes.waiting_area(SCENE, now=NOW)["agencies"]
    assert isinstance(agencies, list)
    assert agencies[0]["readiness"] == "no_clerk"
    open_ = scenes.waiting_area(replace(SCENE, board=board()), now=NOW)["agencies"]
    assert isinstance(open_, list)
    assert open_[0]["readiness"] == "open"


def test_a_closed_day_is_one_on_which_every_agency_is_closed() -> None:
    closed = replace(SCENE, board=board(Readiness.CLOSED))
    assert scenes.info(closed, now=NOW)["day_mode"] == "closed"
    assert scenes.info(SCENE, now=NOW)["day_mode"] == "queue"


def test_a_booking_day_is_one_without_any_queue_and_tells_the_first_that_comes() -> None:
    def told(*states: AgencyState) -> scenes.Json:
        scene = replace(SCENE, board=board().model_copy(update={"agencies": states}))
        return scenes.info(scene, now=NOW)

    booking = AgencyState(
        agency="kela", readiness=Readiness.BOOKING_DAY, opens_at=NOW + timedelta(days=2)
    )
    closed = AgencyState(
        agency="vero", readiness=Readiness.CLOSED, opens_at=NOW + timedelta(days=1)
    )
    open_ = AgencyState(agency="dvv", readiness=Readiness.OPEN)
    assert (told(booking)["day_mode"], told(closed)["day_mode"]) == ("booking", "closed")
    both = told(booking, closed)
    assert (both["day_mode"], both["opens_at"]) == ("booking", "2026-11-25T10:42:00.000Z")
    mixed = told(booking, closed, open_)
    assert (mixed["day_mode"], mixed["opens_at"]) == ("queue", None)


def test_a_missed_number_can_come_back() -> None:
    scene = replace(SCENE, board=board(Readiness.OPEN, number(104, missed=True), number(105)))
    missed = scenes.waiting_area(scene, now=NOW)["missed"]
    assert missed == [{"ticket_id": str(UUID(int=104)), "number": 104}]


def test_a_called_number_says_where_to_go_and_how_often_it_was_called() -> None:
    scene = replace(SCENE, board=board(Readiness.OPEN, number(104)), calling=call(attempt=2))
    [shown] = json.loads(json.dumps(scenes.info(scene, now=NOW)))["called"]
    assert shown["direction"]["fi"] == "oikealla"
    assert shown["attempt"] == 2


def test_the_booth_shows_the_visit_only_while_somebody_may_be_seen() -> None:
    for phase in Phase:
        visit = None if phase is Phase.IDLE else preparation()
        state = scenes.booth(
            replace(SCENE, booth=Booth(phase=phase, visit=visit)), now=NOW, monotonic=0.0
        )
        seen = phase in {Phase.PREPARE, Phase.CALLED, Phase.VISIT}
        assert (state["visit"] is not None) is seen
        assert ("clerk_name" in json.dumps(state)) is seen


def test_the_time_limit_of_the_smileys_is_told() -> None:
    rating = Booth(phase=Phase.RATE, visit=preparation(), until=130.0)
    state = scenes.booth(replace(SCENE, booth=rating), now=NOW, monotonic=100.0)
    assert state["closes_at"] == "2026-11-24T10:42:30.000Z"


def test_hold_stands_above_everything_else() -> None:
    scene = replace(SCENE, activity=Activity("printing", 2), settings=BoothSettings(on_hold=True))
    assert scenes.booth(scene, now=NOW, monotonic=0.0)["activity"] == {"code": "hold", "pages": 2}


def test_a_printer_without_paper_promises_nothing() -> None:
    out = PeripheralStatus(port=Port.DOCUMENT_PRINTER, condition=Condition.PAPER_OUT, since=NOW)
    scene = replace(SCENE, peripherals=(out,))
    assert scenes.waiting_area(scene, now=NOW)["can_print"] is False
    assert scenes.waiting_area(scene, now=NOW)["printer"] is None  # there is no ticket printer


def test_the_spoken_call_has_the_number_the_booth_and_the_way() -> None:
    booth = Text(fi="asiointitila 1", sv="kundservicerum 1", en="booth 1")
    way = Text(fi="oikealla", sv="till höger", en="on the right")
    assert call_text(Language.FINNISH, number=104, booth=booth, direction=way) == (
        "Numero 104, tervetuloa: asiointitila 1, oikealla."
    )
    assert "104" in call_text(Language.SWEDISH, number=104, booth=booth, direction=way)


def test_a_recall_is_said_in_every_language_of_the_point() -> None:
    every = tuple(Language)
    assert spoken_languages(Language.SWEDISH, every, attempt=1) == (Language.SWEDISH,)
    again = spoken_languages(Language.SWEDISH, every, attempt=2)
    assert again[0] is Language.SWEDISH
    assert set(again) == set(every)


def test_the_time_on_the_paper_is_written_as_people_write_it() -> None:
    assert written_time(Language.FINNISH, NOW) == "24.11.2026 klo 10.42"
    assert written_time(Language.ENGLISH, NOW.replace(minute=5)) == "24.11.2026, 10:05"


def test_offline_no_number_is_asked_for_and_an_unknown_service_is_refused_here() -> None:
    assert refused_here("kela-tuet", connected=False, catalogue=CATALOGUE) is RefusalCode.OFFLINE
    assert (
        refused_here("other", connected=True, catalogue=CATALOGUE)
        is RefusalCode.SERVICE_NOT_OFFERED
    )
    assert refused_here("kela-tuet", connected=True, catalogue=CATALOGUE) is None
