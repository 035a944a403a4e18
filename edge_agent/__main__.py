"""How does the agent start and stop as a process? ``python -m edge_agent``."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module

from edge_agent.errors import ConfigurationError

EX_CONFIG = 78  # sysexits.h: systemd need not try again

# Libraries import these if they are there: DNS lookups for SRV records (paho), coloured
# tracebacks (structlog). An agent that idles for months would carry 6 MB for nothing.
_UNUSED = ("dns", "rich", "greenlet")


def main() -> int:
    """Run until SIGTERM or SIGINT; EX_CONFIG when the device is not set up."""
    _import_lightly()
    _write_logs()
    code = 0
    try:
        asyncio.run(_until_told())
    except* ConfigurationError as troubles:
        sys.stderr.write(f"etapiste-agent: {_first(troubles)}\n")
        code = EX_CONFIG
    return code


def _import_lightly() -> None:
    absent = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: not importable
    # aiohttp reads every public CA at its import (2 MB); the agent believes our own CA only.
    authorities = os.environ.get("SSL_CERT_FILE")  # noqa: TID251 - put back below
    os.environ["SSL_CERT_FILE"] = os.devnull  # noqa: TID251
    try:
        for library in ("aiomqtt", "structlog", "aiohttp"):
            import_module(library)
    finally:
        for name in absent:
            del sys.modules[name]
        del os.environ["SSL_CERT_FILE"]  # noqa: TID251
        if authorities is not None:
            os.environ["SSL_CERT_FILE"] = authorities  # noqa: TID251


def _first(troubles: BaseException) -> BaseException:
    while isinstance(troubles, BaseExceptionGroup):
        troubles = troubles.exceptions[0]
    return troubles


async def _until_told() -> None:
    from edge_agent.agent import live  # noqa: PLC0415 - after `_import_lightly`
    from edge_agent.settings import Settings, SystemdSettings  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: task.cancel() if task else None)
    with suppress(asyncio.CancelledError):
        await live(Settings(), SystemdSettings())


def _write_logs() -> None:
    import structlog  # noqa: PLC0415 - after `_import_lightly`

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    # Libraries name topics and peers in theirs; what matters of it we say ourselves.
    logging.getLogger("mqtt").setLevel(logging.CRITICAL)
    logging.getLogger("aiohttp").setLevel(logging.ERROR)


if __name__ == "__main__":
    sys.exit(main())
