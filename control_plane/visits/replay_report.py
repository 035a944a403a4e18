"""How is a replayed day told? As text for a person, as JSON for a program, as a page to keep."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from control_plane.routing.simulation.measures import Waits
from control_plane.routing.simulation.replay import Change, Difference
from control_plane.visits.replaying import Replayed

NOT_RECORDED = (
    "Booths count as in use all day, clerks have the skills and languages of now, a clerk who is "
    "free calls at once, and whoever was not served is not compared."
)
_MOST = 20


def as_data(found: Replayed) -> dict[str, Any]:
    """Everything, in minutes and counts."""
    return {
        "day": found.day.isoformat(),
        "came": found.came,
        "served": found.served,
        "decisions": found.decisions,
        "differs": [
            {"decision": str(each.decision), "doubt": str(each.doubt), "about": str(each.about)}
            for each in found.differs
        ],
        "difference": None if found.difference is None else _difference(found.difference),
        "not_recorded": NOT_RECORDED,
    }


def as_text(found: Replayed) -> str:
    """For a terminal."""
    return "\n".join(_lines(found)) + "\n"


def as_html(found: Replayed) -> str:
    """One page, readable without a network."""
    title = f"Replay of {found.day}"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{title}</title><h1>{title}</h1><pre>{escape(as_text(found))}</pre></html>\n"
    )


def _lines(found: Replayed) -> Iterator[str]:
    yield f"{found.day}: {found.came} numbers, {found.served} served, {found.decisions} decisions"
    agree = found.decisions - len({each.decision for each in found.differs})
    yield f"decisions that agree with the choices of their time: {agree} of {found.decisions}"
    for each in found.differs[:_MOST]:
        yield f"  differs: {each.decision} {each.doubt} {each.about}"
    if len(found.differs) > _MOST:
        yield f"  and {len(found.differs) - _MOST} more"
    if found.difference is not None:
        yield from _told(found.difference)
        yield NOT_RECORDED


def _told(found: Difference) -> Iterator[str]:
    yield "by the other choices (mean and longest wait in minutes, then and now):"
    yield f"  {'everybody':<24} {_change(found.all)}"
    for title, groups in _groups(found).items():
        for name, change in sorted(groups.items(), key=lambda pair: str(pair[0])):
            yield f"  {f'{title} {name}':<24} {_change(change)}"
    yield f"  wait less: {found.shorter}, longer: {found.longer}, overtaken: {len(found.overtaken)}"
    yield f"  never called: {found.still_waiting[0]} then, {found.still_waiting[1]} now"


def _groups(found: Difference) -> dict[str, Mapping[Any, Change]]:
    return {
        "agency": found.agencies,
        "language": found.languages,
        "points": found.sizes,
        "minutes": found.minutes,
    }


def _change(change: Change) -> str:
    was, now = change.before, change.after
    return (
        f"{was.count:>5}  {was.mean_s / 60:6.1f} {now.mean_s / 60:6.1f}"
        f"  {was.longest_s / 60:6.1f} {now.longest_s / 60:6.1f}"
    )


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "all": _pair(found.all),
        "shorter": found.shorter,
        "longer": found.longer,
        "overtaken": len(found.overtaken),
        "still_waiting": {"before": found.still_waiting[0], "after": found.still_waiting[1]},
    } | {
        title: {str(name): _pair(change) for name, change in groups.items()}
        for title, groups in _groups(found).items()
    }


def _pair(change: Change) -> dict[str, Any]:
    return {"before": _waits(change.before), "after": _waits(change.after)}


def _waits(waits: Waits) -> dict[str, float]:
    return {
        "count": waits.count,
        "mean_min": round(waits.mean_s / 60, 2),
        "p95_min": round(waits.p95_s / 60, 2),
        "longest_min": round(waits.longest_s / 60, 2),
        "in_15_min": round(waits.in_time, 4),
    }
