"""What was asked, by whom, and what came of it? One history of everybody who acts in a run."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What whoever asked knows."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer, or one that says that nobody knows


@dataclass(slots=True)
class Call:
    """One wish: of a clerk over HTTP, or of a device over MQTT."""

    who: str
    operation: str
    began: float  # Unix time
    about: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.UNKNOWN
    answer: Mapping[str, str] = field(default_factory=dict)
    ended: float = 0.0
    tries: int = 1

    def close(self, outcome: Outcome, tries: int = 1, **answer: str) -> None:
        """The answer came, or nobody waits for it any more."""
        self.outcome, self.answer, self.tries = outcome, answer, tries
        self.ended = time.time()


@dataclass(slots=True)
class History:
    """Every call in the order in which it was made."""

    calls: list[Call] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    # What nobody may ever be answered: a failure of the service, or two answers to one key.
    oddities: list[str] = field(default_factory=list)

    def call(self, who: str, operation: str, **about: str) -> Call:
        """Somebody begins to ask."""
        made = Call(who, operation, time.time(), about)
        self.calls.append(made)
        return made

    def summary(self) -> str:
        """Counts, for whoever reads along."""
        by_outcome = Counter(str(call.outcome) for call in self.calls)
        asked_again = sum(call.tries > 1 for call in self.calls)
        kills = ", ".join(f"{count} {what}" for what, count in sorted(self.killed.items()))
        return (
            f"{len(self.calls)} operations ({dict(by_outcome)}), {asked_again} asked again; "
            f"killed: {kills or 'nothing'}"
        )
