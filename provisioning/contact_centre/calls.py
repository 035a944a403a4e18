"""Which calls come in while a contact centre is played? Drawn by a seed, the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from control_plane.staff.rules import BusyWith

SHORTEST_CALL_S = 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call that comes for a clerk."""

    id: str
    at_s: float  # after the play began
    clerk: str
    lasts_s: float
    busy_with: BusyWith
    # Said by a signed webhook, as by a contact centre that cannot call us.
    by_hook: bool


def draw(  # noqa: PLR0913 - what a play is drawn from
    seed: int,
    *,
    clerks: Sequence[str],
    seconds: float,
    per_hour: float,
    call_s: float,
    hooks: bool,
) -> list[Call]:
    """The calls of a play: ``per_hour`` for each clerk, ``call_s`` seconds long on the average."""
    random = Random(seed)  # noqa: S311 - a play, not a secret
    calls: list[Call] = []
    for clerk in clerks:
        at = random.expovariate(per_hour / 3600)
        while at < seconds:
            lasts = max(SHORTEST_CALL_S, random.expovariate(1 / call_s))
            with_what = random.choices(list(BusyWith), weights=[6, 2, 1, 1])[0]
            number = len(calls) + 1
            by_hook = hooks and random.random() < 1 / 3
            calls.append(Call(f"play-{seed}-{number}", at, clerk, lasts, with_what, by_hook))
            at += lasts + random.expovariate(per_hour / 3600)
    return sorted(calls, key=lambda call: (call.at_s, call.id))
