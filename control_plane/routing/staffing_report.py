"""How is a plan asked for, and how is it told? Volumes from TOML; text, or data for JSON."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from control_plane.routing.simulation.draws import sizes
from control_plane.routing.simulation.staffing import Plan, Region, Target, plan

DAYS_OF_A_YEAR = 250  # of service
CAVEAT = (
    "Enough on the drawn days, and not proven to be the fewest: arrivals are even over eight "
    "hours, every clerk serves every matter and language and takes no break, nobody leaves "
    "the queue. Real days have peaks, breaks and absences: plan for more."
)


class Volume(BaseModel):
    """One agency's visits: of a day, or of years."""

    model_config = ConfigDict(extra="ignore")

    code: str
    visits_per_day: float | None = Field(default=None, ge=0)
    queue_visits: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Volume":
        if self.visits_per_day is None and not self.queue_visits:
            raise ValueError(f"{self.code}: neither visits_per_day nor queue_visits")
        return self

    def a_day(self, year: str) -> float:
        """Visits in a day of the year."""
        if self.visits_per_day is not None:
            return self.visits_per_day
        if year not in self.queue_visits:
            raise ValueError(f"{self.code}: nothing for the year {year}")
        return self.queue_visits[year] / DAYS_OF_A_YEAR


class Volumes(BaseModel):
    """A file of volumes."""

    model_config = ConfigDict(extra="ignore")

    agencies: list[Volume] = Field(min_length=1)


def planned(  # noqa: PLR0913 - everything that a plan depends on
    volumes: str,
    *,
    year: str,
    share: float,
    points: int,
    target: str,
    days: int,
    seed: int,
) -> Plan:
    """The plan for volumes in TOML; ValueError says what is wrong with what was asked."""
    asked = Volumes.model_validate(tomllib.loads(volumes))
    if not 0 < share <= 1:
        raise ValueError("a share is more than 0 and at most 1")
    region = Region(
        {each.code: each.a_day(year) * share for each in asked.agencies}, sizes(seed, points)
    )
    return plan(region, Target.of(target), days=days, seed=seed)


def as_data(found: Plan) -> dict[str, Any]:
    """Everything, the search too."""
    return {
        "met": found.met,
        "clerks": found.clerks,
        "booths": found.booths,
        "in_time": {agency: round(share, 4) for agency, share in found.in_time.items()},
        "least_by_load": found.least_by_load,
        "least_clerks": found.least_clerks,
        "steps": [
            {
                "what": each.what,
                "where": each.where,
                "worst": round(each.worst, 4),
                "kept": each.kept,
            }
            for each in found.steps
        ],
        "caveat": CAVEAT,
    }


def as_text(found: Plan) -> str:
    """For a terminal."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Plan) -> Iterator[str]:
    for number, step in enumerate(found.steps, start=1):
        undone = "" if step.kept else ", which helps nobody: taken back"
        yield f"{number:>4}. worst {step.worst:6.1%}: one more {step.what} at {step.where}{undone}"
    if not found.met:
        yield "NOT MET: the search gave up"
    yield f"booths: {sum(found.booths.values())} at {len(found.booths)} points"
    yield f"  {_counted(found.booths)}"
    yield f"clerks: {sum(found.clerks.values())}"
    yield "  agency        clerks  without booth limits  by load alone  called in time"
    for agency, many in found.clerks.items():
        share = found.in_time.get(agency, 1.0)
        yield (
            f"  {agency:<12} {many:>7} {found.least_clerks[agency]:>21}"
            f" {found.least_by_load[agency]:>14} {share:>15.1%}"
        )
    yield CAVEAT


def _counted(booths: Mapping[str, int]) -> str:
    """Points by how many booths they have."""
    by_many: dict[int, int] = {}
    for many in booths.values():
        by_many[many] = by_many.get(many, 0) + 1
    return ", ".join(f"{points} with {many}" for many, points in sorted(by_many.items()))
