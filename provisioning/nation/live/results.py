"""What came of a live day, as plain data beside the simulator's day of the same visitors?"""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from control_plane.routing.simulation.engine import run
from control_plane.routing.simulation.measures import rank
from provisioning.nation.country import YEAR, agencies
from provisioning.nation.live.account import Account
from provisioning.nation.live.comparison import Board, Days, compared, differences
from provisioning.nation.live.course import Told
from provisioning.nation.live.schedule import CENTRE, Schedule, mode
from provisioning.nation.results import measured
from provisioning.virtual.record import Call, History, Outcome

CALLS = ("accept", "next")


def results(plan: Schedule, told: Told, found: Account) -> dict[str, Any]:
    """The report of the virtual mode, and what only a live day can tell."""
    simulated = run(plan.day, plan.policy)
    days = {each["agency"]: each for each in told.board["days"]}
    board = Board(days, told.most_waiting, plan.asked.speed)
    days_told = Days(simulated, found.record, run(found.day, plan.policy))
    lines = compared(days_told, found.missed, board)
    return {
        "seed": plan.asked.seed,
        "days": 1,
        "points": plan.asked.points,
        "volumes": {"year": YEAR, "queue_visits": {a.name: a.queue_visits for a in agencies()}},
        "scenarios": [
            {
                "load": plan.nation.load.name,
                "life": plan.nation.life.value,
                "of_volumes": plan.asked.of_volumes,
                "visitors": len(plan.day.visitors),
                "clerks": dict(plan.nation.clerks),
                "booths": len(plan.day.rooms),
                "shown": ["virtual", "live"],
                "practices": {
                    "virtual": measured([plan.day], [simulated], plan.open_for),
                    "as_lived": measured([plan.day], [days_told.as_lived], plan.open_for),
                    "live": measured([plan.day], [found.record], plan.open_for),
                },
            }
        ],
        "live": {
            "asked": asdict(plan.asked),
            "hours": plan.open_for.total_seconds() / 3600,
            "seconds": told.seconds,
            "drained": told.drained,
            "machine": machine(),
            "devices": {"asked": told.devices_asked, "on_the_line": told.devices},
            "clerks": {
                "asked": told.clerks_asked,
                "signed_in": told.clerks,
                "sign_in_s": told.sign_in_s,
                "modes": {agency: str(mode(agency)) for agency in plan.nation.clerks},
            },
            "lost_lines": told.lost_lines,
            "refused_numbers": told.refused_numbers,
            "operations": len(told.history.calls),
            "oddities": told.history.oddities,
            "contact_centre": {
                "agency": CENTRE,
                "answered": told.centre.answered,
                "turned_away": told.centre.turned_away,
                "trouble": told.centre.trouble,
            },
            "latency_ms": latencies(told.history),
            "audit": {**asdict(found.audit), "clean": found.audit.clean},
            "agencies": [asdict(line) for line in lines],
            "differences": differences(lines),
        },
    }


def latencies(history: History) -> dict[str, dict[str, float]]:
    """Of a number, of a call's answer, and from the call to the booth's device that has it."""
    calls = [each for each in history.calls if each.outcome is Outcome.OK]
    taken = [each for each in calls if each.operation == "take"]
    pressed = [each for each in calls if each.operation in CALLS and "visit" in each.answer]
    heard = {
        each.about["of_visit"]: each.began
        for each in reversed(calls)
        if each.operation == "report" and each.about.get("kind") == "visit.call"
    }
    called = [
        heard[each.answer["visit"]] - each.began
        for each in pressed
        if each.answer["visit"] in heard
    ]
    return {
        "number": _spread(_lengths(taken)),
        "call": _spread(_lengths(pressed)),
        "call_to_booth": _spread(called),
    }


def _lengths(calls: Iterable[Call]) -> list[float]:
    return [each.ended - each.began for each in calls]


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {"n": 0}
    ordered = sorted(1000 * each for each in seconds)
    percentiles = {f"p{percent}": round(rank(ordered, percent), 1) for percent in (50, 95, 99)}
    return {"n": len(ordered), **percentiles, "most": round(ordered[-1], 1)}


def machine() -> dict[str, Any]:
    """On what it was lived: everything, clients included, shares it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": os.cpu_count(),
        "model": models[0] if models else platform.machine(),
        "memory_gib": round(memory / 2**30, 1),
        "python": platform.python_version(),
    }
