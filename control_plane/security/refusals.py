"""Who was refused what? Every refusal is in the audit log, and a flood of them cannot fill it.

A refusal undoes its transaction, so its row is written at the boundary in one of its own. The
first of a kind (who, what, why) is a row at once; those that follow within a minute are counted
and make one more row together. Kinds are few by nature, since routes and codes are ours; when
there are too many all the same, what is over is counted without saying what it was.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from starlette.requests import HTTPConnection

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Step, Store, Tx
from control_plane.errors import TOO_MANY_TRIES, WRONG_CREDENTIALS, Refusal
from control_plane.security import audit
from control_plane.security.scope import Asker, Scope
from control_plane.security.second_factor import CODE_LATE, CODE_NEEDED, CODE_USED, WRONG_CODE

WITHIN = timedelta(minutes=1)
# So many kinds may be open at once: the rows that a minute can bring at most.
KINDS = 256
LOOK_S = 5.0
API = "/api/"
DEVICES = "/device/"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# A look that is refused for these is worth a row; 401 is how a page asks if it is signed in.
TOLD_OF_A_LOOK = frozenset({403, 404})

# A try of a password or code there is logged by `sign_in`, with the account that it was for.
SIGN_IN = "/api/v1/session"
LOGGED_THERE = frozenset(
    {WRONG_CREDENTIALS, TOO_MANY_TRIES, CODE_NEEDED, WRONG_CODE, CODE_LATE, CODE_USED}
)

# Nobody is signed in behind it.
STRANGER = Scope.system("stranger")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """Refusals of one kind: the same asker, the same wish, the same answer."""

    scope: Scope
    action: str
    subject: str
    wish: str  # a route or a message's kind, never an id
    code: str


@dataclass(slots=True)
class _Repeats:
    since: datetime
    count: int = 0


@dataclass(slots=True, eq=False)
class Refusals:
    """The kinds that were refused within the last minute, in this replica."""

    store: Store
    clock: Clock
    _open: dict[Kind, _Repeats] = field(default_factory=dict)

    async def note(  # noqa: PLR0913 - who was refused what, where and why
        self,
        scope: Scope,
        action: str,
        *,
        code: str,
        wish: str,
        subject: str = "",
        about: Mapping[str, str] = {},
    ) -> None:
        """Keep one refusal.

        ``subject``: whom it is about when it is not the asker. ``about``: ids that were asked
        for; the first of a kind shows them.
        """
        now = self.clock.now()
        kind = self._kind(Kind(scope, action, subject or _name(scope), wish, code))
        repeats = self._open.get(kind)
        if repeats is not None and now < repeats.since + WITHIN:
            repeats.count += 1
            return
        self._open[kind] = _Repeats(since=now)
        count = repeats.count if repeats else 0

        def write(tx: Tx) -> None:
            if count:
                _record(tx, kind, now, repeated=count)
            _record(tx, kind, now, **({"about": dict(about)} if about else {}))

        await self._write(write)

    async def run(self) -> None:
        """Write what was counted as soon as its minute is over, and at the end what is left."""
        try:
            while True:
                await asyncio.sleep(LOOK_S)
                await self.settle()
        finally:
            await self.settle(everything=True)

    async def settle(self, *, everything: bool = False) -> None:
        """Write the counts whose minute is over."""
        now = self.clock.now()
        over = {
            kind: repeats
            for kind, repeats in self._open.items()
            if everything or now >= repeats.since + WITHIN
        }
        for kind in over:
            del self._open[kind]
        counted = {kind: repeats.count for kind, repeats in over.items() if repeats.count}

        def write(tx: Tx) -> None:
            for kind, count in counted.items():
                _record(tx, kind, now, repeated=count)

        if counted:
            await self._write(write)

    def _kind(self, kind: Kind) -> Kind:
        if kind in self._open or len(self._open) < KINDS:
            return kind
        return Kind(STRANGER, kind.action, STRANGER.name, "*", "many")

    async def _write(self, write: Step) -> None:
        try:
            await self.store.run(write)
        except UNAVAILABLE:
            # The asker was refused all the same; nothing was done that had to be logged.
            log.warning("refusals are not in the audit log: the database does not write")


def _name(scope: Scope) -> str:
    """Who was refused, as the log's other rows name them."""
    match scope.asker:
        case Asker.STAFF:
            return f"account:{scope.name}"
        case Asker.DEVICE:
            return f"device:{scope.name}"
        case Asker.INTEGRATION:
            return f"integration:{scope.name}"
        case Asker.SYSTEM:
            return scope.name


def _record(tx: Tx, kind: Kind, now: datetime, **detail: Any) -> None:
    audit.record(
        tx,
        kind.scope,
        kind.action,
        subject=kind.subject,
        now=now,
        wish=kind.wish,
        code=kind.code,
        **detail,
    )


async def note_request(connection: HTTPConnection, refusal: Refusal) -> None:
    """Keep the refusal of a request; `errors.install` calls it for every one."""
    method = str(connection.scope.get("method", "GET"))
    path = connection.scope["path"]
    if not path.startswith((API, DEVICES)):
        return
    if path == SIGN_IN and refusal.reason in LOGGED_THERE:
        return
    if method in READING and refusal.status not in TOLD_OF_A_LOOK:
        return
    scope = getattr(connection.state, "asker", STRANGER)
    route = getattr(connection.scope.get("route"), "path", "*")
    about = {name: value for name, value in connection.path_params.items() if _is_id(value)}
    await connection.app.state.boundary.refusals.note(
        scope,
        "request.refused",
        wish=f"{method} {route}",
        code=refusal.code,
        about={name: str(value) for name, value in about.items()},
    )


def _is_id(value: object) -> bool:
    """What stands in a path may be anything that somebody typed; an id is safe to keep."""
    if isinstance(value, UUID):
        return True
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False
