"""What is left of a connection that was never made? Nothing."""

import asyncio
import gc
import warnings
from contextlib import suppress

from control_plane.bridge.connection import BrokerAddress, Connection, Received
from provisioning.own_ports import own_ports
from tests.mosquitto import Broker

PATIENCE_S = 10


async def test_a_broker_that_dies_in_the_handshake_leaves_no_socket_open(broker: Broker) -> None:
    files = broker.control_plane()
    cut = asyncio.Semaphore(0)

    async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
        cut.release()

    async def hear(_: Received) -> None:
        raise AssertionError("nobody is there who could say anything")

    port = own_ports()
    address = BrokerAddress("localhost", port, files.certificate, files.key, files.chain)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        async with (
            await asyncio.start_server(cut_short, "127.0.0.1", port),
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(Connection(address).run(hear))
            async with asyncio.timeout(PATIENCE_S):
                await cut.acquire()
                await cut.acquire()
            running.cancel()
        gc.collect()
    assert [str(each.message) for each in warned] == []
