"""What does each screen show? Pure builders of the screens' states from what the device knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from edge_agent.core.booth import Booth, Phase, way_out
from edge_agent.core.notes import Note
from shared.documents import BoothState, MediaDevice
from shared.envelope import Wire
from shared.languages import Language, Text
from shared.telemetry import Condition, PeripheralStatus, Port, usable
from shared.tickets import AgencyState, Board, CalledNumber, InsteadWay, Readiness
from shared.twin import AgencyOffer, BoothPlan, Catalogue, TwinDesired
from shared.visits import CallVisitor

Json = dict[str, object]

# Before the device was ever configured, and for a booth that the twin does not name.
_NAMELESS_POINT = Text(fi="Etäpalvelupiste", sv="Distansservicepunkt", en="Remote service point")
_NAMELESS_BOOTH = Text(fi="Asiointitila", sv="Kundservicerum", en="Booth")
_NOWHERE = Text(fi="", sv="", en="")
_VISIT_SHOWN = frozenset({Phase.PREPARE, Phase.CALLED, Phase.VISIT})
_NO_QUEUE = frozenset({Readiness.CLOSED, Readiness.BOOKING_DAY})
_KEEPS_NUMBER = frozenset({Phase.SEATED, Phase.LEAVING})


@dataclass(frozen=True, slots=True)
class Activity:
    """What goes on in the booth, in the visitor's words; ``code`` None: nothing to tell."""

    code: str | None = None
    pages: int = 0


@dataclass(frozen=True, slots=True)
class BoothSettings:
    """What the clerk set in the booth."""

    volume: int = 70
    camera: str = ""
    microphone: str = ""
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the screens of this device may show."""

    online: bool = False
    offline_since: datetime | None = None
    twin: TwinDesired | None = None
    catalogue: Catalogue | None = None
    board: Board | None = None
    peripherals: tuple[PeripheralStatus, ...] = ()
    help_in: Mapping[str, bool] = field(default_factory=dict)  # place → called
    booth: Booth = field(default_factory=Booth)
    activity: Activity = field(default_factory=Activity)
    note: Note | None = None  # what the clerk would like to pass on
    settings: BoothSettings = field(default_factory=BoothSettings)
    calling: CallVisitor | None = None  # the call of this device's own booth
    screen_here: bool = False  # the booth's page is alive
    cameras: tuple[MediaDevice, ...] = ()  # of the booth's page
    microphones: tuple[MediaDevice, ...] = ()


def first_language(scene: Scene) -> Language:
    """The language of the municipality that comes first."""
    return scene.twin.languages[0] if scene.twin and scene.twin.languages else Language.FINNISH


def languages(scene: Scene) -> tuple[Language, ...]:
    """The languages of the point, in the municipality's order."""
    return scene.twin.languages if scene.twin and scene.twin.languages else tuple(Language)


def plan_of(scene: Scene, booth: str) -> BoothPlan:
    """How a booth is named and where it is."""
    plans = scene.twin.booths if scene.twin else ()
    known = next((plan for plan in plans if plan.booth == booth), None)
    return known or BoothPlan(booth=booth, name=_NAMELESS_BOOTH, direction=_NOWHERE)


def waiting_area(scene: Scene, *, now: datetime) -> Json:
    """The touch display where a number is taken."""
    return _public(scene, now) | {
        "agencies": _agencies(scene),
        "help": _help(scene, "waiting_area"),
        "printer": _condition(scene, Port.TICKET_PRINTER),
        "can_print": usable(scene.peripherals, Port.DOCUMENT_PRINTER),
        "missed": [
            {"ticket_id": str(called.ticket_id), "number": called.number}
            for called in _called_numbers(scene)
            if called.missed
        ],
    }


def info(scene: Scene, *, now: datetime) -> Json:
    """The display on the wall; it names no agency but one whose service has stopped."""
    return _public(scene, now)


def booth(scene: Scene, *, now: datetime, monotonic: float) -> Json:
    """The visitor's display in the booth."""
    state = scene.booth
    visit = state.visit
    shown = visit if visit is not None and state.phase in _VISIT_SHOWN else None
    asks = state.phase is Phase.RATE and state.until is not None
    out = way_out(state)
    phase = state.phase
    if phase is Phase.WIPING and state.seated_until is not None:
        phase = Phase.SEATED  # whoever stays has nothing to do with the wiping
    return _everywhere(scene, now) | {
        "in_charge": True,
        "phase": phase.value,
        "way_out": None if out is None else out.value,
        "number": visit.number if visit and phase in _KEEPS_NUMBER else None,
        "language": (visit.language if visit else first_language(scene)).value,
        "visit": None
        if shown is None
        else {
            "id": str(shown.visit_id),
            "room_id": str(shown.room_id),
            "number": shown.number,
            "clerk_name": shown.clerk_name,
            "agency_name": shown.agency_name,
            "companions": [
                {
                    "participant": each.participant.value,
                    "name": each.name,
                    "agency_name": each.agency_name,
                }
                for each in state.companions
            ],
            "ice_servers": [_plain(server) for server in shown.ice_servers],
            "relay_only": shown.relay_only,
        },
        "link": _link(state),
        "activity": {"code": _activity_code(scene), "pages": scene.activity.pages},
        "note": _note(scene),
        "settings": {
            "volume": scene.settings.volume,
            "camera": scene.settings.camera,
            "microphone": scene.settings.microphone,
        },
        "help": _help(scene, "booth"),
        "closes_at": _iso(now + timedelta(seconds=max(0.0, (state.until or 0.0) - monotonic)))
        if asks
        else None,
    }


def _link(booth: Booth) -> Json | None:
    """Whose picture stands in the idle booth, and the room from which it comes."""
    link = booth.link
    if link is None or booth.phase is not Phase.IDLE:
        return None
    return {
        "room_id": str(link.room_id),
        "clerk_name": link.clerk_name,
        "agency_name": _plain(link.agency_name),
        "ice_servers": [_plain(server) for server in link.ice_servers],
        "relay_only": link.relay_only,
    }


def aside(state: Mapping[str, object]) -> Json:
    """What a second booth page is shown: that another one is in charge, and nothing of a visit."""
    nothing = {"code": None, "pages": 0}
    return dict(state) | {
        "in_charge": False,
        "phase": Phase.IDLE.value,
        "way_out": None,
        "number": None,
        "visit": None,
        "link": None,
        "activity": nothing,
        "note": None,
        "closes_at": None,
    }


def booth_state(scene: Scene) -> BoothState:
    """What the clerk is told over the control channel about the booth."""
    return BoothState(
        peripherals=scene.peripherals,
        volume=scene.settings.volume,
        cameras=scene.cameras,
        microphones=scene.microphones,
        camera=scene.settings.camera,
        microphone=scene.settings.microphone,
        on_hold=scene.settings.on_hold,
        screen_here=scene.screen_here,
    )


def _everywhere(scene: Scene, now: datetime) -> Json:
    return {
        "clock": _iso(now),
        "online": scene.online,
        "offline_since": _iso(scene.offline_since) if scene.offline_since else None,
        "point": {"name": _plain(scene.twin.point_name if scene.twin else _NAMELESS_POINT)},
        "languages": [language.value for language in languages(scene)],
        "timezone": scene.twin.timezone if scene.twin else "Europe/Helsinki",
    }


def _public(scene: Scene, now: datetime) -> Json:
    # Without a connection nobody knows any more.
    wait = scene.board.wait if scene.board and scene.online else None
    return _everywhere(scene, now) | {
        "day_mode": _day_mode(scene),
        "opens_at": _opens_at(scene),
        "called": [_called(scene, number) for number in _called_numbers(scene)],
        "interrupted": _interrupted(scene),
        "waiting": scene.board.waiting if scene.board else 0,
        "wait": None if wait is None else {"low_min": wait.low_min, "high_min": wait.high_min},
        "wait_because": scene.board.wait_because if scene.board and scene.online else "",
    }


def _day_mode(scene: Scene) -> str:
    """Closed only when the control plane says so of every agency; silence is not closed."""
    told = {state.readiness for state in scene.board.agencies} if scene.board else set()
    if told and told <= _NO_QUEUE:
        return "booking" if Readiness.BOOKING_DAY in told else "closed"
    return "queue"


def _opens_at(scene: Scene) -> str | None:
    """When the first agency gives numbers again; None while one may, or where nobody knows."""
    if scene.board is None or _day_mode(scene) == "queue":
        return None
    opening = [state.opens_at for state in scene.board.agencies if state.opens_at is not None]
    return _iso(min(opening)) if opening else None


def _agencies(scene: Scene) -> list[Json]:
    """What may be chosen, each with whether a number can be had for it right now.

    Whoever is not named on the board has no clerk as far as we know: a number must never be
    promised that nobody will call.
    """
    if scene.catalogue is None:
        return []
    told = scene.board.agencies if scene.board else ()
    states = {state.agency: state for state in told}
    return [
        _plain(offer) | _door(states.get(offer.agency) or _unvouched(offer))
        for offer in scene.catalogue.agencies
    ]


def _unvouched(offer: AgencyOffer) -> AgencyState:
    return AgencyState(agency=offer.agency, readiness=Readiness.NO_CLERK)


def _door(state: AgencyState) -> Json:
    """Whether numbers can be had, for which services they cannot, and what to do instead."""
    return {
        "readiness": state.readiness.value,
        "instead": _plain(state.instead) if state.instead else None,
        "opens_at": _iso(state.opens_at) if state.opens_at else None,
        "shut": [_plain(each) for each in state.services],
    }


def _interrupted(scene: Scene) -> list[Json]:
    """Whose waiting visitors will not be called any more today; never which numbers."""
    told = scene.board.agencies if scene.board else ()
    names = (
        {offer.agency: offer.name for offer in scene.catalogue.agencies} if scene.catalogue else {}
    )
    return [
        {
            "name": _plain(names[state.agency]),
            "way": (state.instead.way if state.instead else InsteadWay.ASK).value,
        }
        for state in told
        if state.readiness is Readiness.EMERGENCY and state.agency in names
    ]


def _called_numbers(scene: Scene) -> tuple[CalledNumber, ...]:
    return scene.board.called if scene.board else ()


def _called(scene: Scene, number: CalledNumber) -> Json:
    plan = plan_of(scene, number.booth)
    calling = scene.calling
    attempt = calling.attempt if calling and calling.number == number.number else 1
    return _plain(number) | {
        "missed": number.missed,
        "booth_name": _plain(plan.name),
        "direction": _plain(plan.direction),
        "attempt": attempt,
    }


def _activity_code(scene: Scene) -> str | None:
    return "hold" if scene.settings.on_hold else scene.activity.code


def _note(scene: Scene) -> Json | None:
    """The text that the visitor is asked about, or has said yes to; gone with the visit."""
    if scene.note is None or scene.booth.phase is not Phase.VISIT:
        return None
    return {
        "id": str(scene.note.id),
        "text": scene.note.text,
        "agency_name": scene.note.agency_name,
        "approved": scene.note.approved_at is not None,
    }


def _help(scene: Scene, place: str) -> str:
    return "called" if scene.help_in.get(place) else "idle"


def _condition(scene: Scene, port: Port) -> Condition | None:
    return next((status.condition for status in scene.peripherals if status.port is port), None)


def _plain(value: Wire) -> Json:
    return value.model_dump(mode="json")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
