"""Reports that a page can be shown: a quiet week, a busy one, one of few."""

from datetime import date, timedelta
from typing import Any

from tests.control_plane.web.plane import Json, at, text

MONDAY = date(2026, 11, 23)


def spread(count: int, median: int | None = None, p90: int | None = None) -> Json:
    return {"count": count, "median": median, "p90": p90}


def figures(numbers: int = 0, **changes: Any) -> Json:
    """So many numbers, each served in a visit from the queue."""
    told = numbers >= 5
    return {
        "numbers": numbers,
        "ends": {
            "open": 0,
            "served": numbers,
            "given_up": 0,
            "mistaken": 0,
            "no_show": 0,
            "sent_away": 0,
        },
        "missed": 0,
        "returned": 0,
        "visits": numbers,
        "ways": {"queue": numbers, "booking": 0, "link": 0, "straight_in": 0},
        "courses": {"concluded": numbers, "moved_on": 0, "broken_off": 0, "goes_on": 0},
        "sent_on": 0,
        "not_prepared": 0,
        "wait_s": spread(numbers, 421, 905) if told else spread(numbers),
        "way_s": spread(numbers, 34, 60) if told else spread(numbers),
        "talk_s": spread(numbers, 640, 1500) if told else spread(numbers),
        "wrap_up_s": spread(numbers, 31, 45) if told else spread(numbers),
        "off_by_min": spread(numbers, 3, 8) if told else spread(numbers),
        **changes,
    }


def answers(**changes: Any) -> Json:
    """Of 40 visits; one smiley is too rare to tell, and another one with it."""
    return {
        "results": {"done": 30, "posted": 10, "not_able": 0, "not_said": 0},
        "levels": {"within_target": 32, "beyond_target": 8},
        "level_percent": 80,
        "level_offered_percent": 78,
        "promises": {"within": 30, "above": 5, "below": 5},
        "kept_percent": 75,
        "smileys": {"1": None, "2": None, "3": 0, "4": 10, "5": 15},
        "rated": 31,
        "mean_low": 3.9,
        "mean_high": 4.1,
        **changes,
    }


def untold() -> Json:
    """Of so few that nothing is told."""
    hidden = answers(level_percent=None, level_offered_percent=None, kept_percent=None)
    for group in ("results", "levels", "promises", "smileys"):
        hidden[group] = dict.fromkeys(hidden[group])
    return hidden | {"rated": None, "mean_low": None, "mean_high": None}


def row(code: str, name: Json, counted: Json, said: Json | None) -> Json:
    return {"code": code, "name": name, "figures": counted, "answers": said}


def report(unit: str = "week", **changes: Any) -> Json:
    """A week of forty numbers, thirty-eight of them at Salla."""
    whole = figures(40)
    salla = row("salla", text("Salla"), figures(38), answers())
    inari = row("inari", text("Inari", "Enare", "Inari"), figures(2), untold())
    length = 1 if unit == "day" else 7
    return {
        "unit": unit,
        "since": MONDAY.isoformat(),
        "until": (MONDAY + timedelta(days=length - 1)).isoformat(),
        "told_at": at(),
        "goes_on": True,
        "smallest_cell": 5,
        "agency": None,
        "point": None,
        "total": row("", text("Yhteensä", "Totalt", "Total"), whole, answers()),
        "agencies": [
            row("kela", text("Kela", "FPA", "Kela"), figures(30), answers()),
            row("vero", text("Verohallinto", "Skatteförvaltningen"), figures(10), answers()),
        ],
        "services": [],
        "points": [salla, inari],
        "days": [
            {
                "day": (MONDAY + timedelta(days=each)).isoformat(),
                "figures": figures(8 if each < 5 else 0),
            }
            for each in range(length)
        ],
        "booths": [
            {
                "point": "salla",
                "booth": "salla-1",
                "name": text("Asiointitila 1", "Kundservicerum 1", "Booth 1"),
                "open_s": 5 * 8 * 3600,
                "down_s": 2 * 3600,
                "unknown_s": 0,
                "failed_checks": 3,
            }
        ],
        **changes,
    }


def nothing() -> Json:
    """A day on which nobody came."""
    empty = row("", text("Yhteensä", "Totalt", "Total"), figures(), none())
    days = [{"day": MONDAY.isoformat(), "figures": figures()}]
    return report("day", total=empty, agencies=[], points=[], booths=[], days=days)


def none() -> Json:
    """The answers of nobody."""
    zero = answers(level_percent=None, level_offered_percent=None, kept_percent=None)
    for group in ("results", "levels", "promises", "smileys"):
        zero[group] = dict.fromkeys(zero[group], 0)
    return zero | {"rated": 0, "mean_low": None, "mean_high": None}
