"""What does the report of a period say to whoever asks? From the rows as they stand now."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.reports.rules.cells import SMALLEST_CELL
from control_plane.reports.rules.downtime import downtime
from control_plane.reports.rules.figures import Tally, figures, together
from control_plane.reports.rules.periods import Period
from control_plane.reports.rules.protection import ALL
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import Calendar, local_day, open_on
from control_plane.service_points.tables import ServicePoint
from control_plane.visits.reporting import queries
from control_plane.visits.reporting.answers import told
from control_plane.visits.reporting.counting import Key, count, gathered
from control_plane.visits.reporting.views import (
    Answers,
    BoothRow,
    DayRow,
    FiguresView,
    Report,
    ReportRow,
)
from shared.languages import Text

Points = Mapping[str, ServicePoint]
WHOLE = Text(fi="Yhteensä", sv="Totalt", en="Total")


@dataclass(frozen=True, slots=True)
class Choice:
    """Of what a report tells; None: of all that the asker may see."""

    period: Period
    agency: str | None = None
    point: str | None = None

    def has(self, key: Key) -> bool:
        """Does it count what counts there?"""
        return self.agency in {None, key.agency} and self.point in {None, key.point}


def report(tx: Tx, scope: Scope, choice: Choice, now: datetime) -> Report:
    """The report of a period; an agency or point that the asker may not see is not found.

    Whoever sees over the agencies' fences is told of agencies and points, never of services.
    """
    points = {each.code: each for each in places.points_of_agency(tx, scope) if not each.training}
    agencies = {
        each.code: each.name
        for each in places.agencies_seen(tx, scope)
        if scope.sees(each.code) and not each.training
    }
    if choice.agency not in {None, *agencies} or choice.point not in {None, *points}:
        raise Refusal(NOT_FOUND)
    counted = count(tx, scope, choice.period)
    answers = told(tx, scope, choice.period, counted)
    here = {key: tally for key, tally in counted.items() if choice.has(key)}
    over, point, agency = scope.over_agencies, choice.point or ALL, choice.agency or ALL
    other = agency if over else ALL
    names = {code: each.name for code, each in points.items() if point in {ALL, code}}
    services = {each.code: each.name for each in places.services_seen(tx, scope)}
    whole = together(here.values())
    return Report(
        unit=choice.period.unit,
        since=choice.period.since,
        until=choice.period.until,
        told_at=now,
        goes_on=any(
            local_day(now, each.timezone) <= choice.period.until for each in points.values()
        ),
        smallest_cell=SMALLEST_CELL,
        agency=choice.agency if over else scope.agency,
        point=choice.point,
        total=_row(ALL, WHOLE, whole, answers.answers(whole, point=point, other=other)),
        agencies=_rows(
            here,
            lambda key: key.agency,
            agencies,
            lambda code, tally: answers.answers(tally, point=point, other=code),
        )
        if over and agency == ALL
        else [],
        services=[]
        if over
        else _rows(
            here,
            lambda key: key.service,
            services,
            lambda code, tally: answers.answers(tally, point=point, other=code),
        ),
        points=_rows(
            here,
            lambda key: key.point,
            names,
            lambda code, tally: answers.answers(tally, point=code, other=other),
        ),
        days=_days(here, choice.period),
        booths=_booths(tx, scope, choice, {code: points[code] for code in names}, now),
    )


def _rows(
    here: Mapping[Key, Tally],
    by: Callable[[Key], str],
    names: Mapping[str, Text],
    answers: Callable[[str, Tally], Answers | None],
) -> list[ReportRow]:
    """A row for each name, in their order, and for whatever has lost its name since."""
    found = gathered(here, by)
    known = {**{code: Text(fi=code, sv=code, en=code) for code in sorted(found)}, **names}
    ordered = [*names, *(code for code in known if code not in names)]
    return [
        _row(code, known[code], tally, answers(code, tally))
        for code, tally in ((code, found.get(code) or Tally()) for code in ordered)
    ]


def _row(code: str, name: Text, tally: Tally, answers: Answers | None) -> ReportRow:
    return ReportRow(code=code, name=name, figures=FiguresView.of(figures(tally)), answers=answers)


def _days(here: Mapping[Key, Tally], period: Period) -> list[DayRow]:
    found = gathered(here, lambda key: key.day.isoformat())
    return [
        DayRow(day=day, figures=FiguresView.of(figures(found.get(day.isoformat()) or Tally())))
        for day in period.days
    ]


def _booths(tx: Tx, scope: Scope, choice: Choice, points: Points, now: datetime) -> list[BoothRow]:
    """What is known of each booth with a device, by the hours that its point has now."""
    days = (choice.period.since, choice.period.until)
    changes = queries.came_and_went(tx, scope, *days)
    failed = Counter(
        (trouble.point, trouble.booth)
        for at, trouble in queries.troubles(tx, scope, *days)
        if trouble.point in points
        and choice.period.since
        <= local_day(at, points[trouble.point].timezone)
        <= choice.period.until
    )
    names = {(each.point, each.code): each.name for each in places.booths_of(tx, scope, points)}
    rows = []
    for each in queries.booth_devices(tx, scope):
        point = points.get(each.point)
        if point is None:
            continue
        calendar = Calendar(timezone=point.timezone, point=point.hours)
        opened = [span for day in choice.period.days for span in open_on(calendar, day)]
        lost = downtime(opened, changes.get(each.device, []), now)
        rows.append(
            BoothRow(
                point=each.point,
                booth=each.booth,
                name=names[each.point, each.booth],
                open_s=lost.open_s,
                down_s=lost.down_s,
                unknown_s=lost.unknown_s,
                failed_checks=failed[each.point, each.booth],
            )
        )
    return rows
