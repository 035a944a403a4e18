"""A receipt printer on TCP that tells the truth: it answers DLE EOT and GS r as it stands.

No rendering: it keeps the bytes and the text of each slip that was cut.
"""

import asyncio
from dataclasses import dataclass, field

_STATUS = 0b0001_0010  # the fixed bits of every DLE EOT answer


@dataclass
class EscposReceiver:
    """Start it with `start`; the switches may be turned at any time."""

    port: int = 0
    paper: bool = True
    paper_low: bool = False
    cover_open: bool = False
    dumb: bool = False  # takes everything, answers nothing
    cut_fails_with: str = ""  # a switch that turns when the next slip is cut
    slips: list[bytes] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _talks: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Unplugged: open connections break too."""
        if self._server is not None:
            self._server.close()
            for talk in list(self._talks):
                talk.transport.abort()
            await self._server.wait_closed()
            self._server = None

    @property
    def texts(self) -> list[str]:
        return [readable(slip) for slip in self.slips]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(writer)
        kept = bytearray()
        try:
            while data := await reader.read(4096):
                kept += data
                kept = self._consume(kept, writer)
        except ConnectionError:
            pass
        finally:
            self._talks.discard(writer)
            writer.close()

    def _consume(self, kept: bytearray, writer: asyncio.StreamWriter) -> bytearray:
        """Answer what is asked in real time, cut what is to be cut, keep the rest."""
        while (asked := kept.find(b"\x10\x04")) >= 0 and len(kept) > asked + 2:
            self._answer(writer, self._real_time(kept[asked + 2]))
            del kept[asked : asked + 3]
        while (cut := kept.find(b"\x1dV")) >= 0 and len(kept) > cut + 2 and self._prints():
            self.slips.append(bytes(kept[:cut]))
            del kept[: cut + 3]
            if self.cut_fails_with:
                setattr(self, self.cut_fails_with, self.cut_fails_with == "cover_open")
                self.cut_fails_with = ""
        # GS r waits behind what is to be printed, and the printer must be on line for it.
        while kept.startswith(b"\x1dr") and len(kept) > 2 and self._prints():
            self._answer(writer, 0x0C if self.paper_low else 0x00)
            del kept[:3]
        return kept

    def _prints(self) -> bool:
        return self.paper and not self.cover_open

    def _answer(self, writer: asyncio.StreamWriter, byte: int) -> None:
        if not self.dumb:
            writer.write(bytes([byte]))

    def _real_time(self, which: int) -> int:
        match which:
            case 1:
                return _STATUS | (0 if self._prints() else 0x08)
            case 2:
                stopped = 0 if self.paper else 0x20
                return _STATUS | (0x04 if self.cover_open else 0) | stopped
            case 4:
                low = 0x0C if self.paper_low or not self.paper else 0
                return _STATUS | low | (0 if self.paper else 0x60)
            case _:
                return _STATUS


def readable(slip: bytes) -> str:
    """The text of a slip in code page 858, without the commands in it."""
    text, at = bytearray(), 0
    lengths = {b"\x1b@": 2, b"\x1b!": 3, b"\x1bt": 3, b"\x1ba": 3, b"\x1bE": 3, b"\x1d!": 3}
    lengths |= {b"\x1bd": 3, b"\x1b-": 3, b"\x1bM": 3, b"\x1b{": 3, b"\x1dB": 3}
    while at < len(slip):
        length = lengths.get(slip[at : at + 2])
        if length is not None:
            at += length
        else:
            text.append(slip[at])
            at += 1
    return text.decode("cp858")
