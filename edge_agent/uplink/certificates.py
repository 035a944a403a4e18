"""How does a device make a key and read a certificate? In a child that ends at once.

What it takes, `cryptography`, holds 10 MB, and a device needs it at its enrolment and once in
20 days. The private key comes through a pipe and touches no disk but in the identity.
"""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from edge_agent.errors import ConfigurationError, Offline
from shared.envelope import Wire, WireTime

_CHILD = Path(__file__).with_name("certifier.py")
_LONGEST_S = 20.0


class NewKey(Wire):
    """A private key that was just made here, and the request for its certificate."""

    key_pem: Annotated[str, Field(repr=False)]
    csr_pem: str


class _End(Wire):
    not_after: WireTime


async def new_key(device: str) -> NewKey:
    """A P-256 key, which never leaves this device, and a CSR in PEM."""
    try:
        return NewKey.model_validate_json(await _ask("request", device))
    except ValidationError:
        raise Offline("no_key_made") from None


async def end_of(certificate_pem: str) -> datetime:
    """When a certificate ends, or `ConfigurationError` when it is none."""
    try:
        return _End.model_validate_json(await _ask("end", given=certificate_pem.encode())).not_after
    except ValidationError:
        raise ConfigurationError("the certificate that came cannot be read") from None


async def _ask(*words: str, given: bytes = b"") -> bytes:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(_CHILD), *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            answer, _ = await child.communicate(given)
    except TimeoutError:
        raise Offline("no_time_for_a_key") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return answer
