"""How is a day lived and judged from beginning to end? Prepare, live, read, compare."""

from collections.abc import Callable
from typing import Any

from provisioning.nation.live.account import account
from provisioning.nation.live.course import live
from provisioning.nation.live.founding import database
from provisioning.nation.live.plane import running
from provisioning.nation.live.results import results
from provisioning.nation.live.schedule import Asked, schedule


async def lived(asked: Asked, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything that the report tells; the system is started for it and gone afterwards."""
    plan = schedule(asked)
    say(
        f"{len(plan.day.visitors)} visitors, {len(plan.day.rooms)} booths and "
        f"{len(plan.day.clerks)} clerks; broker and control plane start"
    )
    async with running(plan, say) as plane:
        told = await live(plan, plane, say)
        say(f"it took {told.seconds:.0f} s; the rows are read")
        found = await account(database(plane.state), plan, told.history, told.opened)
    return results(plan, told, found)
