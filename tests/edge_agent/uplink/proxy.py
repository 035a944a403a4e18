"""A TCP path between device and broker that a test can cut, or turn into a black hole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Path:
    """Forwards bytes; `hole` swallows them while the connection stays open."""

    def __init__(self) -> None:
        self.port = 0
        self.hole = False
        self.refuses = False
        self._writers: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        """End every connection."""
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: int
    ) -> None:
        if self.refuses:
            writer.close()
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", to)
        self._writers += [writer, there_writer]
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not self.hole:
                    writer.write(data)
                    await writer.drain()
            writer.close()


@asynccontextmanager
async def path_to(port: int) -> AsyncIterator[Path]:
    """A path to a local port."""
    path = Path()
    server = await asyncio.start_server(
        lambda reader, writer: path.serve(reader, writer, port), "127.0.0.1", 0
    )
    path.port = server.sockets[0].getsockname()[1]
    async with server:
        try:
            yield path
        finally:
            path.cut()
