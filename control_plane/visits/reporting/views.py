"""What does a report say? Its shape over HTTP and in files."""

from datetime import date

from pydantic import BaseModel

from control_plane.reports.rules.figures import Course, End, Figures, Level, Result, Spread, Way
from control_plane.reports.rules.periods import Unit
from control_plane.reports.rules.promises import Verdict
from shared.envelope import WireTime
from shared.languages import Text


class SpreadView(BaseModel):
    """Median and the value that nine of ten do not exceed; null of fewer than five."""

    count: int
    median: int | None
    p90: int | None

    @classmethod
    def of(cls, spread: Spread) -> "SpreadView":
        """As it is told."""
        return cls(count=spread.count, median=spread.median, p90=spread.p90)


class FiguresView(BaseModel):
    """Volumes and times; `reports.rules.figures` says what each means. Times are seconds."""

    numbers: int
    ends: dict[End, int]
    missed: int
    returned: int
    visits: int
    ways: dict[Way, int]
    courses: dict[Course, int]
    sent_on: int
    not_prepared: int
    wait_s: SpreadView
    way_s: SpreadView
    talk_s: SpreadView
    wrap_up_s: SpreadView
    off_by_min: SpreadView

    @classmethod
    def of(cls, made: Figures) -> "FiguresView":
        """As they are told."""
        return cls(
            numbers=made.numbers,
            ends=made.ends,
            missed=made.missed,
            returned=made.returned,
            visits=made.visits,
            ways=made.ways,
            courses=made.courses,
            sent_on=made.sent_on,
            not_prepared=made.not_prepared,
            wait_s=SpreadView.of(made.wait_s),
            way_s=SpreadView.of(made.way_s),
            talk_s=SpreadView.of(made.talk_s),
            wrap_up_s=SpreadView.of(made.wrap_up_s),
            off_by_min=SpreadView.of(made.off_by_min),
        )


class Answers(BaseModel):
    """How visits and waits were; every count is null where it, or another one, would be small."""

    results: dict[Result, int | None]
    levels: dict[Level, int | None]
    level_percent: int | None  # of those called
    level_offered_percent: int | None  # of all who could have been called
    promises: dict[Verdict, int | None]
    kept_percent: int | None  # promises that came true, of those made
    smileys: dict[int, int | None] | None  # 1 (worst) to 5; null: not stored by this
    rated: int | None
    # Between these lies the mean; the same where nothing of the row is hidden.
    mean_low: float | None
    mean_high: float | None


class ReportRow(BaseModel):
    """The visits of one agency, service or point, or of all."""

    code: str
    name: Text
    figures: FiguresView
    answers: Answers | None  # null: not told so finely


class DayRow(BaseModel):
    """The visits of one day."""

    day: date
    figures: FiguresView


class BoothRow(BaseModel):
    """For how much of its point's opening hours a booth could not serve, as far as is known."""

    point: str
    booth: str
    name: Text
    open_s: int
    down_s: int  # its device was away
    unknown_s: int  # nothing had been heard of its device yet
    failed_checks: int


class Report(BaseModel):
    """The visits of a period, of the asker's agency or of all."""

    unit: Unit
    since: date
    until: date
    told_at: WireTime
    goes_on: bool  # the period is not over at every point
    smallest_cell: int
    agency: str | None
    point: str | None
    total: ReportRow
    agencies: list[ReportRow]  # for whoever sees more than one
    services: list[ReportRow]  # of the one agency of which the report tells
    points: list[ReportRow]
    days: list[DayRow]
    booths: list[BoothRow]
