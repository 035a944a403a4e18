"""What may an agency choose for its queue, as it is asked for and stored?

Every bound keeps a promise: a rate of at least 1 means that nobody starves, and head starts are
small enough that no agency can keep the booths that all share for itself. Finnish and Swedish are
rights: the one language rule there is speaks of the further languages only.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from control_plane.routing.rules.policy import (
    ClerkOrder,
    Guard,
    LevelStep,
    Policy,
    PriorityClass,
    Reserve,
    ShorterFirst,
)
from shared.identifiers import PointCode
from shared.languages import Text

MINUTE = timedelta(minutes=1)
CLASS_PATTERN = r"^([a-z][a-z0-9_]{0,19})?$"

ClassName = Annotated[str, StringConstraints(pattern=CLASS_PATTERN, max_length=20)]
Minutes = Annotated[int, Field(ge=0, le=240)]
Seconds = Annotated[int, Field(ge=0, le=3600)]


class Mode(StrEnum):
    """Who takes the first step when a clerk is free and a visitor waits."""

    PULL = "pull"  # the clerk calls
    PUSH = "push"  # the queue offers
    MIXED = "mixed"  # the queue offers, and the clerk may call as well


class _Choice(BaseModel):
    """Nothing that is not known: a misspelt choice must not pass for a chosen one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassChoice(_Choice):
    """How one class of tickets ages; the empty name is everybody of no other class."""

    name: ClassName
    head_start_minutes: Annotated[int, Field(ge=0, le=60)] = 0
    rate: Annotated[int, Field(ge=1, le=4, description="Points per second of waiting.")] = 1


class LevelChoice(_Choice):
    """From a wait on, a lower level of the skill will do."""

    after_minutes: Minutes
    lower_by: Annotated[int, Field(ge=1, le=4)]


class ShorterChoice(_Choice):
    """Shorter matters move up, longer ones down, up to a cap."""

    gain: Annotated[float, Field(gt=0, le=5, description="Minutes of place per minute less.")]
    mean_minutes: Annotated[int, Field(ge=1, le=240)]
    cap_minutes: Annotated[int, Field(ge=1, le=60)]


class GuardChoice(_Choice):
    """Whoever has waited so long at these points moves up, so that small points are not passed."""

    max_wait_minutes: Annotated[int, Field(ge=5, le=240)]
    head_start_minutes: Annotated[int, Field(ge=1, le=60)] = 30
    points: Annotated[
        tuple[PointCode, ...], Field(max_length=300, description="None named: every point.")
    ] = ()


class BookedChoice(_Choice):
    """When a visitor with a booking is of the booked class; who comes later waits as a walk-in."""

    early_minutes: Annotated[int, Field(ge=0, le=60, description="Before the time booked.")] = 10
    late_minutes: Annotated[int, Field(ge=0, le=60, description="A visitor may come.")] = 10


class ReserveChoice(_Choice):
    """So many clerks stay free for visitors who are there for a booking of so soon."""

    clerks: Annotated[int, Field(ge=1, le=10)]
    ahead_minutes: Annotated[int, Field(ge=5, le=60, description="Before the time booked.")] = 15
    yields_after_minutes: Annotated[
        int, Field(ge=10, le=60, description="Whoever has waited so long is served all the same.")
    ] = 30


class OfferChoice(_Choice):
    """How a visitor is offered to a clerk."""

    mode: Mode = Mode.PULL
    walk_direct: Annotated[
        bool,
        Field(description="Nobody waits, and clerk and booth are free: the visitor goes in."),
    ] = False
    offer_timeout_s: Annotated[int, Field(ge=5, le=120)] = 20
    reject_delay_s: Seconds = 10
    no_answer_delay_s: Seconds = 10
    misses_until_not_responding: Annotated[int, Field(ge=1, le=10)] = 3
    wrap_up_s: Annotated[
        int | None, Field(ge=0, le=1800, description="Null: as the control plane is set.")
    ] = None


class LevelTarget(_Choice):
    """What the agency promises itself, and shows on its supervisors' board."""

    percent: Annotated[int, Field(ge=1, le=100)] = 80
    within_s: Annotated[int, Field(ge=1, le=7200)] = 600
    short_abandon_s: Annotated[
        int, Field(ge=0, le=600, description="A number given up sooner was taken by mistake.")
    ] = 30


class BreakChoice(_Choice):
    """A reason for a break; those of the house need no name."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    name: Text | None = None


BREAKS = tuple(BreakChoice(code=code) for code in ("lunch", "rest", "training", "other"))


class DeskChoice(_Choice):
    """What clerks do between visits, and when somebody is thought to have forgotten it."""

    breaks: Annotated[tuple[BreakChoice, ...], Field(min_length=1, max_length=12)] = BREAKS
    break_alarm_minutes: Annotated[int, Field(ge=5, le=480)] = 60
    wrap_up_ends_by_hand: bool = False
    wrap_up_alarm_minutes: Annotated[int, Field(ge=1, le=120)] = 15

    @model_validator(mode="after")
    def _each_reason_once_and_named(self) -> Self:
        codes = [each.code for each in self.breaks]
        known = {"lunch", "rest", "training", "other"}
        if len(set(codes)) < len(codes):
            raise ValueError("a reason stands here twice")
        if any(each.name is None and each.code not in known for each in self.breaks):
            raise ValueError("a reason of one's own needs a name")
        return self


class Choices(_Choice):
    """All that an agency chooses; the defaults are those of an agency that has chosen nothing."""

    classes: Annotated[tuple[ClassChoice, ...], Field(max_length=12)] = ()
    further_languages_relax_after_minutes: Annotated[
        Minutes | None, Field(description="Null: never. Finnish and Swedish never do.")
    ] = 10
    level_steps: Annotated[tuple[LevelChoice, ...], Field(max_length=4)] = ()
    shorter_first: ShorterChoice | None = None
    clerk_order: ClerkOrder = ClerkOrder.LONGEST_IDLE
    guard: GuardChoice | None = None
    booked: BookedChoice = BookedChoice()
    reserve: ReserveChoice | None = None
    offers: OfferChoice = OfferChoice()
    service_level: LevelTarget = LevelTarget()
    desk: DeskChoice = DeskChoice()

    @model_validator(mode="after")
    def _each_class_once(self) -> Self:
        names = [each.name for each in self.classes]
        if len(set(names)) < len(names):
            raise ValueError("a class stands here twice")
        return self

    def policy(self) -> Policy:
        """The rules that follow from the choices."""
        relaxes = self.further_languages_relax_after_minutes
        shorter = self.shorter_first
        return Policy(
            classes={
                each.name: PriorityClass(each.head_start_minutes * 60, each.rate)
                for each in self.classes
            },
            language_relaxes_after=None if relaxes is None else relaxes * MINUTE,
            level_steps=tuple(
                LevelStep(each.after_minutes * MINUTE, each.lower_by) for each in self.level_steps
            ),
            shorter_first=None
            if shorter is None
            else ShorterFirst(shorter.gain, shorter.mean_minutes, shorter.cap_minutes * MINUTE),
            clerk_order=self.clerk_order,
            guard=None
            if self.guard is None
            else Guard(
                self.guard.max_wait_minutes * MINUTE,
                self.guard.head_start_minutes * 60,
                frozenset(self.guard.points),
            ),
            reserve=None
            if self.reserve is None
            else Reserve(
                self.reserve.clerks,
                self.reserve.ahead_minutes * MINUTE,
                self.reserve.yields_after_minutes * MINUTE,
            ),
            booked_early=self.booked.early_minutes * MINUTE,
            booked_late=self.booked.late_minutes * MINUTE,
        )
