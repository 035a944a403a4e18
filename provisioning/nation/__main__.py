"""What is simulated, and where do the results go? `python -m provisioning.nation --seed 1`."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from provisioning.nation.live.day import lived
from provisioning.nation.live.schedule import Asked
from provisioning.nation.report import page
from provisioning.nation.results import results

POINTS, POINTS_LIVE = 300, 30
LONGEST_MINUTES = 60.0


def main() -> int:
    """Write the data and the page; 1 when a live day was not what the simulator's was."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.nation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=3, help="in virtual time")
    parser.add_argument("--points", type=int, help=f"{POINTS} in virtual time, {POINTS_LIVE} live")
    parser.add_argument("--into", type=Path, default=Path("build"))
    live = parser.add_argument_group("on the running system, over real MQTT and HTTP")
    live.add_argument("--live", action="store_true", help="the first hours of one full day")
    live.add_argument("--speed", type=float, default=60.0, help="times as fast as the clock")
    live.add_argument(
        "--minutes", type=float, default=1.5, help="of the clock, while doors are open"
    )
    live.add_argument("--volumes", type=float, default=1.0, help="share of the year 2030's volumes")
    live.add_argument("--clerk-use", type=float, default=0.8, help="planned: less is more clerks")
    live.add_argument("--booth-use", type=float, default=0.7, help="planned: less is more booths")
    asked = parser.parse_args()
    points = asked.points or (POINTS_LIVE if asked.live else POINTS)
    if asked.days < 1 or points < 1:
        parser.error("at least one day and one point")
    if not asked.live:
        _write(asked.into, "simulation", results(asked.seed, asked.days, points))
        return 0
    if asked.minutes > LONGEST_MINUTES:
        parser.error(f"at most {LONGEST_MINUTES:g} minutes")
    try:
        wanted = Asked(
            seed=asked.seed,
            points=points,
            of_volumes=asked.volumes,
            speed=asked.speed,
            minutes=asked.minutes,
            clerk_use=asked.clerk_use,
            booth_use=asked.booth_use,
        )
    except ValueError as error:
        parser.error(str(error))
    try:
        found = asyncio.run(_until_stopped(wanted))
    except (asyncio.CancelledError, KeyboardInterrupt):
        say("stopped: nothing is written")
        return 1
    _write(asked.into, "simulation-live", found)
    told = found["live"]
    for words in told["differences"]:
        say(f"not the same story: {words}")
    return 0 if told["drained"] and told["audit"]["clean"] and not told["differences"] else 1


async def _until_stopped(wanted: Asked) -> dict[str, Any]:
    """A day that is ended by a signal leaves neither processes nor files behind."""
    this = asyncio.current_task()
    if this is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    return await lived(wanted, say)


def _write(into: Path, name: str, found: dict[str, Any]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    data, report = into / f"{name}.json", into / f"{name}.html"
    data.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    report.write_text(page(found), encoding="utf-8")
    say(f"written: {data}, {report}")


def say(line: str) -> None:
    """One line on the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
