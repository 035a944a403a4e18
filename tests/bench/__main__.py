"""Which groups of numbers are measured? `python -m tests.bench --only join,ticket`."""

import argparse
import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from tests.bench import (
    agent,
    claim,
    demo,
    fanout,
    join,
    match,
    offer,
    reads,
    roundtrip,
    simulate,
    ticket,
)
from tests.bench.numbers import OUTPUT, Numbers, write

GROUPS: dict[str, Callable[[], Coroutine[Any, Any, Numbers]]] = {
    "demo": demo.measure,
    "agent": agent.measure,
    "roundtrip": roundtrip.measure,
    "ticket": ticket.measure,
    "join": join.measure,
    "match": match.measure,
    "offer": offer.measure,
    "claim": claim.measure,
    "reads": reads.measure,
    "fanout": fanout.measure,
    "simulate": simulate.measure,
}


def say(line: str) -> None:
    """Show it at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print, write; a group that fails is absent and makes the status 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, separated by commas")
    wanted = parser.parse_args().only.split(",")
    if unknown := set(wanted) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    numbers: Numbers = {}
    failed = []
    for group in wanted:
        say(f"== {group} ==")
        try:
            measured = asyncio.run(GROUPS[group]())
        except Exception:  # noqa: BLE001 - the other groups are measured all the same
            traceback.print_exc()
            failed.append(group)
            continue
        for key, number in measured.items():
            raw = f" (raw {number.raw:.3f})" if number.raw is not None else ""
            say(f"  {key} = {number.value:.3f} {number.unit}{raw}, n={number.n}")
        numbers |= measured
    write(numbers)
    say(f"written to {OUTPUT}; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
