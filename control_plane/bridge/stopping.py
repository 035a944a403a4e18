"""Were we told to stop, although a library swallowed it?"""

import asyncio


def heed_cancellation() -> None:
    """Raise what was lost; for loops that await publications.

    `asyncio.wait_for` before Python 3.12, on which aiomqtt builds, forgets a cancellation that
    comes together with the result (gh-86296).
    """
    current = asyncio.current_task()
    if current is not None and current.cancelling():
        raise asyncio.CancelledError
