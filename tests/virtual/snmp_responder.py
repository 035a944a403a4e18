"""A small SNMPv2c agent with a printer's life counter (RFC 3805), on pysnmp's own agent side."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.proto.api import v2c
from pysnmp.smi import instrum

from tests.virtual.patience import until

LIFE_COUNT = (1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1)
COUNTER_UNIT = (1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 3, 1, 1)
SHEETS, HOURS = 8, 11


class _Counter(instrum.AbstractMibInstrumController):  # type: ignore[misc] # pysnmp has no types
    def __init__(self, life_count: Callable[[], int], unit: int) -> None:
        self._life_count = life_count
        self._unit = unit

    def read_variables(self, *asked: Any, **_: Any) -> list[tuple[Any, Any]]:
        return [(name, self._value(tuple(name))) for name, _ in asked]

    def _value(self, name: tuple[int, ...]) -> Any:
        if name == LIFE_COUNT:
            return v2c.Counter32(self._life_count())
        return v2c.Integer32(self._unit) if name == COUNTER_UNIT else v2c.NoSuchObject()


@asynccontextmanager
async def snmp_responder(
    life_count: Callable[[], int], *, unit: int = SHEETS
) -> AsyncIterator[int]:
    """Gives the UDP port on which the counter can be read with the community ``public``."""
    snmp = engine.SnmpEngine()
    transport = udp.UdpAsyncioTransport().open_server_mode(("127.0.0.1", 0))
    config.add_transport(snmp, udp.DOMAIN_NAME, transport)
    config.add_v1_system(snmp, "area", "public")
    config.add_vacm_user(snmp, 2, "area", "noAuthNoPriv", (1, 3, 6, 1), (1, 3, 6, 1))
    where = context.SnmpContext(snmp)
    where.unregister_context_name(v2c.OctetString(""))
    where.register_context_name(v2c.OctetString(""), _Counter(life_count, unit))
    cmdrsp.GetCommandResponder(snmp, where)
    await until(lambda: transport.transport is not None, 5)
    try:
        yield int(transport.transport.get_extra_info("sockname")[1])
    finally:
        snmp.close_dispatcher()
