"""What might an agent say to its pages? A point with twelve agencies, and its booth."""

from datetime import timedelta
from typing import Any

from edge_agent.clock import Clock

State = dict[str, Any]


def text(fi: str, sv: str, en: str) -> State:
    """One text in the three languages."""
    return {"fi": fi, "sv": sv, "en": en}


POINT = {"name": text("Etäpalvelupiste Salla", "Distansservicepunkten Salla", "Salla remote point")}
BOOTH_NAME = text("Asiointitila 1", "Kundservicerum 1", "Booth 1")
DIRECTION = text("oikealla, ovi 2", "till höger, dörr 2", "on the right, door 2")
ID_NEEDED = text(
    "Tarvitset henkilöllisyystodistuksen.",
    "Du behöver ett identitetsbevis.",
    "You need an identity document.",
)

_AGENCIES = (
    ("kela", "Kela", "FPA", "Kela", "Tuet, eläkkeet, kuntoutus"),
    ("vero", "Verohallinto", "Skatteförvaltningen", "Tax Administration", "Verotus, verokortti"),
    ("poliisi", "Poliisi", "Polisen", "Police", "Passit, henkilökortit, luvat"),
    (
        "dvv",
        "Digi- ja väestötietovirasto",
        "Myndigheten för digitalisering och befolkningsdata",
        "Digital and Population Data Services Agency",
        "Osoite, nimi, avioliitto, edunvalvonta",
    ),
    ("migri", "Maahanmuuttovirasto", "Migrationsverket", "Immigration Service", "Oleskeluluvat"),
    ("mml", "Maanmittauslaitos", "Lantmäteriverket", "National Land Survey", "Kiinteistöt, kartat"),
    (
        "ulosotto",
        "Ulosottolaitos",
        "Utsökningsverket",
        "Enforcement Authority",
        "Ulosotto, maksusuunnitelmat",
    ),
    (
        "rise",
        "Rikosseuraamuslaitos",
        "Brottspåföljdsmyndigheten",
        "Prison and Probation Service",
        "Rangaistukset, tapaamiset",
    ),
    (
        "lvv",
        "Lupa- ja valvontavirasto",
        "Tillstånds- och tillsynsverket",
        "Permit and Supervision Agency",
        "Luvat, ilmoitukset, valvonta",
    ),
    (
        "elinvoima",
        "Elinvoimakeskus",
        "Livskraftscentralen",
        "Economic Development Centre",
        "Yritystuet, maatalous",
    ),
    (
        "oikeuspalvelu",
        "Oikeuspalveluvirasto",
        "Rättstjänstverket",
        "Legal Services Authority",
        "Oikeusapu, talous- ja velkaneuvonta",
    ),
    (
        "tyollisyys",
        "Itä-Lapin työllisyysalue",
        "Östra Lapplands sysselsättningsområde",
        "Eastern Lapland employment area",
        "Työnhaku, työttömyys, koulutus",
    ),
)


def service(code: str, fi: str, sv: str, en: str, *, needs_print: bool = False) -> State:
    """A service that asks for an identity document."""
    return {
        "service": code,
        "name": text(fi, sv, en),
        "minutes": 15,
        "needs": ID_NEEDED,
        "needs_print": needs_print,
    }


SERVICES = [
    service("asumistuki", "Asumistuki", "Bostadsbidrag", "Housing allowance"),
    service("todistus", "Todistukset", "Intyg", "Certificates", needs_print=True),
    service("muu", "Muu asia", "Annat ärende", "Other matter"),
]


def agencies(**readiness: str) -> list[State]:
    """The twelve, open unless named otherwise."""
    return [
        {
            "agency": code,
            "name": text(fi, sv, en),
            "about": text(about, about, about),
            "services": SERVICES,
            "readiness": readiness.get(code, "open"),
        }
        for code, fi, sv, en, about in _AGENCIES
    ]


DAYS = 3 * 24 * 3600


def opening(listed: list[State], **seconds: float) -> list[State]:
    """The same, where these open so many seconds from now."""
    return [
        each | {"opens_at": now(seconds[each["agency"]]) if each["agency"] in seconds else None}
        for each in listed
    ]


def now(seconds: float = 0) -> str:
    """An instant from now, as the agent writes it."""
    return (Clock().now() + timedelta(seconds=seconds)).isoformat()


def called(number: int = 104, **change: Any) -> State:
    """A number on the list of called ones."""
    return {
        "ticket_id": f"00000000-0000-7000-8000-{number:012d}",
        "number": number,
        "booth": "salla-1",
        "booth_name": BOOTH_NAME,
        "direction": DIRECTION,
        "attempt": 1,
        "missed": False,
    } | change


def info(**change: Any) -> State:
    """What the info screen is told."""
    return {
        "clock": now(),
        "online": True,
        "offline_since": None,
        "point": POINT,
        "languages": ["fi", "sv", "en"],
        "day_mode": "queue",
        "opens_at": None,
        "called": [],
        "waiting": 3,
        "wait": {"low_min": 5, "high_min": 20},
        "wait_because": "clerk_left",
    } | change


def waiting_area(**change: Any) -> State:
    """What the waiting-area screen is told."""
    return (
        info()
        | {
            "agencies": opening(
                agencies(ulosotto="no_clerk", rise="closed", dvv="booking_day"), rise=3600, dvv=DAYS
            ),
            "help": "idle",
            "printer": "ready",
            "can_print": True,
            "missed": [],
        }
        | change
    )


def ticket(number: int = 104, **change: Any) -> State:
    """A number that was given."""
    return {
        "ticket_id": "0192e4a0-0000-7000-8000-000000000104",
        "number": number,
        "day": "2026-11-24",
        "service": "asumistuki",
        "before": 2,
        "wait": {"low_min": 10, "high_min": 20},
        "more": [],
    } | change


def call(number: int = 104, **change: Any) -> State:
    """A call, said once."""
    return {
        "type": "call",
        "number": number,
        "language": "fi",
        "booth_name": BOOTH_NAME,
        "direction": DIRECTION,
        "attempt": 1,
        "attempts": 3,
        "volume": 1,
        "chime": True,
        "speech": [],
    } | change


VISIT = {
    "id": "0192e4a0-0000-7000-8000-000000000001",
    "room_id": "0192e4a0-0000-7000-8000-000000000002",
    "number": 104,
    "clerk_name": "Aino",
    "agency_name": "Kela",
    "companions": [],
    "ice_servers": [],
    "relay_only": False,
}


LINK = {
    "room_id": "0192e4a0-0000-7000-8000-000000000009",
    "clerk_name": "Aino",
    "agency_name": {"fi": "Verohallinto", "sv": "Skatteförvaltningen", "en": "Tax Administration"},
    "ice_servers": [],
    "relay_only": False,
}


COLLEAGUE = {
    "participant": "colleague",
    "name": "Bertta",
    "agency_name": "Verohallinto",
}


def with_colleague(**change: Any) -> State:
    """A visit into which the clerk asked a colleague."""
    return booth("visit", visit=VISIT | {"companions": [COLLEAGUE]}, **change)


def note(text: str = "Hakemus on kesken, verokortti puuttuu.", **change: Any) -> State:
    """What the clerk would like to pass on."""
    return {
        "id": "0192e4a0-0000-7000-8000-000000000007",
        "text": text,
        "agency_name": "Kela",
        "approved": False,
    } | change


def booth(phase: str = "idle", **change: Any) -> State:
    """What the booth's screen is told."""
    in_visit = phase in {"prepare", "called", "visit", "ending", "rate"}
    ways_out = {"visit": "visit", "called": "number", "seated": "number"}
    return {
        "clock": now(),
        "online": True,
        "point": POINT,
        "languages": ["fi", "sv", "en"],
        "in_charge": True,
        "phase": phase,
        "way_out": ways_out.get(phase),
        "language": "fi",
        "visit": VISIT if in_visit else None,
        "link": None,
        "number": None,
        "activity": {"code": None, "pages": 0},
        "note": None,
        "settings": {"volume": 80, "camera": "", "microphone": ""},
        "help": "idle",
        "closes_at": None,
    } | change


def pictures(kind: str, count: int) -> list[State]:
    """What came out on paper."""
    return [{"id": f"{at}", "url": f"/bench/{kind}/{at}.png"} for at in range(count)]


def bench(**change: Any) -> State:
    """What the bench is told."""
    return {
        "ticket_printer": {"condition": "ready", "slips": pictures("slip", 3)},
        "document_printer": {
            "condition": "ready",
            "sheets": pictures("sheet", 2),
            "paper": 48,
        },
        "camera": {
            "condition": "ready",
            "sheet": "letter",
            "sheets": [
                {"name": "letter", "url": "/bench/camera/letter.png"},
                {"name": "id-card", "url": "/bench/camera/id-card.png"},
            ],
        },
        "lamp": False,
        "presence": False,
        "buttons": ["waiting_area", "booth"],
        "journal": ["sheet", "press"],
    } | change


def stage() -> State:
    """What the stage is told."""
    return {
        "frames": [
            {"screen": screen, "url": f"/{screen}#token=stand-in"}
            for screen in ("waiting-area", "booth", "bench")
        ]
    }
