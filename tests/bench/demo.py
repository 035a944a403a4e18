"""How long until the demo is ready, with everything installed and nothing stored?"""

from tests.bench.numbers import Number, Numbers, median
from tests.bench.world import demo

RUNS = 5


async def measure() -> Numbers:
    """`demo.ready_s`."""
    samples = []
    for _ in range(RUNS):
        async with demo() as world:
            samples.append(world.ready_s)
    note = f"median; slowest {max(samples):.1f} s; keys, schema, seed and enrolment are made anew"
    return {"demo.ready_s": Number(median(samples), "s", RUNS, note=note)}
