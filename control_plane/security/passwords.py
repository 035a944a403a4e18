"""Is this the password? Argon2id (RFC 9106) with the library's defaults, never on the event loop.

An unknown account costs the same as a known one.
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200

_HASHER = PasswordHasher()
# What an unknown account is compared with, so that the answer takes as long.
_NOBODY = _HASHER.hash("nobody has this password")
# Each hash takes 64 MiB: more at once would let strangers fill the memory.
_AT_ONCE = 4


class Passwords:
    """Hashes and checks, a few at once."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Does ``password`` belong to ``stored``? None: no such account; empty: no password yet."""
        async with self._turns:
            right = await asyncio.to_thread(_verify, password, stored or _NOBODY)
        return right and bool(stored)

    async def hashed(self, password: str) -> str:
        """What is stored for ``password``; as few at once as are compared."""
        async with self._turns:
            return await asyncio.to_thread(hash_password, password)


def hash_password(password: str) -> str:
    """What is stored for ``password``; blocks for some 50 ms."""
    return _HASHER.hash(password)


def acceptable(password: str) -> bool:
    """Is it long enough to be a password? (NIST SP 800-63B: length, no rules of composition)."""
    return SHORTEST <= len(password) <= LONGEST


def _verify(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
