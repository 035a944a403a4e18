"""What is simulated, and where do the results go? `python -m provisioning.nation --seed 1`."""

import argparse
import json
import sys
from pathlib import Path

from provisioning.nation.report import page
from provisioning.nation.results import results


def main() -> None:
    """Write `simulation.json` and `simulation.html`."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.nation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--points", type=int, default=300)
    parser.add_argument("--into", type=Path, default=Path("build"))
    asked = parser.parse_args()
    if asked.days < 1 or asked.points < 1:
        parser.error("at least one day and one point")
    found = results(asked.seed, asked.days, asked.points)
    asked.into.mkdir(parents=True, exist_ok=True)
    data, report = asked.into / "simulation.json", asked.into / "simulation.html"
    data.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    report.write_text(page(found), encoding="utf-8")
    sys.stdout.write(f"written: {data}, {report}\n")


if __name__ == "__main__":
    main()
