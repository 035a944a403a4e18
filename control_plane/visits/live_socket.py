"""What goes over a page's WebSocket: desk snapshots down, signals both ways."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from control_plane.database import Tx
from control_plane.errors import INVALID, NOT_ALLOWED, NOT_SIGNED_IN
from control_plane.live import Hub
from control_plane.rooms.relay import Ear, Relay
from control_plane.security import accounts, sessions
from control_plane.security.access import signed_in_socket, still_signed_in
from control_plane.security.accounts import Account
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.refusals import STRANGER
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from control_plane.visits import supervision
from control_plane.visits.desks import Desks, Watcher, desks_of
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.supervision import WATCHERS
from control_plane.visits.supervision_views import Supervision
from shared.rooms import Signal
from shared.topics import LIMITS, Down

SIGNED_OUT = 4401
NOT_FOR_YOU = 4403
# The session ended because somebody changed what the person may do.
RIGHTS_TAKEN = 4404
SUSPENDED = 4405
TOO_SLOW = 4408
# What a page has not taken in this time waits in its socket's buffers: it is asleep or gone.
STALLED_S = 10.0
GOODBYE_S = 1.0
# A supervisor's board: what moves with the time, and no faster than anybody reads.
REFRESH_S = 30.0
SESSION_CHECK_S = 30.0
AT_A_DESK = frozenset({Role.CLERK})
BOARD_PAUSE_S, BOARD_SHARE = 1.0, 3

router = APIRouter()
log = structlog.get_logger()


class Over(Exception):
    """The socket's life has ended; every task of it with it."""


@dataclass(slots=True)
class Page:
    """One connected page; whole messages, one at a time."""

    socket: WebSocket
    patience_s: float = STALLED_S
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def say(self, text: str) -> None:
        """Send one message."""
        async with self._one:
            await self.socket.send_text(text)

    async def show(self, text: str) -> None:
        """Send a snapshot; a page that takes none for so long is dropped, and comes again."""
        try:
            async with asyncio.timeout(self.patience_s):
                await self.say(text)
        except TimeoutError:
            log.info("live socket is dropped: its page does not read")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self.socket.close(TOO_SLOW)
            raise Over from None


@router.websocket("/live")
async def live(
    socket: WebSocket, subject: Literal["public", "desk", "supervision"] = "public"
) -> None:
    """``public`` carries nothing but answers to pings; the others need a session of their role."""
    if subject == "public":
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while await socket.receive_text() == "ping":
                await socket.send_text("pong")
        return
    me = await signed_in_socket(socket)
    await socket.accept()
    if me is None:
        await _refuse(socket, STRANGER, NOT_SIGNED_IN.code)
        await socket.close(SIGNED_OUT)
        return
    if subject == "supervision" and me.scope.has(*WATCHERS):
        await _show_board(socket, me)
    elif subject == "desk" and me.scope.has(Role.CLERK) and me.scope.agency is not None:
        await _serve(socket, me, me.scope.agency)
    else:
        await _refuse(socket, me.scope, NOT_ALLOWED.code)
        await socket.close(NOT_FOR_YOU)


async def _show_board(socket: WebSocket, me: SignedIn) -> None:
    at = boundary(socket)
    hub: Hub = socket.app.state.hub
    page = Page(socket)
    watched = await at.store.read(lambda tx: supervision.subjects(tx, me.scope))
    with contextlib.suppress(WebSocketDisconnect):
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_boards(page, hub, me, watched))
                tasks.create_task(_session(page, at, hub, me, frozenset(WATCHERS)))
                tasks.create_task(_answer_pings(page))
        except* (Over, WebSocketDisconnect, RuntimeError) as ended:
            _only_expected(ended)


async def _boards(page: Page, hub: Hub, me: SignedIn, watched: frozenset[str]) -> None:
    took_s = 0.0

    def look(tx: Tx, now: datetime) -> Supervision:
        nonlocal took_s
        began = time.monotonic()
        found = supervision.board(tx, me.scope, now)
        took_s = time.monotonic() - began
        return found

    async for snapshot in hub.watch(watched, look, refresh_s=REFRESH_S):
        shown = snapshot.data.model_dump_json()
        text = f'{{"subject":"supervision","version":{snapshot.version},"data":{shown}}}'
        await page.show(text)
        # A whole agency changes many times a second: nobody reads faster than this, and reading
        # a board takes no more than a quarter of the time.
        await asyncio.sleep(max(BOARD_PAUSE_S, BOARD_SHARE * took_s))


async def _answer_pings(page: Page) -> None:
    while True:
        if await page.socket.receive_text() == "ping":
            await page.say("pong")


async def _session(
    page: Page, at: Boundary, hub: Hub, me: SignedIn, needs: frozenset[Role]
) -> None:
    subjects = frozenset({accounts.subject(me.account.id)})
    async for _ in hub.watch(subjects, lambda _tx, now: now, refresh_s=SESSION_CHECK_S):
        await _check_session(page, at, me, needs)


async def _refuse(socket: WebSocket, scope: Scope, code: str) -> None:
    refusals = boundary(socket).refusals
    await refusals.note(scope, "request.refused", code=code, wish="live desk")


async def _serve(socket: WebSocket, me: SignedIn, agency: str) -> None:
    at, desks = boundary(socket), desks_of(socket)
    relay: Relay = socket.app.state.relay
    page = Page(socket)
    now = at.clock.now()
    await at.store.run(lambda tx: clerk_at_desk(tx, me.scope, now))
    with (
        relay.listening(me.account.id) as ear,
        desks.watching(me.account.id, agency) as watcher,
        contextlib.suppress(WebSocketDisconnect),
    ):
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_snapshots(page, desks, watcher, at, me))
                tasks.create_task(_signals(page, ear))
                await _hear(page, relay, me)
        except* (Over, WebSocketDisconnect, RuntimeError) as ended:
            _only_expected(ended)


def _only_expected(ended: BaseExceptionGroup[Any]) -> None:
    """A send after the page has gone is Starlette's RuntimeError; any other one is a bug."""
    _, unexpected = ended.split(
        lambda error: (
            isinstance(error, Over | WebSocketDisconnect)
            or "close message" in str(error)
            or "not connected" in str(error)
        )
    )
    if unexpected is not None:
        raise unexpected


async def _snapshots(
    page: Page, desks: Desks, watcher: Watcher, at: Boundary, me: SignedIn
) -> None:
    """The desk at once and after each change: the latest state, as fast as the page takes it."""
    scope = me.scope
    while True:
        watcher.woken.clear()
        if watcher.look_at_session:
            watcher.look_at_session = False
            await _check_session(page, at, me, AT_A_DESK)
        said = await desks.news(scope, watcher)
        if said is not None:
            await page.show(said)
        await watcher.woken.wait()


async def _signals(page: Page, ear: Ear) -> None:
    while True:
        signal = await ear.get()
        await page.say(f'{{"signal":{signal.model_dump_json(exclude_defaults=True)}}}')


async def _check_session(page: Page, at: Boundary, me: SignedIn, needs: frozenset[Role]) -> None:
    """End with the session, or with a role by which this socket is served; say which it was."""
    who = await still_signed_in(page.socket)
    if who is not None and not _taken(needs, me.account, who.account):
        return
    if who is None:
        # One that ran out while its page was open: nobody else would notice.
        await at.store.run(partial(sessions.close, who=me, now=at.clock.now()))
    account = await at.store.read(lambda tx: accounts.find(tx, me.scope, me.account.id))
    code = SIGNED_OUT
    if account.disabled:
        code = SUSPENDED
    elif _taken(needs, me.account, account):
        code = RIGHTS_TAKEN
    log.info("live socket ends with its session", account_id=str(me.account.id), code=code)
    await page.socket.close(code)
    raise Over


def _taken(needs: frozenset[Role], before: Account, now: Account) -> bool:
    return bool(needs & (before.roles - now.roles))


async def _hear(page: Page, relay: Relay, me: SignedIn) -> None:
    while True:
        text = await page.socket.receive_text()
        if text == "ping":
            await page.say("pong")
            continue
        signal = _signal(text)
        if signal is None:
            log.warning("socket message dropped", account_id=str(me.account.id))
            await _refuse(page.socket, me.scope, INVALID.code)
            continue
        await relay.from_clerk(me.scope, signal)


def _signal(text: str) -> Signal | None:
    if len(text) > LIMITS[Down.SIGNAL]:
        return None
    try:
        said = json.loads(text)
        return Signal.model_validate(said["signal"])
    except (ValueError, ValidationError, TypeError, KeyError, RecursionError):
        return None
