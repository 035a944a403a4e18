"""Who carries webhooks to the contact centres? One round of it; `timers` says which replica."""

import asyncio
import functools
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

import httpx
import structlog

from control_plane.clock import Clock
from control_plane.database import Store, Tx
from control_plane.presence import webhook_queries as webhooks
from control_plane.presence.operations.leases import JOURNEY
from control_plane.presence.rules.deliveries import Outcome, may_send_to, outcome
from control_plane.presence.rules.signatures import headers
from control_plane.presence.webhook_queries import Due

PATIENCE_S = 5.0
# An endpoint that does not answer is left alone for so long before the next message is tried.
REST = timedelta(seconds=5)

# The secret of an integration's endpoint, of a generation.
Secret = Callable[[UUID, int], bytes]

log = structlog.get_logger()


def client() -> httpx.AsyncClient:
    """What webhooks are sent with: no redirection is followed and no proxy is asked for."""
    return httpx.AsyncClient(
        verify=_trusted(),
        timeout=PATIENCE_S,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "Etapiste-Webhooks"},
    )


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whom the machine trusts; reading that takes a while."""
    return httpx.create_ssl_context(trust_env=False)


class Sender:
    """Signs and sends what is due; an answer is its status, and nothing of it is read."""

    def __init__(
        self, store: Store, clock: Clock, *, secret: Secret, http: httpx.AsyncClient, secure: bool
    ) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._http = http
        self._secure = secure

    async def send_due(self) -> bool:
        """Send what is due; False when there was nothing."""
        now = self._clock.now()
        due = await self._store.run(lambda tx: webhooks.claim(tx, JOURNEY, now))
        ways = [list(group) for _, group in groupby(sorted(due, key=_way), key=_way)]
        async with asyncio.TaskGroup() as tasks:
            for way in ways:
                tasks.create_task(self._send_in_order(way))
        return bool(due)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def next_at(self) -> datetime | None:
        """When there will be something to send."""
        return await self._store.read(lambda tx: webhooks.next_at(tx, JOURNEY))

    async def _send_in_order(self, messages: list[Due]) -> None:
        for place, message in enumerate(messages):
            status = await self._send(message)
            now = self._clock.now()
            if status is not None:
                await self._settle(message, status, now)
                continue
            await self._store.run(functools.partial(_pause, unanswered=messages[place:], now=now))
            return

    async def _settle(self, message: Due, status: int, now: datetime) -> None:
        match outcome(status):
            case Outcome.DELIVERED:
                await self._store.run(
                    lambda tx: webhooks.delivered(tx, JOURNEY, message.id, status, now)
                )
            case Outcome.FAILED:
                await self._store.run(lambda tx: webhooks.failed(tx, JOURNEY, message.id, status))
            case Outcome.GONE:
                log.warning("webhook endpoint is gone", integration=str(_way(message)))
                await self._store.run(
                    lambda tx: webhooks.mark_gone(tx, JOURNEY, message.endpoint.integration_id, now)
                )

    async def _send(self, message: Due) -> int | None:
        """The answer's status; None when there was none."""
        endpoint = message.endpoint
        if not may_send_to(endpoint.url, secure=self._secure):
            return None
        now = self._clock.now()
        body = message.body.encode()
        secrets = [
            self._secret(endpoint.integration_id, each) for each in endpoint.generations(now)
        ]
        signed = headers(secrets, f"msg_{message.id.hex}", body, now)
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                self._http.stream(
                    "POST",
                    endpoint.url,
                    content=body,
                    headers={"Content-Type": "application/json", **signed},
                ) as answer,
            ):
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            log.info(
                "webhook was not taken",
                integration=str(endpoint.integration_id),
                attempts=message.attempts,
                error=type(error).__name__,
            )
            return None


def _pause(tx: Tx, unanswered: list[Due], now: datetime) -> None:
    """The first of these was not answered, and the others shall wait for a while."""
    webhooks.failed(tx, JOURNEY, unanswered[0].id, None)
    webhooks.give_back(tx, JOURNEY, [each.id for each in unanswered[1:]], now + REST)


def _way(message: Due) -> UUID:
    return message.endpoint.integration_id
