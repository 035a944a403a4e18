"""What may be told of how a period's visits were, by point and by agency or service?

What is small is hidden once for all that can be asked of a period: over everything that the asker
may see, whatever part of it was chosen. A choice shows rows of those tables, and where two choices
cross nothing: so no two answers can be subtracted from each other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from control_plane.database import Tx
from control_plane.reports import queries as smileys
from control_plane.reports.rules.cells import SMILEYS
from control_plane.reports.rules.figures import End, Level, Result, Tally, percent
from control_plane.reports.rules.periods import Period
from control_plane.reports.rules.promises import Verdict
from control_plane.reports.rules.protection import ALL, Counts, Shown, protect
from control_plane.reports.rules.satisfaction import mean_between
from control_plane.security.scope import Scope
from control_plane.visits.reporting.counting import Key, gathered
from control_plane.visits.reporting.views import Answers

Part = TypeVar("Part", bound=StrEnum)

PROMISED = (Verdict.WITHIN, Verdict.ABOVE, Verdict.BELOW)


@dataclass(frozen=True, slots=True)
class Tables:
    """The same counts by point, and by agency or service; None: not stored by that."""

    by_point: Shown
    by_other: Shown | None

    def row(self, point: str, other: str) -> Mapping[str, int | None]:
        """The counts of a point or of the other; `ALL` and `ALL`: of everything."""
        table = self.by_point if other == ALL else self.by_other or {}
        return table.get(point if other == ALL else other, {})


@dataclass(frozen=True, slots=True)
class Told:
    """All that may be told of a period's answers."""

    results: Tables
    levels: Tables
    promises: Tables
    smileys: Tables

    def answers(self, tally: Tally, *, point: str = ALL, other: str = ALL) -> Answers | None:
        """Those of a point, or of an agency or service; None where both are chosen."""
        if ALL not in {point, other}:
            return None
        results, levels, promises, felt = (
            table.row(point, other)
            for table in (self.results, self.levels, self.promises, self.smileys)
        )
        called = len(tally.waits)
        lost = tally.ends[End.GIVEN_UP] + tally.ends[End.SENT_AWAY]
        within = levels.get(Level.WITHIN, 0)
        felt_by = {each: felt.get(str(each), 0) for each in SMILEYS}
        low, high = mean_between(felt_by, felt.get(ALL, 0))
        unstored = other != ALL and self.smileys.by_other is None
        return Answers(
            results={each: results.get(each, 0) for each in Result},
            levels={each: levels.get(each, 0) for each in Level},
            level_percent=percent(within, called),
            level_offered_percent=percent(within, called + lost),
            promises={each: promises.get(each, 0) for each in PROMISED},
            kept_percent=percent(promises.get(Verdict.WITHIN, 0), len(tally.offs)),
            smileys=None if unstored else felt_by,
            rated=None if unstored else felt.get(ALL, 0),
            mean_low=low,
            mean_high=high,
        )


def told(tx: Tx, scope: Scope, period: Period, counted: Mapping[Key, Tally]) -> Told:
    """By point, and by agency for whoever sees them all, by service for an agency's own people."""
    over = scope.over_agencies
    points = gathered(counted, lambda key: key.point)
    others = gathered(counted, lambda key: key.agency if over else key.service)

    return Told(
        results=_hidden(points, others, lambda each: each.results, Result),
        levels=_hidden(points, others, lambda each: each.levels, Level),
        promises=_hidden(points, others, lambda each: each.verdicts, PROMISED),
        smileys=_smileys(tx, scope, period),
    )


def _hidden(
    points: Mapping[str, Tally],
    others: Mapping[str, Tally],
    counts: Callable[[Tally], Counter[Part]],
    parts: Iterable[Part],
) -> Tables:
    """Of visits that are told themselves: how many there are is no secret."""
    tables: list[Counts] = [
        {
            code: {str(part): times for part, times in counts(each).items()}
            for code, each in it.items()
        }
        for it in (points, others)
    ]
    by_point, by_other = protect(tables, [str(part) for part in parts], sums_known=True)
    return Tables(by_point, by_other)


def _smileys(tx: Tx, scope: Scope, period: Period) -> Tables:
    points: dict[str, dict[str, int]] = {}
    agencies: dict[str, dict[str, int]] = {}
    for each in smileys.counts(tx, scope, since=period.since, until=period.until):
        for smiley, times in each.smileys.items():
            for table, code in ((points, each.point), (agencies, each.agency)):
                row = table.setdefault(code, {})
                row[str(smiley)] = row.get(str(smiley), 0) + times
    tables: list[Counts] = [points, agencies] if scope.over_agencies else [points]
    shown = protect(tables, [str(each) for each in SMILEYS], sums_known=False)
    return Tables(shown[0], shown[1] if scope.over_agencies else None)
