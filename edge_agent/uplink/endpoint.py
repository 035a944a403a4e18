"""How does the identity stay fresh while the agent runs, and how are catalogues fetched?"""

import asyncio
from contextlib import suppress
from pathlib import Path

import structlog

from edge_agent.clock import Clock
from edge_agent.errors import ConfigurationError, Offline
from edge_agent.uplink import enrolment, tls
from edge_agent.uplink.connection import Address
from edge_agent.uplink.identity import Identity
from shared.twin import Catalogue

log = structlog.get_logger()

LOOK_EVERY_S = 6 * 3600.0
LOOK_AGAIN_S = 60.0  # the least pause, also when somebody signs with a key we do not know


class Endpoint:
    """The device's identity as it holds now, renewed at 20 of its 30 days."""

    def __init__(self, identity: Identity, *, state_dir: Path, clock: Clock) -> None:
        self.identity = identity
        self._state_dir = state_dir
        self._clock = clock
        self._stale = asyncio.Event()

    def keys_unknown(self) -> None:
        """Somebody signed with a key that is not in our bundle: it may have been rotated."""
        self._stale.set()

    def address(self) -> Address:
        """Where the broker is, with our newest certificate."""
        trust = self.identity.trust
        return Address(
            host=trust.mqtt.host,
            port=trust.mqtt.port,
            device=trust.device,
            tls=tls.context(
                service_ca_pem=trust.bundle.service_ca_pem,
                clock=self._clock,
                pem=self.identity.pem,
            ),
        )

    async def fetch(self, sha256: str) -> Catalogue:
        """`ports.Catalogues`."""
        return await enrolment.fetch_catalogue(self.identity, sha256, clock=self._clock)

    async def run(self) -> None:
        """Look now and then; a failure is tried again, long before the certificate ends."""
        while True:
            pause = await self._look()
            # A flood of forged orders must not make us hammer the endpoint.
            await asyncio.sleep(LOOK_AGAIN_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause - LOOK_AGAIN_S):
                    await self._stale.wait()
            self._stale.clear()

    async def _look(self) -> float:
        try:
            self.identity = await enrolment.refresh_trust(
                self.identity, state_dir=self._state_dir, clock=self._clock
            )
            if enrolment.due_for_renewal(self.identity, now=self._clock.now()):
                self.identity = await enrolment.renew(
                    self.identity, state_dir=self._state_dir, clock=self._clock
                )
                log.info("certificate renewed", until=self.identity.not_after.isoformat())
        except (Offline, ConfigurationError) as trouble:
            log.warning("the identity could not be refreshed", reason=str(trouble))
            return 2 * LOOK_AGAIN_S
        return LOOK_EVERY_S
