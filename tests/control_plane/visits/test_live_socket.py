"""A page that does not read is dropped with a code of its own, and delays nobody."""

import asyncio
from typing import cast

import pytest
from starlette.websockets import WebSocket

from control_plane.visits.live_socket import TOO_SLOW, Over, Page


class Stalled:
    """A socket whose other end takes nothing, or nothing but the goodbye."""

    def __init__(self, *, takes_goodbye: bool) -> None:
        self.closed_with: int | None = None
        self._takes_goodbye = takes_goodbye

    async def send_text(self, _text: str) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int) -> None:
        self.closed_with = code
        if not self._takes_goodbye:
            await asyncio.Event().wait()


@pytest.mark.parametrize("takes_goodbye", [True, False])
async def test_a_page_that_takes_no_snapshot_is_dropped(takes_goodbye: bool) -> None:  # noqa: FBT001
    stalled = Stalled(takes_goodbye=takes_goodbye)
    page = Page(cast("WebSocket", stalled), patience_s=0.05)
    async with asyncio.timeout(5):
        with pytest.raises(Over):
            await page.show("{}")
    assert stalled.closed_with == TOO_SLOW
