"""How long from the touch to the printer, and what does one number cost the control plane?"""

import asyncio
import time

from tests.bench.numbers import Number, Numbers, median, percentile
from tests.bench.people import Clerk, Visitor
from tests.bench.ticket_cost import cost
from tests.bench.world import demo
from tests.virtual.escpos_receiver import EscposReceiver

TICKETS = 200
WARM_UP = 10
PAUSE_S = 0.05
PAPER_S = 10
SERVICE = "kela-elake"
PERIPHERALS = """
[ticket_printer]
driver = "escpos-network"
host = "127.0.0.1"
tcp_port = {port}

[document_printer]
driver = "simulated"

[document_camera]
driver = "simulated"
"""


class Stamps(list[bytes]):
    """A printer's tray that knows when each slip was cut."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: asyncio.Queue[float] = asyncio.Queue()

    def append(self, slip: bytes) -> None:
        """A slip is out."""
        super().append(slip)
        self.arrived.put_nowait(time.perf_counter())


async def measure() -> Numbers:
    """`ticket.*`."""
    return {"ticket.touch_to_printer_p99_ms": await touch_to_printer()} | await cost()


async def touch_to_printer() -> Number:
    """The real driver over TCP, to a printer that answers and notes when the slip was cut."""
    tray = Stamps()
    printer = EscposReceiver(slips=tray)
    await printer.start()
    try:
        async with (
            demo(PERIPHERALS.format(port=printer.port)) as world,
            Clerk.on_duty(world.web, world.account("kela")),
            Visitor.at(world, service=SERVICE) as visitor,
        ):
            samples = []
            for _ in range(WARM_UP + TICKETS):
                began = time.perf_counter()
                await visitor.take()
                out = await asyncio.wait_for(tray.arrived.get(), PAPER_S)
                samples.append((out - began) * 1000)
                await asyncio.sleep(PAUSE_S)
    finally:
        await printer.stop()
    measured = samples[WARM_UP:]
    middle = f"median {median(measured):.0f} ms"
    note = f"from the page's message to the cut slip at an ESC/POS printer; {middle}"
    return Number(percentile(measured, 99), "ms", TICKETS, note=note)
