"""A day that can be told wrongly: what do the tests of the auditor tell it?"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from provisioning.virtual.record import Call, Outcome
from tests.history.auditor import Finding, Kind, Stored, audit
from tests.history.journal import Change
from tests.history.overtaking import Ability, Overtaking, Setting

SETTING = Setting(
    {
        name: Ability("kela", frozenset({"fi"}), frozenset({"kela-asia"}))
        for name in ("aino", "bertta")
    },
    {("salla", "salla-1"): "d-salla-01", ("inari", "inari-1"): "d-inari-01"},
)


@dataclass
class Story:
    """What happened, one after the other; times in seconds."""

    changes: list[Change] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    rows: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    out_of_turn: set[str] = field(default_factory=set)
    inbox: set[str] = field(default_factory=set)

    def change(self, at: float, table: str, key: object, **values: Any) -> None:
        row = self.rows.setdefault(table, {}).setdefault(key, {})
        row.update(values)
        self.changes.append(Change(len(self.changes) + 1, at, table, dict(row)))

    def ticket(self, at: float, name: str, state: str, **values: Any) -> None:
        start: dict[str, Any] = {
            "id": name,
            "agency": "kela",
            "service": "kela-asia",
            "language": "fi",
        }
        start |= {"point": "salla", "number": 1, "arrived_at": int(at * 1e6)}
        known = name in self.rows.get("tickets", {})
        self.change(at, "tickets", name, **({} if known else start) | {"state": state} | values)

    def visit(self, at: float, name: str, ticket: str, clerk: str, booth: str) -> None:
        place = {"point": booth.split("-", maxsplit=1)[0], "booth": booth}
        self.change(
            at,
            "visits",
            name,
            id=name,
            state="preparing",
            ticket_id=ticket,
            staff_id=clerk,
            created_at=int(at * 1e6),
            began_at=None,
            ended_at=None,
            outcome=None,
            **place,
        )

    def end(self, at: float, name: str, state: str = "closed", **values: Any) -> None:
        self.change(at, "visits", name, state=state, ended_at=int(at * 1e6), **values)

    def booth(self, at: float, booth: str, state: str) -> None:
        point = booth.split("-", maxsplit=1)[0]
        self.change(at, "booth_uses", booth, point=point, booth=booth, state=state)
        self.changes[-1].row["distrusted_for"] = ""

    def asked(
        self,
        who: str,
        operation: str,
        outcome: Outcome = Outcome.OK,
        offer: str = "",
        **answer: str,
    ) -> None:
        call = Call(who, operation, 0.0, {"offer": offer} if offer else {})
        call.close(outcome, 1, **answer)
        self.calls.append(call)

    def findings(self) -> list[Finding]:
        def rows(table: str) -> list[dict[str, Any]]:
            return list(self.rows.get(table, {}).values())

        stored = Stored(
            rows("tickets"),
            rows("visits"),
            rows("offers"),
            rows("clerks"),
            rows("booth_uses"),
            rows("consults"),
            self.made,
            self.ended,
            frozenset(self.out_of_turn),
            frozenset(self.inbox),
        )
        overtaking = Overtaking(SETTING, stored.out_of_turn)
        return audit(self.calls, self.changes, stored, overtaking)

    @property
    def kinds(self) -> set[Kind]:
        return {each.kind for each in self.findings()}


def one_visit() -> Story:
    """Two booths are free and on the line; one visitor is served and gone."""
    told = Story()
    for booth in ("salla-1", "inari-1"):
        told.booth(0, booth, "free")
        told.change(0, "device_states", booth, device=f"d-{booth[:5]}-01", online=1)
    told.ticket(10, "t1", "waiting")
    told.asked("d-salla-01", "take", ticket="t1", number="1")
    told.ticket(20, "t1", "offered")
    told.booth(20, "salla-1", "preparing")
    told.visit(20, "v1", "t1", "aino", "salla-1")
    told.asked("aino", "next", visit="v1")
    told.end(30, "v1", outcome="done", began_at=25)
    told.ticket(30, "t1", "completed")
    told.booth(31, "salla-1", "free")
    return told
