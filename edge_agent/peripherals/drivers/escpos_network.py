"""How does a receipt printer on the network print a number and tell how it is?

ESC/POS over TCP; tickets by python-escpos. The library takes a silent printer for one with
plenty of paper, so the status is asked here byte by byte: an empty reply is *unknown*.
"""

import asyncio
import socket
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from edge_agent.errors import PeripheralError
from edge_agent.ports import TicketSlip
from shared.telemetry import Condition, Port

T = TypeVar("T")

# Real-time status (DLE EOT n) is answered at once, also in trouble. GS r waits in the buffer
# behind what is to be printed: its answer tells that the paper is out.
_ASK_OFFLINE_CAUSE = b"\x10\x04\x02"
_ASK_PAPER = b"\x10\x04\x04"
_ASK_WHEN_DONE = b"\x1dr\x01"
# Every DLE EOT answer is 0b0xx1xx10; anything else is not from a printer.
_FIXED_BITS, _FIXED = 0b1001_0011, 0b0001_0010
_COVER_OPEN, _PAPER_STOP, _ERROR = 0x04, 0x20, 0x40
_PAPER_OUT, _PAPER_LOW = 0x60, 0x0C

_STATUS_S = 2.5  # the port promises an answer within 3 s


class EscposNetworkTicketPrinter:
    """One connection for each ticket or question: such printers serve one at a time."""

    port = Port.TICKET_PRINTER
    simulated = False

    def __init__(
        self,
        *,
        host: str,
        tcp_port: int = 9100,
        timeout_s: float = 2.0,
        done_within_s: float = 8.0,
        columns: int = 42,
    ) -> None:
        self._host, self._tcp_port = host, tcp_port
        self._timeout_s = timeout_s
        self._done_within_s = done_within_s
        self._columns = columns
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="escpos")
        self._printing = asyncio.Lock()

    async def status(self) -> Condition:
        """As the printer tells it; *busy* while a ticket of ours comes out."""
        if self._printing.locked():
            return Condition.BUSY
        try:
            async with asyncio.timeout(_STATUS_S):
                return await self._in_thread(self._ask)
        except TimeoutError:
            return Condition.UNKNOWN
        except PeripheralError as trouble:
            return Condition(trouble.reason)

    async def print_ticket(self, slip: TicketSlip) -> None:
        """Print and cut; back when the printer has said that it is done."""
        async with self._printing:
            await self._in_thread(lambda: self._print(slip))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _ask(self) -> Condition:
        with self._connected() as line:
            return _condition(line)

    def _print(self, slip: TicketSlip) -> None:
        from escpos.printer import Network  # noqa: PLC0415 - an idle agent must not carry it

        with self._connected() as line:
            before = _condition(line)
            if before not in {Condition.READY, Condition.PAPER_LOW}:
                raise PeripheralError(before)
            # The library's own way to connect forgets the socket when nobody answers.
            printer = Network(self._host, port=self._tcp_port, timeout=self._timeout_s)
            printer.device = line
            _write(printer, slip, columns=self._columns)
            line.settimeout(self._done_within_s)
            answer = _answer(line, _ASK_WHEN_DONE)
            line.settimeout(self._timeout_s)
            if answer is None:
                # It stands still in the middle: by real-time status it can still tell why.
                after = _condition(line)
                raise PeripheralError(Condition.UNKNOWN if after is Condition.READY else after)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        address = (self._host, self._tcp_port)
        try:
            with socket.create_connection(address, timeout=self._timeout_s) as line:
                yield line
        except OSError:
            raise PeripheralError(Condition.UNPLUGGED) from None

    async def close(self) -> None:
        """No connection outlives its ticket."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _write(printer: Any, slip: TicketSlip, *, columns: int) -> None:
    printer.hw("INIT")
    # Left to itself the library chooses a code page for the euro that few printers have.
    printer.charcode("CP858")
    printer.set(align="center", bold=True, normal_textsize=True)
    printer.textln(slip.point_name)
    printer.ln()
    printer.set(custom_size=True, width=6, height=6)
    printer.textln(str(slip.number))
    printer.set(bold=False, normal_textsize=True)
    printer.ln()
    printer.textln(slip.printed_at)
    for line in slip.lines:
        for part in textwrap.wrap(line, columns) or [""]:
            printer.textln(part)
    printer.cut()


def _condition(line: socket.socket) -> Condition:
    cause = _answer(line, _ASK_OFFLINE_CAUSE)
    paper = _answer(line, _ASK_PAPER)
    if cause is None or paper is None or not (_is_status(cause) and _is_status(paper)):
        return Condition.UNKNOWN
    if cause & _COVER_OPEN:
        return Condition.COVER_OPEN
    if cause & _PAPER_STOP or paper & _PAPER_OUT:
        return Condition.PAPER_OUT
    if cause & _ERROR:
        return Condition.FAILED
    return Condition.PAPER_LOW if paper & _PAPER_LOW else Condition.READY


def _answer(line: socket.socket, question: bytes) -> int | None:
    """The last byte of the answer; None when the printer keeps silent."""
    line.sendall(question)
    try:
        answer = line.recv(16)
    except TimeoutError:
        return None
    return answer[-1] if answer else None


def _is_status(answer: int) -> bool:
    return answer & _FIXED_BITS == _FIXED
