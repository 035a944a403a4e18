"""Supervisors' boards for the pages' tests: a team's, a crowded one, an empty one, the owner's."""

from typing import Any

from shared.identifiers import new_uuid
from tests.control_plane.web.plane import Json, at, text

LAPLAND = text("Lappi", "Lappland", "Lapland")
KAINUU = text("Kainuu", "Kajanaland", "Kainuu")
SERVICES = (
    ("toimeentulo", text("Perustoimeentulotuki", "Utkomststöd", "Social assistance")),
    ("elake", text("Kansaneläke", "Folkpension", "National pension")),
    ("paatos", text("Päätös paperilla", "Beslut på papper", "Decision on paper")),
)
POINTS = (
    ("salla", text("Salla"), LAPLAND, (0, 1, 0)),
    ("savukoski", text("Savukoski"), LAPLAND, (1, 0, 0)),
    ("pelkosenniemi", text("Pelkosenniemi"), LAPLAND, (0, 0, 1)),
    ("puolanka", text("Puolanka"), KAINUU, (1, 1, 0)),
)
AINO, MIKAEL, LEENA = (str(new_uuid()) for _ in range(3))
CLOSED = str(new_uuid())


def cell(service: str | None, point: str, waiting: int, waited_s: float = 0, **more: Any) -> Json:
    """So many wait for a service at a point, the longest since so long ago."""
    return {
        "agency": "kela",
        "service": service,
        "point": point,
        "waiting": waiting,
        "oldest_at": at(-waited_s) if waiting else None,
        "called": 0,
        "in_session": 0,
        **more,
    }


def number(number_: int, service: str, point: str, waited_s: float, **more: Any) -> Json:
    """One number that waits."""
    return {
        "id": str(new_uuid()),
        "number": number_,
        "point": point,
        "service": service,
        "language": "fi",
        "state": "waiting",
        "arrived_at": at(-waited_s),
        "returned": False,
        "priority": "",
        **more,
    }


def member(id_: str, name: str, state: str, since_s: float, **more: Any) -> Json:
    """One clerk of the team."""
    return {
        "id": id_,
        "name": name,
        "state": state,
        "since": at(-since_s),
        "reason": "",
        "last_one": False,
        "forced": False,
        **more,
    }


def day(agency: str = "kela", **more: Any) -> Json:
    """An agency's figures of today."""
    return {
        "agency": agency,
        "target_percent": 80,
        "target_s": 600,
        "short_s": 30,
        "offered": 212,
        "answered": 187,
        "served": 171,
        "abandoned": 14,
        "short": 3,
        "sent_away": 0,
        "missed": 6,
        "returned": 4,
        "mean_wait_s": 402.5,
        "median_wait_s": 365.0,
        "level_answered": 83.4,
        "level_offered": 77.6,
        **more,
    }


def closing(kind: str = "now", **more: Any) -> Json:
    """A queue that is closed."""
    return {
        "id": CLOSED,
        "agency": "kela",
        "point": None,
        "service": "elake",
        "kind": kind,
        "most": None,
        "given": 0,
        "instead": "book",
        "instead_service": None,
        "made_at": at(-600),
        "ends_at": at(4 * 3600),
        **more,
    }


def hours(point: str, kind: str = "queue", **more: Any) -> Json:
    """How the queue of a point stands: a queue day that closes in an hour, if nothing is said."""
    return {
        "point": point,
        "timezone": "Europe/Helsinki",
        "kind": kind,
        "is_open": kind == "queue",
        "closes_at": at(3600) if kind == "queue" else None,
        "opens_at": None if kind == "queue" else at(3 * 86400),
        **more,
    }


def board(**more: Any) -> Json:
    """A team's ordinary day."""
    return {
        "now": at(),
        "may": {"close": True, "steer": True},
        "agencies": [{"code": "kela", "name": text("Kela", "FPA", "Kela")}],
        "services": [{"code": code, "name": name, "agency": "kela"} for code, name in SERVICES],
        "points": [
            {
                "code": code,
                "name": name,
                "region": region,
                "free": free,
                "in_use": used,
                "out_of_use": out,
            }
            for code, name, region, (free, used, out) in POINTS
        ],
        "hours": [
            hours("salla"),
            hours("savukoski", "booking"),
            hours("pelkosenniemi", "closed"),
            hours("puolanka", is_open=False, opens_at=at(2 * 86400)),
        ],
        "cells": [
            cell("toimeentulo", "salla", 3, 14 * 60, in_session=1),
            cell("elake", "salla", 1, 4 * 60),
            cell("toimeentulo", "savukoski", 2, 22 * 60),
            cell("paatos", "puolanka", 0, called=1, in_session=1),
        ],
        "tickets": [
            number(104, "toimeentulo", "savukoski", 22 * 60),
            number(105, "toimeentulo", "salla", 14 * 60, priority="returned"),
            number(101, "paatos", "puolanka", 31 * 60, state="missed"),
            number(103, "elake", "salla", 9 * 60, state="held"),
        ],
        "more_tickets": 0,
        "classes": ["kiire"],
        "days": [day()],
        "clerks": [
            member(AINO, "Aino Lahtinen", "in_session", 420),
            member(MIKAEL, "Mikael Strand", "available", 95),
            member(LEENA, "Leena Rautio", "break", 700, reason="supervisor", forced=True),
            member(str(new_uuid()), "Jussi Mäkinen", "offline", 7200),
        ],
        "states": [
            {"agency": "kela", "state": state, "count": 1}
            for state in ("in_session", "available", "break", "offline")
        ],
        "closings": [closing()],
        "broadcasts": [
            {
                "id": str(new_uuid()),
                "text": "Tiimipalaveri klo 14.30",
                "sender": "Riitta Koskinen",
                "at": at(-300),
                "ends_at": at(3300),
                "read": 2,
            }
        ],
        **more,
    }


def acts() -> list[Json]:
    """What was done lately."""
    return [
        {
            "seq": 12,
            "at": at(-600),
            "who": "Riitta Koskinen",
            "action": "queue.closed",
            "subject": f"closing:{CLOSED}",
            "detail": {"how": "now", "service": "elake", "reason": "Eläkeneuvoja sairastui"},
        },
        {
            "seq": 11,
            "at": at(-700),
            "who": "Riitta Koskinen",
            "action": "clerk.state_forced",
            "subject": f"clerk:{LEENA}",
            "detail": {
                "was": "available",
                "state": "break",
                "after_visit": False,
                "reason": "Sovittu tauko",
            },
        },
        {
            "seq": 7,
            "at": at(-4000),
            "who": None,
            "action": "queue.reopened",
            "subject": f"closing:{new_uuid()}",
            "detail": {"reason": "Vesivahinko korjattu"},
        },
    ]


def empty() -> Json:
    """A first day: nobody has come, nobody is there."""
    nothing: Json = dict.fromkeys(
        ("offered", "answered", "served", "abandoned", "short", "missed", "returned"), 0
    )
    none: Json = dict.fromkeys(("mean_wait_s", "median_wait_s", "level_answered", "level_offered"))
    return board(
        hours=[],
        cells=[],
        tickets=[],
        clerks=[],
        states=[],
        closings=[],
        broadcasts=[],
        days=[day(**nothing, **none)],
    )


def crowded() -> Json:
    """A Monday: three hundred points, forty clerks, everybody waits."""
    points = [
        {
            "code": f"piste-{n}",
            "name": text(f"Palvelupiste {n}", f"Servicepunkt {n}", f"Point {n}"),
            "region": (LAPLAND, KAINUU, None)[n % 3],
            "free": 0,
            "in_use": 1,
            "out_of_use": 0,
        }
        for n in range(300)
    ]
    return board(
        points=points,
        hours=[hours(f"piste-{n}") for n in range(300)],
        cells=[
            cell("toimeentulo", f"piste-{n}", 4, 60 * n, in_session=1) for n in range(0, 300, 2)
        ],
        tickets=[number(n, "toimeentulo", f"piste-{n}", 60 * n) for n in range(100)],
        more_tickets=500,
        clerks=[
            member(str(new_uuid()), f"Virkailija {n}", ("in_session", "wrap_up", "break")[n % 3], n)
            for n in range(40)
        ],
        closings=[
            closing(id=str(new_uuid())),
            closing("contingent", id=str(new_uuid()), most=40, given=40, ends_at=None),
            closing("ahead", id=str(new_uuid()), service=None, ends_at=None),
            closing("emergency", id=str(new_uuid()), service=None, point="piste-7"),
        ],
        days=[day(level_answered=41.2, level_offered=33.0, sent_away=12)],
    )


def owners() -> Json:
    """The whole country, over two agencies, without any visitor's matter."""
    tax = {
        "code": "vero",
        "name": text("Verohallinto", "Skatteförvaltningen", "Tax Administration"),
    }
    return board(
        may={"close": True, "steer": False},
        agencies=[{"code": "kela", "name": text("Kela", "FPA", "Kela")}, tax],
        hours=[],
        cells=[
            cell(None, "salla", 4, 14 * 60, in_session=1),
            cell(None, "puolanka", 1, 3 * 60, agency="vero"),
        ],
        tickets=[],
        clerks=[],
        broadcasts=[],
        states=[
            {"agency": "kela", "state": "available", "count": 12},
            {"agency": "vero", "state": "in_session", "count": 3},
        ],
        days=[day(), day("vero", level_answered=None, level_offered=None)],
    )
