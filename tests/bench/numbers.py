"""How is a measured number told? A value with its raw ceiling, its runs and a note."""

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Number:
    """One key of `bench.json`."""

    value: float
    unit: str
    n: int
    raw: float | None = None
    note: str = ""


Numbers = dict[str, Number]


def percentile(samples: Sequence[float], percent: float) -> float:
    """The sample below which ``percent`` of them lie, by the nearest rank."""
    ordered = sorted(samples)
    rank = max(1, -(-len(ordered) * percent // 100))  # rounded up, from 1
    return ordered[int(rank) - 1]


def median(samples: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(samples)


def machine() -> dict[str, Any]:
    """What these numbers were measured on."""
    memory = next(
        line.split()[1]
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = next(
        (line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if "model name" in line),
        platform.machine(),
    )
    return {
        "cores": cpuinfo.count("processor\t"),
        "model": model,
        "memory_mb": int(memory) // 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def write(numbers: Numbers) -> None:
    """Merge into `build/bench.json`: a group that did not run keeps no stale number of its own."""
    OUTPUT.parent.mkdir(exist_ok=True)
    told = {
        key: {**asdict(number), "value": round(number.value, 3)} for key, number in numbers.items()
    }
    OUTPUT.write_text(json.dumps({"_machine": machine(), **told}, indent=2) + "\n")
