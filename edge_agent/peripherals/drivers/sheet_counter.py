"""How many sheets came out, and can the count be trusted?

First the printer's own life counter by SNMP (RFC 3805: prtMarkerLifeCount), if one is named.
Else the job's sheets by IPP, while the printer's uuid and up-time prove that it is the same run
of the same printer as when the job began: a printer that was killed and started again in the
middle makes CUPS say *completed* all the same. Else nothing is known.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge_agent.peripherals.drivers.ipp_query import NoAnswer, PrinterWord, ask_job, ask_printer

_LIFE_COUNT = "1.3.6.1.2.1.43.10.2.1.4.1.1"
_COUNTER_UNIT = "1.3.6.1.2.1.43.10.2.1.3.1.1"
_IMPRESSIONS, _SHEETS = 7, 8
_UP_TIME_SLACK_S = 2.0
_ASK_S = 2.0


@dataclass(frozen=True, slots=True)
class SnmpAddress:
    """Where the printer's counter is read."""

    host: str
    udp_port: int
    community: str


@dataclass(frozen=True, slots=True)
class Before:
    """What was known when the job began."""

    life_count: int | None
    printer: PrinterWord | None
    at: float  # monotonic


class SheetCounter:
    """One for a printer; asked before and after each job."""

    def __init__(
        self, *, snmp: SnmpAddress | None, settle_s: float, monotonic: Callable[[], float]
    ) -> None:
        self._snmp = snmp
        self._settle_s = settle_s  # counters and job histories come late
        self._monotonic = monotonic

    async def before(self, printer_uri: str | None) -> Before:
        """Read what the count will be compared with."""
        life_count = await read_life_count(self._snmp) if self._snmp else None
        printer = await _asked(printer_uri) if printer_uri else None
        return Before(life_count=life_count, printer=printer, at=self._monotonic())

    async def count(
        self, before: Before, *, printer_uri: str | None, name: str, expected: int, told: int | None
    ) -> int | None:
        """The sheets of a finished job; ``told`` is what CUPS believes."""
        if self._snmp and before.life_count is not None:
            return await self._by_life_count(self._snmp, before.life_count, expected=expected)
        if printer_uri is None or before.printer is None:
            return None
        after = await _asked(printer_uri)
        elapsed = self._monotonic() - before.at
        if after is None or not same_run(before.printer, after, elapsed_s=elapsed):
            return None
        return await self._by_job(printer_uri, name, expected=expected, told=told)

    async def _by_life_count(self, snmp: SnmpAddress, start: int, *, expected: int) -> int | None:
        ends = self._monotonic() + self._settle_s
        while True:
            now = await read_life_count(snmp)
            if now is None or now - start >= expected or self._monotonic() >= ends:
                break
            await asyncio.sleep(0.5)
        # A counter that went back is another printer's.
        return None if now is None or now < start else now - start

    async def _by_job(
        self, printer_uri: str, name: str, *, expected: int, told: int | None
    ) -> int | None:
        ends = self._monotonic() + self._settle_s
        while True:
            try:
                word = await asyncio.to_thread(ask_job, printer_uri, name, timeout_s=_ASK_S)
            except NoAnswer:
                return told  # it cannot be asked for its jobs; it is the same run all the same
            if word is None:
                return None  # it knows nothing of our job: whatever CUPS believes is a guess
            if word.sheets is None:
                return told
            if word.sheets >= expected or self._monotonic() >= ends:
                return word.sheets
            await asyncio.sleep(0.5)


def same_run(before: PrinterWord, after: PrinterWord, *, elapsed_s: float) -> bool:
    """Is it the same printer, and was it on all the time between?"""
    if before.up_time_s is None or after.up_time_s is None:
        return False
    grown = after.up_time_s - before.up_time_s
    same = bool(before.uuid) and before.uuid == after.uuid
    return same and grown >= elapsed_s - _UP_TIME_SLACK_S


async def _asked(printer_uri: str) -> PrinterWord | None:
    try:
        return await asyncio.to_thread(ask_printer, printer_uri, timeout_s=_ASK_S)
    except NoAnswer:
        return None


async def read_life_count(address: SnmpAddress) -> int | None:
    """The sheets (or impressions: we print on one side) that the printer made in its life."""
    from pysnmp.hlapi.v3arch.asyncio import (  # noqa: PLC0415 - an idle agent must not carry it
        CommunityData,
        ContextData,
        ObjectIdentity,
        ObjectType,
        SnmpEngine,
        UdpTransportTarget,
        get_cmd,
    )

    engine = SnmpEngine()
    try:
        target = await UdpTransportTarget.create(
            (address.host, address.udp_port), timeout=1, retries=1
        )
        asked = [ObjectType(ObjectIdentity(oid)) for oid in (_LIFE_COUNT, _COUNTER_UNIT)]
        error, status, _, bound = await get_cmd(
            engine,
            CommunityData(address.community, mpModel=1),  # noqa: S508 - reads a public counter
            target,
            ContextData(),
            *asked,
            lookupMib=False,
        )
    finally:
        engine.close_dispatcher()
    if error or status:
        return None
    life_count, unit = (_integer(value) for _, value in bound)
    return life_count if unit in {_IMPRESSIONS, _SHEETS} else None


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
