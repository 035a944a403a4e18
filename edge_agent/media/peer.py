"""What is one connection to the clerk, from its offer to its end?

Answered once and never negotiated again: a connection that fails is replaced by the next
attempt. ICE servers are always the visit's own, since the library's default is a stranger's.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aioice.ice
import structlog
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from edge_agent.media.camera_track import CameraTrack, LatestPicture
from edge_agent.media.sdp import only_sha256
from shared.documents import CONTROL, DOCUMENTS
from shared.rooms import Signal
from shared.visits import PrepareVisit

log = structlog.get_logger()

GATHER_S = 8.0
_host_addresses = aioice.ice.get_host_addresses


def allow_loopback() -> None:
    """For tests and the demo: aioice leaves 127.0.0.1 out of its candidates, without a setting."""

    def with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001 - as aioice calls it
        return [*_host_addresses(use_ipv4, use_ipv6), *(["127.0.0.1"] if use_ipv4 else [])]

    aioice.ice.get_host_addresses = with_loopback


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears what happens on a connection; called at once, never for a closed one."""

    control_open: Callable[[], None]
    control: Callable[[str], None]
    documents_open: Callable[[], None]
    document: Callable[[bytes], None]
    failed: Callable[[], None]


class Peer:
    """One attempt."""

    def __init__(self, visit: PrepareVisit, pictures: LatestPicture, listener: Listener) -> None:
        policy = RTCIceTransportPolicy.RELAY if visit.relay_only else RTCIceTransportPolicy.ALL
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[
                    RTCIceServer(list(one.urls), one.username or None, one.credential or None)
                    for one in visit.ice_servers
                ],
                iceTransportPolicy=policy,
                # With MAX_BUNDLE aiortc loses the candidates of all but the last section.
                bundlePolicy=RTCBundlePolicy.BALANCED,
            )
        )
        self._pictures = pictures
        self._listener = listener
        self._control: RTCDataChannel | None = None
        self._documents: RTCDataChannel | None = None
        self._track: CameraTrack | None = None
        self._closed = False
        self._connection.on("datachannel", self._channel)
        self._connection.on("connectionstatechange", self._changed)

    @property
    def connected(self) -> bool:
        """Is the control channel open?"""
        return self._control is not None and self._control.readyState == "open"

    async def answer(self, offer: str, *, has_camera: bool) -> str:
        """Our answer to an offer that was proven, with every candidate in it."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for transceiver in self._connection.getTransceivers():
            sends = has_camera and transceiver.kind == "video"
            transceiver.direction = "sendonly" if sends else "inactive"
        answer = await self._connection.createAnswer()
        async with asyncio.timeout(GATHER_S):
            await self._connection.setLocalDescription(answer)
        return only_sha256(self._connection.localDescription.sdp)

    async def take_candidate(self, signal: Signal) -> None:
        """One more way to reach the clerk; one that cannot be read is no way."""
        if not signal.candidate:
            return
        try:
            candidate = candidate_from_sdp(signal.candidate.removeprefix("candidate:"))
        except (ValueError, IndexError, AssertionError):
            log.info("a candidate could not be read")
            return
        candidate.sdpMid = signal.sdp_mid
        await self._connection.addIceCandidate(candidate)

    def show_camera(self) -> None:
        """Let the picture flow; the connection was negotiated for it already."""
        if self._track is not None or self._closed:
            return
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "video" and transceiver.direction == "sendonly":
                self._track = CameraTrack(self._pictures)
                transceiver.sender.replaceTrack(self._track)
                return

    def say(self, text: str) -> None:
        """On the control channel, if it is open."""
        if self._control is not None and self._control.readyState == "open":
            self._control.send(text)

    def send(self, message: bytes) -> None:
        """On the documents channel, if it is open."""
        if self._documents is not None and self._documents.readyState == "open":
            self._documents.send(message)

    async def drained(self, *, above: int, to: int) -> bool:
        """Wait while more than ``above`` bytes are on their way, until ``to``; False: closed."""
        channel = self._documents
        if channel is None or channel.readyState != "open":
            return False
        if channel.bufferedAmount <= above:
            return True
        channel.bufferedAmountLowThreshold = to
        low = asyncio.Event()
        channel.once("bufferedamountlow", low.set)
        channel.once("close", low.set)
        await low.wait()
        return channel.readyState == "open"

    async def close(self) -> None:
        """Over; nobody is told any more."""
        self._closed = True
        if self._track is not None:
            self._track.stop()
        # Shielded: cancelling the wait would cancel the library's own closing half-way.
        await asyncio.shield(self._connection.close())

    def _channel(self, channel: RTCDataChannel) -> None:
        match channel.label:
            case name if name == CONTROL and self._control is None:
                self._control = channel
                channel.on("message", self._hear_control)
                self._listener.control_open()
            case name if name == DOCUMENTS and self._documents is None:
                self._documents = channel
                channel.on("message", self._hear_document)
                self._listener.documents_open()
            case _:
                channel.close()

    def _hear_control(self, message: Any) -> None:
        if not self._closed and isinstance(message, str):
            self._listener.control(message)

    def _hear_document(self, message: Any) -> None:
        if not self._closed and isinstance(message, bytes):
            self._listener.document(message)

    def _changed(self) -> None:
        if not self._closed and self._connection.connectionState in {"failed", "closed"}:
            self._listener.failed()
