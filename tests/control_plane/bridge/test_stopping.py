"""Does a loop stop, although what it awaited swallowed the word to stop?"""

import asyncio

from control_plane.bridge.stopping import heed_cancellation


async def swallows() -> None:
    """As a library that forgets a cancellation."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        return


async def works_for_ever() -> None:
    while True:
        await swallows()
        heed_cancellation()


async def test_a_swallowed_cancellation_is_heeded() -> None:
    task = asyncio.get_running_loop().create_task(works_for_ever())
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(1):
        await asyncio.wait([task])
    assert task.cancelled()


async def test_whoever_was_not_told_goes_on() -> None:
    heed_cancellation()
