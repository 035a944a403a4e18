"""Was anybody overtaken against the default rule: first arrival first?

A visitor was overtaken when a clerk got another who had arrived later, although

* the clerk could serve the one who waits: same agency, language, skill;
* that one had waited, and a free booth with its device on the line had stood at the same point,
  without a break since well before the clerk asked (`SETTLED_S`): whoever decides had the time to
  know, also a replica that was stopped for a moment or heard of it by its poll; and nobody else got
  that booth in the same moment: a match gives out many booths at once, to the first who came;
* that one waited on afterwards (`LEFT_S`): a visitor whom another clerk got in the same moment was
  not left behind;
* it was the queue's decision: a call out of turn has its reason in the audit log;
* no visit of the one who was got had broken off: that one is first in line.

What this cannot excuse, nothing can. What it excuses is counted nowhere, so the run sees to it that
many have waited for long beside a free booth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.history.journal import Change

SETTLED_S = 6.0
LEFT_S = 2.0


@dataclass(frozen=True, slots=True)
class Ability:
    """Whom a clerk may serve."""

    agency: str
    languages: frozenset[str]
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change in a run: whom each clerk may serve, which device stands where."""

    abilities: Mapping[str, Ability]
    devices: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Since:
    state: str
    at: float
    row: Mapping[str, Any]


@dataclass(slots=True)
class _Suspicion:
    ticket: str
    other: str
    seq: int
    until: float


@dataclass(slots=True)
class Overtaking:
    """Follows the journal, and remembers since when everything has been as it is."""

    setting: Setting
    out_of_turn: frozenset[str]
    looked: int = 0  # decisions at which somebody could have been overtaken
    _tickets: dict[str, _Since] = field(default_factory=dict)
    _booths: dict[tuple[str, str], _Since] = field(default_factory=dict)
    _online: dict[str, _Since] = field(default_factory=dict)
    _offers: set[str] = field(default_factory=set)
    # By instant, the booths that were given out then, and to which ticket.
    _given: dict[int, dict[tuple[str, str], str]] = field(default_factory=dict)
    _suspicions: list[_Suspicion] = field(default_factory=list)
    _broken_off: set[str] = field(default_factory=set)  # tickets of a visit that was lost

    def judge(self, changes: Sequence[Change]) -> Iterator[tuple[str, int]]:
        """Who was overtaken, and at which change."""
        for row in (change.row for change in changes if change.table in {"offers", "visits"}):
            given = self._given.setdefault(row["created_at"], {})
            given[row["point"], row["booth"]] = row["ticket_id"]
        for change in changes:
            yield from self._confirmed(change.at)
            self._take(change)
        yield from self._confirmed(float("inf"))

    def _take(self, change: Change) -> None:
        row = change.row
        if change.table == "visits" and row["state"] == "lost":
            self._broken_off.add(row["ticket_id"])
        match change.table:
            case "tickets":
                known = self._tickets.get(row["id"])
                if known is None or known.state != row["state"]:
                    self._tickets[row["id"]] = _Since(row["state"], change.at, row)
                    if row["state"] != "waiting":
                        self._suspicions = [
                            each for each in self._suspicions if each.ticket != row["id"]
                        ]
            case "booth_uses":
                free = row["state"] == "free" and not row["distrusted_for"]
                self._booths[row["point"], row["booth"]] = _Since(
                    "free" if free else "taken", change.at, row
                )
            case "device_states":
                state = "online" if row["online"] else "offline"
                self._online[row["device"]] = _Since(state, change.at, row)
            case "offers" if row["id"] not in self._offers:
                self._offers.add(row["id"])
                self._decided(change)
            case "visits" if row["id"] not in self._offers:
                self._offers.add(row["id"])
                if row["ticket_id"] not in self.out_of_turn:
                    self._decided(change)
            case _:
                pass

    def _decided(self, change: Change) -> None:
        clerk = self.setting.abilities.get(change.row["staff_id"])
        got = self._tickets.get(change.row["ticket_id"])
        if clerk is None or got is None or change.row["ticket_id"] in self._broken_off:
            return
        settled = min(change.at, change.row["created_at"] / 1e6) - SETTLED_S
        given = self._given[change.row["created_at"]]
        others = {place for place, ticket in given.items() if ticket != change.row["ticket_id"]}
        ready = self._points_with_a_booth(settled, others)
        waiting = [
            (identity, since)
            for identity, since in self._tickets.items()
            if since.state == "waiting"
            and since.at <= settled
            and since.row["point"] in ready
            and since.row["agency"] == clerk.agency
            and since.row["language"] in clerk.languages
            and since.row["service"] in clerk.services
        ]
        self.looked += bool(waiting)
        self._suspicions += [
            _Suspicion(identity, change.row["ticket_id"], change.seq, change.at + LEFT_S)
            for identity, since in waiting
            if since.row["arrived_at"] < got.row["arrived_at"]
        ]

    def _points_with_a_booth(self, settled: float, others: set[tuple[str, str]]) -> set[str]:
        return {
            point
            for (point, booth), since in self._booths.items()
            if since.state == "free"
            and (point, booth) not in others
            and since.at <= settled
            and self._is_online(self.setting.devices.get((point, booth)), settled)
        }

    def _is_online(self, device: str | None, settled: float) -> bool:
        known = self._online.get(device or "")
        return known is not None and known.state == "online" and known.at <= settled

    def _confirmed(self, now: float) -> Iterator[tuple[str, int]]:
        over = [each for each in self._suspicions if each.until <= now]
        if over:
            self._suspicions = [each for each in self._suspicions if each.until > now]
        for each in over:
            yield f"ticket {each.ticket} by ticket {each.other}", each.seq
