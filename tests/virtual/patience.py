"""Waiting for what happens outside of this process, and so rings no bell."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], within_s: float) -> None:
    """Until it holds, or `TimeoutError`."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - see the first line
            await asyncio.sleep(0.02)
