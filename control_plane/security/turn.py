"""Which TURN servers may a room use, and with what credential?

coturn's REST scheme: the username is the expiry and a label, the credential its HMAC with the
secret that both know (draft-uberti-behave-turn-rest-00). A label is a room, never a person.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from shared.identifiers import RoomId
from shared.rooms import IceServer

# Longer than any visit; the relay's allocations end with their connections before.
LIFE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Turn:
    """The relay of this installation; without URLs there is none."""

    urls: tuple[str, ...]
    secret: SecretStr | None

    def servers(
        self, room: RoomId, *, now: datetime, until: datetime | None = None
    ) -> tuple[IceServer, ...]:
        """What the parties of ``room`` are given; ``until``: it is meant to stand for so long."""
        if not self.urls or self.secret is None:
            return ()
        expires = now + LIFE if until is None else max(until, now + LIFE)
        username = f"{int(expires.timestamp())}:{room}"
        server = IceServer(
            urls=self.urls, username=username, credential=credential(username, self.secret)
        )
        return (server,)


def credential(username: str, secret: SecretStr) -> str:
    """The HMAC that coturn computes too."""
    # SHA-1 is what coturn's scheme says (an HMAC, not a signature).
    mac = hmac.new(secret.get_secret_value().encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()
