"""How is a long history made? ``python -m tests.history --minutes 30``: `make soak`."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.history.course import Plan, run


async def soak(databases: list[str], minutes: float, seed: int) -> bool:
    """Run after run, each with its own seed, until the time is over; False: something is wrong."""
    ends = time.monotonic() + 60 * minutes
    right = True
    while right and time.monotonic() < ends:
        for database in databases:
            folder = Path(tempfile.mkdtemp(prefix=f"history-{seed}-"))
            plan = Plan(operations=10_000, kills=50, at_most_s=900, seed=seed)
            verdict = await run(folder, database=database, plan=plan)
            sys.stdout.write(f"{database}, seed {seed}: {verdict.told()}\n")
            for each in [*verdict.history.oddities, *verdict.findings][:50]:
                sys.stdout.write(f"  {each}\n")
            right = right and not verdict.findings and not verdict.history.oddities
            sys.stdout.write(f"  kept in {folder}\n")
            sys.stdout.flush()
        seed += 1
    return right


def main() -> int:
    """Exit status 1 when a history does not hold."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--minutes", type=float, default=60)
    asks.add_argument("--seed", type=int, default=int(time.time()))
    asks.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    wanted = asks.parse_args()
    databases = wanted.database or ["postgresql", "sqlite"]
    return 0 if asyncio.run(soak(databases, wanted.minutes, wanted.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
