"""What does a process remember of rows that hardly ever change? Values, each under a subject.

A commit that touches the subject makes them worthless: an own one before it is answered, another
process's when the hub hears of it, half a second later at most. Only what a transaction began to
read after the last change is kept, so that an old snapshot cannot bring back what is gone. Only
subjects without an id (`setup`, not `ticket:…`) have values: the others change all the time.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Of one Store; asked from every thread that runs operations."""

    def __init__(self) -> None:
        self.changes = 0
        self._values: dict[str, dict[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def recall(self, subject: str, key: Hashable, read: Callable[[], T], *, began: int) -> T:
        """What is known, or else what ``read`` finds; ``began``: `changes` when its reader did."""
        with self._lock:
            known = self._values.get(subject)
            if known is not None and key in known:
                value: T = known[key]
                return value
        value = read()
        with self._lock:
            if began == self.changes:
                self._values.setdefault(subject, {})[key] = value
        return value

    def forget(self, subjects: Iterable[str]) -> None:
        """What was known of these is worthless."""
        changed = [each for each in subjects if ":" not in each]
        if changed:
            with self._lock:
                self.changes += 1
                for each in changed:
                    self._values.pop(each, None)
