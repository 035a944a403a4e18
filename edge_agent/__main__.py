"""How does the agent start and stop as a process? ``python -m edge_agent``."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

from edge_agent.errors import ConfigurationError

EX_CONFIG = 78  # sysexits.h: systemd need not try again

# An agent idles for months on end: what follows would cost it 10 MB for nothing.
# Libraries import these if they are there: DNS lookups for SRV records and SOCKS (paho), coloured
# tracebacks and greenlets (structlog), archives (shutil).
_UNUSED = ("dns", "socks", "rich", "greenlet", "bz2", "lzma")
# Of these they want a name or two that nobody calls here.
_NAMES_ONLY: dict[str, dict[str, Any]] = {
    # pydantic asks all installed packages for plugins, with readers of archives (1.3 MB).
    "importlib.metadata": {"entry_points": lambda **_: ()},
    # The environment's proxies, which the agent does not believe in, and a second client (0.9 MB).
    "urllib.request": {"getproxies": dict, "proxy_bypass": bool},
    # aiohttp's own command line (0.4 MB).
    "argparse": {"ArgumentParser": None},
}
_WHILE_IMPORTING = {
    # aiohttp reads every public CA (2 MB); the agent believes our own CA only.
    "SSL_CERT_FILE": os.devnull,
    # aiohttp's list of signal handlers, in C++, loads that language's run-time library (1 MB).
    "FROZENLIST_NO_EXTENSIONS": "1",
    # Where time zones lie; to find out, zoneinfo reads all of how Python was built (0.2 MB).
    "PYTHONTZPATH": "/usr/share/zoneinfo",
}
_LIBRARIES = ("aiomqtt", "structlog", "aiohttp.web", "shared.envelope")


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
    environment = os.environ  # noqa: TID251 - a library's switches, put back below
    before = {name: environment.get(name) for name in _WHILE_IMPORTING}
    environment.update(_WHILE_IMPORTING)
    absent: dict[str, Any] = {
        **{name: _module(name, names) for name, names in _NAMES_ONLY.items()},
        **dict.fromkeys(_UNUSED),
    }  # None: not importable
    absent = {name: instead for name, instead in absent.items() if name not in sys.modules}
    sys.modules.update(absent)
    try:
        for library in _LIBRARIES:
            import_module(library)
    finally:
        for name in absent:
            del sys.modules[name]
        for name, value in before.items():
            del environment[name]
            if value is not None:
                environment[name] = value


def _module(name: str, names: dict[str, Any]) -> ModuleType:
    instead = ModuleType(name)
    instead.__dict__.update(names)
    return instead


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
