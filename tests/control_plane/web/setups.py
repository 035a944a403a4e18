"""What a setup page is told in its tests: a small setup with some of everything, or none of it."""

from typing import Any

from tests.control_plane.web.plane import Json, at, text

SWITCHES = {
    "queue": True,
    "booking": False,
    "print": True,
    "scan": False,
    "show": False,
    "interpreter": False,
    "position": 0,
}


def told(*, empty: bool = False) -> dict[str, Any]:
    """Answers by path."""
    view = {
        "may": {"everything": True, "agency": None},
        "agencies": [
            _agency("kela", "Kansaneläkelaitos"),
            _agency("koulu", "Koulu", training=True),
        ],
        "services": [_service("kela-tuki", "Asumistuki"), _service("kela-x", "Muu", offered=False)],
        "points": [_point("salla", "Salla"), _point("harjoitus", "Harjoitus", training=True)],
        "booths": [_booth("salla-1", "Tila 1"), _booth("salla-2", "Tila 2", closed=True)],
        "devices": [_device("d-salla-01", "salla-1", online=True), _device("d-salla-02", None)],
        "switches": [
            {"agency": "kela", "point": "salla", "known": "05", "content": SWITCHES, "waiting": 3}
        ],
    }
    if empty:
        view |= {name: [] for name in view if name != "may"}
    return {
        "setup": view,
        "setup/changes": [] if empty else changes(),
        "setup/points/salla/steps": {"steps": steps()},
    }


def _agency(code: str, name: str, *, training: bool = False) -> Json:
    content = {
        "name": text(name),
        "about": text("tuet"),
        "valid_from": "2026-01-01",
        "valid_to": None,
        "successor": None,
        "service_area": ["Salla"],
        "training": training,
        "position": 0,
    }
    return {"code": code, "known": "01", "content": content}


def _service(code: str, name: str, *, offered: bool = True) -> Json:
    content = {
        "agency": "kela",
        "name": text(name),
        "minutes": 20,
        "needs": None,
        "needs_print": False,
        "needs_camera": False,
        "offered": offered,
        "position": 0,
    }
    return {"code": code, "known": "02", "content": content}


def _point(code: str, name: str, *, training: bool = False) -> Json:
    content = {
        "name": text(name),
        "municipality": name,
        "region": text("Lappi"),
        "timezone": "Europe/Helsinki",
        "languages": ["fi", "sv", "en"],
        "hours": [{"weekday": 0, "opens": "08:00:00", "closes": "16:00:00"}],
        "training": training,
        "position": 0,
    }
    return {"code": code, "known": "03", "content": content}


def _booth(code: str, name: str, *, closed: bool = False) -> Json:
    content = {"name": text(name), "direction": text("oikealla"), "closed": closed}
    return {"point": "salla", "code": code, "known": "04", "content": content}


def _device(name: str, booth: str | None, *, online: bool = False) -> Json:
    content = {"point": "salla", "booth": booth}
    return {"name": name, "known": "06", "content": content, "enrolled": online, "online": online}


def changes() -> list[Json]:
    """A switch, a service that was added, and an undoing."""

    def change(nth: int, kind: str, key: list[str], **said: object) -> Json:
        return {
            "id": f"0190d0c2-0000-7000-8000-00000000000{nth}",
            "at": at(-60 * nth),
            "who": "Maija Virtanen",
            "kind": kind,
            "key": key,
            "what": [],
            "before": None,
            "after": None,
            "undoes": None,
            "undoable": nth == 1,
        } | said

    off = SWITCHES | {"queue": False}
    return [
        change(1, "switches", ["kela", "salla"], what=["queue"], before=off, after=SWITCHES),
        change(2, "service", ["kela-tuki"], after={"name": text("Asumistuki")}, who=None),
        change(
            3,
            "agency",
            ["kela"],
            what=["name", "service_area"],
            before={"name": text("Kela"), "service_area": []},
            after={"name": text("Kansaneläkelaitos"), "service_area": ["Salla"]},
            undoes="0190d0c2-0000-7000-8000-000000000009",
        ),
    ]


def steps() -> list[Json]:
    """Two done, one of them by a person; the rest open."""
    checks = {
        "room": ["has_booth"],
        "technology": ["device_stands", "device_enrolled", "device_online", "device_knows"],
        "agencies": ["queue_visible"],
    }
    names = ("decision", "room", "technology", "agencies", "communication", "support", "handover")
    return [
        {
            "step": name,
            "done": nth < 1,
            "by_system": name == "technology",
            "checks": [
                {"check": each, "holds": each != "device_online"} for each in checks.get(name, [])
            ],
            "ticked": {"role": "owner", "at": at(-3600)} if nth < 1 else None,
        }
        for nth, name in enumerate(names)
    ]
