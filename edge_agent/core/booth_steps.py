"""What happens in the booth next? A visit's life as ``(booth, event, now) -> step``.

Nothing here acts: the flow carries the effects out. Four rules hold in every order of
events, also doubled and late ones: nothing of the booth may leave it before `BeginVisit`;
a visit never goes backwards; every end leads to the wiping; a visit whose end came first does
not begin. Whoever stays seated for another clerk is joined by that one's visit and by no other.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from edge_agent.core.booth import (
    ORDER,
    Announce,
    AskOut,
    AskToStay,
    Booth,
    ClerkJoined,
    ClerkLost,
    CloseRoom,
    Effect,
    Event,
    MoreTime,
    OpenRoom,
    Phase,
    Prepared,
    Rated,
    Remind,
    Restarted,
    ScreenChecked,
    ShowCamera,
    SomebodyCame,
    StopAnnouncing,
    TellArrived,
    TellEnded,
    TellLost,
    TellRated,
    TellWiped,
    TimePassed,
    VisitorFinished,
    WayOut,
    Wipe,
    Wiped,
    bare,
    way_out,
)
from edge_agent.core.booth_link import linked, unlinked
from edge_agent.core.readiness import BOOTH_NOT_WIPED, BUSY, TIMEOUT, broken, obstacle
from shared.identifiers import VisitId
from shared.links import CloseLink, OpenLink
from shared.visits import (
    BeginVisit,
    CallVisitor,
    CancelVisit,
    ChangeParties,
    EndVisit,
    LeaveSeat,
    PrepareVisit,
)

SILENT_S = 8.0  # a page that is there has tested its devices by then
PREPARE_S = 15.0
# The control plane calls, cancels or begins long before these; when it is gone, we end.
READY_S = 120.0
CALLED_S = 1200.0
BROKEN_S = 3.0  # a page may still be opening its camera when it reports first
REMIND_S = 6.0
RATE_S = 30.0
THANKS_S = 4.0
LEAVE_S = 15.0
# The control plane ends a seat in time; when it is gone, we do.
SEAT_GRACE_S = 30.0
SEAT_S = 300.0  # after a restart nobody knows how much was left
REJOIN_S = 30.0
FINISH_S = 60.0  # the visitor pressed «end» and nobody answers
WIPE_AGAIN_S = 30.0

# A preparation that its end overtook comes within its own expiry; few visits do so meanwhile.
ENDED_KEPT = 16

UNKNOWN_VISIT = "unknown_visit"
NOT_PREPARED = "not_prepared"
OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """The booth after an event, what is to be done, and why a command failed ("" if not)."""

    booth: Booth
    effects: tuple[Effect, ...] = ()
    refusal: str = ""


def step(booth: Booth, event: Event, now: float) -> Step:
    """What does this event change? An end is remembered, since its beginning may come after it."""
    ended = booth.ended
    if isinstance(event, CancelVisit | EndVisit) and event.visit_id not in ended:
        ended = (*ended, event.visit_id)[-ENDED_KEPT:]
    taken = _step(booth, event, now)
    return replace(taken, booth=replace(taken.booth, ended=ended))


def _step(booth: Booth, event: Event, now: float) -> Step:  # noqa: C901, PLR0911, PLR0912
    """One case an event; what does not fit changes nothing."""
    match event:
        case PrepareVisit():
            return _prepare(booth, event, now)
        case CallVisitor():
            return _call(booth, event, now)
        case BeginVisit():
            return _begin(booth, event)
        case ChangeParties():
            return _change_parties(booth, event, now)
        case CancelVisit():
            return _cancel(booth, event, now)
        case EndVisit():
            return _end(booth, event, now)
        case LeaveSeat():
            return _leave_seat(booth, event, now)
        case OpenLink():
            after, refusal = linked(booth, event, now)
            return Step(after, refusal=refusal)
        case CloseLink():
            return Step(unlinked(booth, event))
        case ScreenChecked():
            return _checked(booth, event, now)
        case SomebodyCame():
            return _came(booth)
        case VisitorFinished():
            return _finished(booth, now)
        case Rated():
            return _rated(booth, event, now)
        case MoreTime():
            if booth.phase is not Phase.RATE:
                return Step(booth)
            return Step(replace(booth, until=now + RATE_S))
        case ClerkJoined():
            if booth.phase is not Phase.VISIT or booth.ended_by_visitor:
                return Step(booth)
            return Step(replace(booth, until=None))
        case ClerkLost():
            if booth.phase is not Phase.VISIT or booth.until is not None:
                return Step(booth)  # before the visit the control plane decides
            return Step(replace(booth, until=now + REJOIN_S))
        case Restarted():
            return _restarted(booth, event, now)
        case Wiped():
            return _wiped(booth, event, now)
        case TimePassed():
            return _time_passed(booth, now)
        case _:
            assert_never(event)


def _is_of(booth: Booth, visit: VisitId) -> bool:
    return booth.visit is not None and booth.visit.visit_id == visit


def _reached(booth: Booth, phase: Phase) -> bool:
    return booth.phase in ORDER and ORDER.index(booth.phase) >= ORDER.index(phase)


def _prepare(booth: Booth, event: PrepareVisit, now: float) -> Step:
    if event.visit_id in booth.ended:
        return Step(booth, refusal="" if _is_of(booth, event.visit_id) else OVER)
    if booth.phase is Phase.IDLE:
        fresh = Booth(phase=Phase.PREPARE, visit=event, until=now + SILENT_S)
        return Step(fresh, (OpenRoom(event),))
    if booth.phase is Phase.SEATED and booth.visit and booth.visit.number == event.number:
        # Nobody but the visitor who sits there is ever joined by the next clerk.
        fresh = Booth(
            phase=Phase.PREPARE,
            visit=event,
            until=now + SILENT_S,
            seated_until=booth.seated_until,
        )
        return Step(fresh, (OpenRoom(event),))
    if _is_of(booth, event.visit_id):
        return Step(booth)
    if booth.phase is Phase.OUT_OF_USE:
        return Step(booth, refusal=BOOTH_NOT_WIPED)
    return Step(booth, refusal=BUSY)


def _checked(booth: Booth, event: ScreenChecked, now: float) -> Step:
    if booth.phase is not Phase.PREPARE or event.visit is None or not _is_of(booth, event.visit):
        return Step(booth)
    first = booth.checks is None and not booth.ended_by_visitor
    known = replace(booth, checks=event.checks, until=now + PREPARE_S if first else booth.until)
    if booth.prepared:
        return Step(known)
    if broken(event.checks):
        since = now if booth.broken_since is None else booth.broken_since
        return Step(replace(known, broken_since=since))
    known = replace(known, broken_since=None)
    if obstacle(event.checks):
        return Step(known)
    until = known.until if booth.ended_by_visitor else now + READY_S
    ready = replace(known, prepared=True, until=until)
    return Step(ready, (Prepared(event.visit),))


def _call(booth: Booth, event: CallVisitor, now: float) -> Step:
    if not _is_of(booth, event.visit_id):
        return Step(booth, refusal=UNKNOWN_VISIT)
    if _reached(booth, Phase.VISIT):
        return Step(booth)
    if not booth.prepared:
        return Step(booth, refusal=NOT_PREPARED)
    if event.attempt <= booth.attempt or booth.ended_by_visitor:
        return Step(booth)
    called = replace(
        booth, phase=Phase.CALLED, attempt=event.attempt, until=now + CALLED_S, broken_since=None
    )
    if booth.seated_until is not None and not booth.arrived:
        return Step(replace(called, arrived=True), (TellArrived(event.visit_id),))
    return Step(called, (Announce(event),))


def _came(booth: Booth) -> Step:
    if booth.phase is not Phase.CALLED or booth.arrived or booth.visit is None:
        return Step(booth)
    return Step(replace(booth, arrived=True), (TellArrived(booth.visit.visit_id),))


def _begin(booth: Booth, event: BeginVisit) -> Step:
    if not _is_of(booth, event.visit_id):
        return Step(booth, refusal=UNKNOWN_VISIT)
    if _reached(booth, Phase.VISIT):
        return Step(booth)
    if not booth.prepared:
        return Step(booth, refusal=NOT_PREPARED)
    begun = replace(
        booth,
        phase=Phase.VISIT,
        # Whoever left a moment ago is still asked about nothing: the end is on its way.
        until=booth.until if booth.ended_by_visitor else None,
        broken_since=None,
        arrived=True,
        seated_until=None,
    )
    return Step(begun, (StopAnnouncing(), ShowCamera()))


def _change_parties(booth: Booth, event: ChangeParties, now: float) -> Step:
    """Somebody comes or leaves; in another room the visit goes on with another clerk."""
    visit = booth.visit
    if visit is None or not _goes_on(booth, event.visit_id) or event.turn <= booth.turn:
        return Step(booth)
    changed = visit.model_copy(
        update={
            "room_id": event.room_id,
            "clerk_name": event.clerk_name,
            "clerk_sub": event.clerk_sub,
        }
        | ({} if event.ice_servers is None else {"ice_servers": event.ice_servers})
    )
    after = replace(booth, visit=changed, companions=event.companions, turn=event.turn)
    if event.room_id == visit.room_id:
        return Step(after)
    if booth.phase is not Phase.VISIT:
        return Step(after, (OpenRoom(changed),))
    if booth.until is None:
        after = replace(after, until=now + REJOIN_S)
    return Step(after, (OpenRoom(changed), ShowCamera()))


def _finished(booth: Booth, now: float) -> Step:
    """Whoever sits here leaves: the control plane says what follows, or we do when it is silent."""
    out = way_out(booth)
    if out is None or booth.visit is None:
        return Step(booth)
    told = TellEnded(booth.visit.visit_id)
    if booth.phase is Phase.SEATED:
        left = _take_along(replace(booth, ended_by_visitor=True), now)
        return replace(left, effects=(told, *left.effects))
    ended = replace(booth, ended_by_visitor=True)
    if booth.phase is Phase.WIPING:
        return Step(ended, (told,))  # asked to take the papers along when it is wiped
    if out is WayOut.NUMBER:
        return Step(replace(ended, until=now + FINISH_S), (told, StopAnnouncing()))
    return Step(replace(ended, until=now + FINISH_S), (told,))


def _cancel(booth: Booth, event: CancelVisit, now: float) -> Step:
    if not _goes_on(booth, event.visit_id):
        return Step(booth)  # it is over already: that is what was asked for
    if booth.phase is Phase.VISIT:
        return _remind(booth, now, lost=True)
    if event.reason == "no_show":
        booth = replace(booth, seated_until=None)
    return _withdraw(booth, event.reason, now)


def _end(booth: Booth, event: EndVisit, now: float) -> Step:
    if not _goes_on(booth, event.visit_id):
        return Step(booth)
    if booth.phase is not Phase.VISIT:
        return _withdraw(booth, "withdrawn", now)
    if event.reason == "moved":
        return _move_on(booth, event, now)
    return _remind(booth, now, lost=event.reason == "lost")


def _goes_on(booth: Booth, visit: VisitId) -> bool:
    over = booth.phase is Phase.SEATED or _reached(booth, Phase.ENDING)
    return _is_of(booth, visit) and not over


def _move_on(booth: Booth, event: EndVisit, now: float) -> Step:
    """Another clerk goes on: the visitor stays, or waits outside with the same number."""
    visit = booth.visit
    if visit is None:
        return Step(booth)
    closed = CloseRoom(visit.room_id)
    booth = replace(booth, ended_by_visitor=False)  # of this errand; who stays may still leave
    if not event.seated_s:
        leaving = replace(booth, phase=Phase.LEAVING, until=now + LEAVE_S)
        return Step(leaving, (closed, AskOut(visit)))
    seated = replace(
        booth, phase=Phase.WIPING, until=None, seated_until=now + event.seated_s + SEAT_GRACE_S
    )
    return Step(seated, (closed, Wipe(visit.visit_id)))


def _leave_seat(booth: Booth, event: LeaveSeat, now: float) -> Step:
    """The time is over, or the booth failed; one that is being wiped comes to it after that."""
    if booth.seated_until is None or not _is_of(booth, event.visit_id):
        return Step(booth)
    if booth.phase is Phase.SEATED:
        return _ask_out(booth, now)
    if booth.phase in {Phase.WIPING, Phase.OUT_OF_USE}:
        return Step(replace(booth, seated_until=now))
    return Step(booth)  # the next visit has the visitor


def _ask_out(booth: Booth, now: float) -> Step:
    if booth.visit is None:
        return Step(booth)
    leaving = replace(booth, phase=Phase.LEAVING, until=now + LEAVE_S, seated_until=None)
    return Step(leaving, (AskOut(booth.visit),))


def _clerk_gone(booth: Booth, visit: PrepareVisit, now: float) -> Step:
    ended = _remind(booth, now, lost=True)
    return replace(ended, effects=(TellLost(visit.visit_id, "clerk_lost"), *ended.effects))


def _remind(booth: Booth, now: float, *, lost: bool) -> Step:
    """The visitor was here: papers and ID must not stay behind."""
    if booth.visit is None:
        return Step(booth)
    ending = replace(booth, phase=Phase.ENDING, until=now + REMIND_S, lost=lost)
    return Step(ending, (CloseRoom(booth.visit.room_id), Remind(booth.visit)))


def _take_along(booth: Booth, now: float) -> Step:
    """Whoever left without a visit, or between two, is reminded, and asked for no smiley."""
    reminded = _remind(replace(booth, seated_until=None), now, lost=True)
    if booth.phase in {Phase.SEATED, Phase.WIPING}:
        kept = tuple(each for each in reminded.effects if not isinstance(each, CloseRoom))
        return replace(reminded, effects=kept)  # the room was left before the wiping
    return reminded


def _withdraw(booth: Booth, reason: str, now: float) -> Step:
    """Nobody was here yet: straight to the wiping; whoever was, and left, is reminded first."""
    if booth.visit is None:
        return Step(booth)
    effects: list[Effect] = [StopAnnouncing()]
    if not booth.prepared:
        effects.append(Prepared(booth.visit.visit_id, reason))
    if booth.ended_by_visitor:
        left = _take_along(booth, now)
        return replace(left, effects=(*effects, *left.effects))
    effects += [CloseRoom(booth.visit.room_id), Wipe(booth.visit.visit_id)]
    return Step(replace(booth, phase=Phase.WIPING, until=None), tuple(effects))


def _rated(booth: Booth, event: Rated, now: float) -> Step:
    if booth.phase is not Phase.RATE or booth.visit is None:
        return Step(booth)
    thanked = replace(booth, phase=Phase.THANKS, until=now + THANKS_S)
    return Step(thanked, (TellRated(booth.visit.visit_id, event.smiley),))


def _restarted(booth: Booth, event: Restarted, now: float) -> Step:
    if booth.phase is not Phase.IDLE:
        return Step(booth)
    visit = event.visit
    match event.phase:
        case Phase.VISIT | Phase.CALLED:
            again = Booth(
                phase=event.phase,
                visit=visit,
                until=now + (REJOIN_S if event.phase is Phase.VISIT else CALLED_S),
                prepared=True,
                # A recall counts on; the call itself is not repeated by a restart.
                attempt=1 if event.phase is Phase.CALLED else 0,
                arrived=event.phase is Phase.VISIT,
                companions=event.companions,
                turn=event.turn,
            )
            effects: tuple[Effect, ...] = (OpenRoom(visit),)
            if event.phase is Phase.VISIT:
                effects += (ShowCamera(),)
            return Step(again, effects)
        case Phase.PREPARE:
            wiping = Booth(phase=Phase.WIPING, visit=visit, lost=True)
            return Step(wiping, (TellLost(visit.visit_id, "restarted"), Wipe(visit.visit_id)))
        case Phase.SEATED:
            until = now + SEAT_S
            return Step(Booth(Phase.SEATED, visit, until, seated_until=until))
        case _:
            return Step(Booth(phase=Phase.WIPING, visit=visit), (Wipe(visit.visit_id),))


def _wiped(booth: Booth, event: Wiped, now: float) -> Step:
    over = booth.phase in {Phase.WIPING, Phase.OUT_OF_USE} and _is_of(booth, event.visit)
    if not over:
        return Step(booth)
    told = TellWiped(event.visit, clean=event.clean, found=event.found)
    if event.clean and booth.seated_until is not None and booth.ended_by_visitor:
        return _take_along(booth, now)  # the receipt that lets the booth comes when they are gone
    if event.clean and booth.visit is not None and booth.seated_until is not None:
        seated = Booth(
            phase=Phase.SEATED,
            visit=bare(booth.visit),
            until=booth.seated_until,
            seated_until=booth.seated_until,
        )
        return Step(seated, (told, AskToStay(booth.visit)))
    if event.clean:
        return Step(Booth(), (told,))
    out = replace(booth, phase=Phase.OUT_OF_USE, until=now + WIPE_AGAIN_S)
    # A second bad receipt says nothing new.
    return Step(out, () if booth.phase is Phase.OUT_OF_USE else (told,))


def _time_passed(booth: Booth, now: float) -> Step:  # noqa: C901, PLR0911, PLR0912 - one case a phase
    visit = booth.visit
    due = wakes_at(booth)
    if due is None or now < due:
        return Step(booth)
    if visit is None:
        return Step(Booth())  # nobody took the clerk's picture away
    match booth.phase:
        case Phase.PREPARE if not booth.prepared:
            return _withdraw(booth, obstacle(booth.checks) or TIMEOUT, now)
        case Phase.PREPARE | Phase.CALLED:
            forgotten = _withdraw(booth, TIMEOUT, now)
            told = TellLost(visit.visit_id, "no_answer")
            return replace(forgotten, effects=(told, *forgotten.effects))
        case Phase.VISIT if booth.ended_by_visitor:
            return _remind(booth, now, lost=False)
        case Phase.VISIT:
            return _clerk_gone(booth, visit, now)
        case Phase.ENDING if not booth.lost:
            return Step(replace(booth, phase=Phase.RATE, until=now + RATE_S))
        case Phase.RATE:
            return Step(replace(booth, phase=Phase.THANKS, until=now + THANKS_S))
        case Phase.OUT_OF_USE:
            return Step(replace(booth, until=now + WIPE_AGAIN_S), (Wipe(visit.visit_id),))
        case Phase.SEATED:
            return _ask_out(booth, now)
        case Phase.ENDING | Phase.THANKS | Phase.LEAVING:
            return _to_wiping(booth, visit)
        case Phase.IDLE | Phase.WIPING:
            return Step(booth)
        case _:
            assert_never(booth.phase)


def _to_wiping(booth: Booth, visit: PrepareVisit) -> Step:
    return Step(replace(booth, phase=Phase.WIPING, until=None), (Wipe(visit.visit_id),))


def wakes_at(booth: Booth) -> float | None:
    """When must `TimePassed` be looked at, if nothing happens before?"""
    times = [booth.until] if booth.until is not None else []
    if booth.broken_since is not None and booth.phase is Phase.PREPARE:
        times.append(booth.broken_since + BROKEN_S)
    return min(times, default=None)
