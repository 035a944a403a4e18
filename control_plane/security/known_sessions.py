"""Which sessions does this replica know without asking the database?

One that was read is believed for a minute at most, and only while this replica hears of all
changes: whatever ends or alters it touches its account's subject, which forgets it here at once
and in other replicas with their next look.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from control_plane.database import Store
from control_plane.live import Hub
from control_plane.security import accounts, sessions
from control_plane.security.sessions import NOTED, SignedIn

PREFIX = "account:"


class KnownSessions:
    """Live sessions by the digest of their token."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._known: dict[str, SignedIn] = {}
        self._forgotten = 0  # how often accounts changed
        hub.follow(self._heard)

    async def find(self, token: str, now: datetime) -> SignedIn | None:
        """The live session behind a cookie's token; being asked for counts as use."""
        key = sessions.digest(token)
        known = self._known.get(key)
        if known is not None and self._hub.follows and _holds(known, now):
            return known
        forgotten = self._forgotten
        who = await self._read(token, now)
        self._known.pop(key, None)
        # What changed while it was read may be missing in it.
        if who is not None and forgotten == self._forgotten:
            self._known = {each: it for each, it in self._known.items() if _holds(it, now)}
            self._known[key] = who
        return who

    async def _read(self, token: str, now: datetime) -> SignedIn | None:
        who = await self._store.read(partial(sessions.find, token=token, now=now))
        if who is None or now - who.seen_at < NOTED:
            return who
        await self._store.run(partial(sessions.used, who=who, now=now))
        return replace(who, seen_at=now)

    def _heard(self, subjects: frozenset[str]) -> None:
        changed = {each for each in subjects if each.startswith(PREFIX)}
        if changed:
            self._forgotten += 1
            self._known = {
                key: who
                for key, who in self._known.items()
                if accounts.subject(who.account.id) not in changed
            }


def _holds(who: SignedIn, now: datetime) -> bool:
    return now < who.expires_at and now - who.seen_at < NOTED
