"""How do messages reach devices, and how does a repeat of theirs have the effect of one?

`queue` holds what must arrive until the device itself acknowledges it, `sender` signs and
publishes it, `inbox` remembers what was received with the answer that was given.
"""

from control_plane.outbox.inbox import Answered, remember, seen
from control_plane.outbox.queue import WORKER, Due, acknowledge, acknowledge_all, post, purge
from control_plane.outbox.sender import NotConnected, Publish, Sender, Sign

__all__ = [
    "WORKER",
    "Answered",
    "Due",
    "NotConnected",
    "Publish",
    "Sender",
    "Sign",
    "acknowledge",
    "acknowledge_all",
    "post",
    "purge",
    "remember",
    "seen",
]
