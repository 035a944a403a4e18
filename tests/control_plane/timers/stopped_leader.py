"""A replica that leads and writes every tenth of a second until it is told that it does not."""

import asyncio
import sys

from control_plane.clock import SystemClock
from control_plane.database import Tx, open_store
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.timers.leadership import Deposed, Leadership

SCOPE = Scope.system("timers")


async def lead(url: str) -> None:
    store = open_store(url)
    clock = SystemClock()
    leadership = Leadership(store, clock, SCOPE)

    def write(tx: Tx) -> None:
        audit.record(tx, SCOPE, "led", subject="first", now=clock.now())

    try:
        assert await leadership.held()
        while True:
            # It does not look at its lease: only the fence can stop it.
            await leadership.run(write)
            _say("led")
            await asyncio.sleep(0.1)
    except Deposed:
        _say("deposed")
    finally:
        await store.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(lead(sys.argv[1]))
