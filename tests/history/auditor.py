"""Does a history hold? A pure function of what was asked, what changed, and what is stored.

It knows nothing of the code that it judges: not its rules, not its locks, not its queries. States
that it has no word for are neither blamed nor trusted. What it holds against the default rule is
what nobody could excuse: see `Overtaking`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from provisioning.virtual.record import Call, Outcome
from tests.history.journal import Change
from tests.history.overtaking import Overtaking

# A ticket in one of these is at its end, or waits for its visitor to come back.
AT_REST = frozenset({"completed", "cancelled", "expired", "missed"})
OVER = frozenset({"completed", "cancelled", "expired"})
BUSY_CLERK = frozenset({"reserved", "preparing", "in_session", "consult"})
BUSY_BOOTH = frozenset({"reserved", "preparing", "called", "occupied"})


class Kind(StrEnum):
    """What can be wrong."""

    LOST = "a visitor is lost"
    SERVED_TWICE = "a visitor is served twice"
    BOOTH_TWICE = "a booth has two visits"
    CLERK_TWICE = "a clerk has two visits"
    OVERTAKEN = "a visitor was overtaken"
    EFFECT_MISSING = "what was acknowledged is not there"
    UNASKED = "a visit that nobody asked for"
    OFFER_OPEN = "an offer has no end"
    CONSULT_OPEN = "a consult has no end"
    LEFT_BUSY = "a clerk or a booth is left busy by nobody"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where to look."""

    kind: Kind
    about: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows at the end; ids without dashes."""

    tickets: Sequence[Mapping[str, Any]]
    visits: Sequence[Mapping[str, Any]]
    offers: Sequence[Mapping[str, Any]]
    clerks: Sequence[Mapping[str, Any]]
    booths: Sequence[Mapping[str, Any]]
    consults: Sequence[Mapping[str, Any]]
    # Facts: how often each offer was made and ended, and each consult asked for and ended.
    made: Counter[str]
    ended: Counter[str]
    # Tickets that were called out of turn, with a reason in the audit log.
    out_of_turn: frozenset[str]
    # Messages of devices that had their effect.
    inbox: frozenset[str]


def audit(
    calls: Sequence[Call],
    changes: Sequence[Change],
    stored: Stored,
    overtaking: Overtaking,
) -> list[Finding]:
    """Everything that is wrong; the run is over, and everybody was served who could be."""
    return [
        *_claims(changes),
        *(Finding(Kind.OVERTAKEN, about, seq) for about, seq in overtaking.judge(changes)),
        *_lost(calls, stored),
        *_effects(calls, stored),
        *_unasked(calls, stored),
        *_offers(stored),
        *_consults(stored),
        *_left_busy(stored),
    ]


# --- two at once -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Holder:
    """What holds a ticket, a clerk and a booth: a visit that runs or an offer that is open.

    A consult that goes on holds its colleague alone.
    """

    id: str
    clerk: str
    ticket: str | None = None
    booth: str | None = None


@dataclass(slots=True)
class _Claims:
    held: dict[tuple[str, str], _Holder] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, holder: _Holder, seq: int) -> None:
        # An offer's own visit has the offer's id: it takes over what the offer held. A visit that
        # its colleague keeps lets its first clerk go.
        self.leave(holder.id)
        for kind, name, which in (
            (Kind.SERVED_TWICE, "ticket", holder.ticket),
            (Kind.CLERK_TWICE, "clerk", holder.clerk),
            (Kind.BOOTH_TWICE, "booth", holder.booth),
        ):
            if which is None:
                continue
            what = (name, which)
            other = self.held.get(what)
            if other is not None:
                about = f"{what[0]} {what[1]}: {other.id} and {holder.id}"
                self.findings.append(Finding(kind, about, seq))
            self.held[what] = holder
        state = self.tickets.get(holder.ticket or "")
        if state in OVER:
            about = f"ticket {holder.ticket} was {state} already"
            self.findings.append(Finding(Kind.SERVED_TWICE, about, seq))

    def leave(self, identity: str) -> None:
        for what in [what for what, holder in self.held.items() if holder.id == identity]:
            del self.held[what]


def _claims(changes: Sequence[Change]) -> list[Finding]:
    claims = _Claims()
    for change in changes:
        row = change.row
        match change.table:
            case "tickets":
                claims.tickets[row["id"]] = row["state"]
            case "visits" | "offers":
                runs = (
                    row["ended_at"] is None
                    if change.table == "visits"
                    else row["state"] in {"open", "accepted"}
                )
                if not runs:
                    claims.leave(row["id"])
                elif row.get("state") != "accepted":
                    booth = f"{row['point']}/{row['booth']}"
                    holder = _Holder(row["id"], row["staff_id"], row["ticket_id"], booth)
                    claims.take(holder, change.seq)
            case "consults" if row["state"] == "ended":
                claims.leave(row["id"])
            case "consults":
                claims.take(_Holder(row["id"], row["staff_id"]), change.seq)
            case _:
                pass
    return claims.findings


# --- at the end --------------------------------------------------------------------------------


def _lost(calls: Sequence[Call], stored: Stored) -> Iterable[Finding]:
    known = {row["id"]: row for row in stored.tickets}
    for call in _told(calls, "take"):
        row = known.get(call.answer["ticket"])
        if row is None or str(row["number"]) != call.answer["number"]:
            yield Finding(Kind.LOST, f"{call.who} gave number {call.answer['number']}")
    for row in stored.tickets:
        if row["state"] not in AT_REST:
            yield Finding(Kind.LOST, f"ticket {row['id']} is {row['state']} at the end")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows say of whatever a call was about."""

    visit: Mapping[str, Any]
    offer: Mapping[str, Any]
    ticket: Mapping[str, Any]
    consult: Mapping[str, Any]
    noted: bool


def _began(call: Call, known: _Known) -> bool:
    return bool(known.visit.get("first_clerk") == call.who)


def _asked(call: Call, known: _Known) -> bool:
    # The answer shows the visit as it is then: without the consult, it has come to its end.
    return "consult" not in call.answer or known.consult.get("asked_by") == call.who


def _helped(how: str) -> Callable[[Call, _Known], bool]:
    def there(call: Call, known: _Known) -> bool:
        return known.consult.get("how") == how and known.consult["staff_id"] == call.who

    return there


def _joined(call: Call, known: _Known) -> bool:
    joined = known.consult.get("joined_at") is not None
    return joined and known.consult["staff_id"] == call.who


# Does the database show what the call was told? What is not here leaves no mark and is believed.
THERE: Mapping[str, Callable[[Call, _Known], bool]] = {
    "next": _began,
    "call": _began,
    "accept": lambda call, known: _began(call, known) and known.offer.get("state") == "accepted",
    "reject": lambda _, known: known.offer.get("state") == "rejected",
    "arrived": lambda _, known: known.visit.get("began_at") is not None,
    "withdraw": lambda _, known: known.visit.get("state") == "withdrawn",
    "no-show": lambda _, known: known.visit.get("state") == "missed",
    "end": lambda call, known: known.visit.get("outcome") == call.about["outcome"],
    "cancel": lambda _, known: known.ticket.get("state") == "cancelled",
    "return": lambda _, known: bool(known.ticket.get("returned")),
    "event": lambda _, known: known.noted,
    "ask": _asked,
    "join": _joined,
    "refuse": _helped("refused"),
    "leave": _helped("left"),
    "keep": _helped("kept"),
    "hand-on": lambda _, known: bool(known.consult.get("handed_on")),
}


def _effects(calls: Sequence[Call], stored: Stored) -> Iterable[Finding]:
    tickets = {row["id"]: row for row in stored.tickets}
    visits = {row["id"]: row for row in _with_first_clerks(stored)}
    offers = {row["id"]: row for row in stored.offers}
    consults = {row["id"]: row for row in stored.consults}
    for call in calls:
        there = THERE.get(call.operation)
        if call.outcome is not Outcome.OK or there is None:
            continue
        known = _Known(
            visits.get(call.answer.get("visit") or call.about.get("visit", ""), {}),
            offers.get(call.about.get("offer", ""), {}),
            tickets.get(call.about.get("ticket", ""), {}),
            consults.get(call.about.get("consult") or call.answer.get("consult", ""), {}),
            call.about.get("message") in stored.inbox,
        )
        if not there(call, known):
            about = {**call.about, **call.answer}
            yield Finding(Kind.EFFECT_MISSING, f"{call.who} {call.operation} {about}")


def _with_first_clerks(stored: Stored) -> Iterable[Mapping[str, Any]]:
    """Who began each visit, whoever kept it later."""
    first: dict[str, str] = {}
    for row in sorted(stored.consults, key=lambda row: row["asked_at"]):
        if row["how"] == "kept":
            first.setdefault(row["visit_id"], row["asked_by"])
    for row in stored.visits:
        yield {**row, "first_clerk": first.get(row["id"], row["staff_id"])}


def _unasked(calls: Sequence[Call], stored: Stored) -> Iterable[Finding]:
    """Every visit has a wish of its clerk behind it, and no wish has two."""
    asking = [call for call in calls if call.operation in {"next", "call", "accept"}]
    given = Counter(call.answer["visit"] for call in asking if call.outcome is Outcome.OK)
    unknown = Counter(call.who for call in asking if call.outcome is Outcome.UNKNOWN)
    stores = {
        call.who
        for call in calls
        if call.operation == "store-next" and call.outcome is not Outcome.REFUSED
    }
    unexplained: defaultdict[str, list[str]] = defaultdict(list)
    for row in _with_first_clerks(stored):
        if not given[row["id"]] and row["first_clerk"] not in stores:
            unexplained[row["first_clerk"]].append(row["id"])
    for clerk, visits in unexplained.items():
        if len(visits) > unknown[clerk]:
            yield Finding(Kind.UNASKED, f"clerk {clerk}: {', '.join(visits)}")
    for visit, times in given.items():
        if times > 1:
            yield Finding(Kind.UNASKED, f"visit {visit} answers {times} wishes")


def _offers(stored: Stored) -> Iterable[Finding]:
    for row in stored.offers:
        if row["state"] == "open":
            yield Finding(Kind.OFFER_OPEN, f"offer {row['id']}")
    consults = {row["id"] for row in stored.consults}
    for made, times in stored.made.items():
        if times != 1 or stored.ended[made] != 1:
            kind = Kind.CONSULT_OPEN if made in consults else Kind.OFFER_OPEN
            yield Finding(kind, f"{made}: made {times} times, ended {stored.ended[made]} times")


def _consults(stored: Stored) -> Iterable[Finding]:
    for row in stored.consults:
        if row["state"] != "ended":
            yield Finding(Kind.CONSULT_OPEN, f"consult {row['id']} is {row['state']}")


def _left_busy(stored: Stored) -> Iterable[Finding]:
    running = [row for row in stored.visits if row["ended_at"] is None]
    open_ = [row for row in stored.consults if row["state"] != "ended"]
    clerks = {row["staff_id"] for row in [*running, *open_]}
    booths = {(row["point"], row["booth"]) for row in running}
    for row in stored.clerks:
        if row["state"] in BUSY_CLERK and row["staff_id"] not in clerks:
            yield Finding(Kind.LEFT_BUSY, f"clerk {row['staff_id']} is {row['state']}")
    for row in stored.booths:
        if row["state"] in BUSY_BOOTH and (row["point"], row["booth"]) not in booths:
            yield Finding(Kind.LEFT_BUSY, f"booth {row['booth']} is {row['state']}")


def _told(calls: Sequence[Call], operation: str) -> Iterable[Call]:
    return (c for c in calls if c.operation == operation and c.outcome is Outcome.OK)
