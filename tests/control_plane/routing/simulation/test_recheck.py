"""Is a decision that does not agree with its time's choices found, and no other?"""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy, ShorterFirst
from control_plane.routing.rules.reasons import Kind, reasons
from control_plane.routing.simulation.recheck import Doubt, Made, Waited, recheck
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW

CLERK = FreeClerk(UUID(int=100), "kela", Profile(frozenset({Language.FINNISH})), NOW)
BOOTH = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)
SHORTER = Policy(shorter_first=ShorterFirst(2.0, 14, timedelta(minutes=30)))


def came(number: int, minutes_ago: int, *, sv: bool = False, lasts: int = 14) -> WaitingTicket:
    need = Need("kela", Language.SWEDISH if sv else Language.FINNISH, minutes=lasts)
    return WaitingTicket(UUID(int=number), NOW - timedelta(minutes=minutes_ago), "salla", need)


def made(ticket: WaitingTicket, queue: list[WaitingTicket], version: int = 0) -> Made:
    policy = SHORTER if version else DEFAULT
    told = reasons(ticket, CLERK, queue, [BOOTH], kind=Kind.NEXT, policy=policy, now=NOW)
    return Made(UUID(int=900), NOW, ticket.id, version, told)


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.booleans(), st.sampled_from([7, 14, 30])),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 1),
)
def test_what_was_decided_by_the_rules_agrees(
    matters: list[tuple[int, bool, int]], version: int
) -> None:
    queue = [
        came(number, ago, sv=sv, lasts=lasts) for number, (ago, sv, lasts) in enumerate(matters)
    ]
    policy = SHORTER if version else DEFAULT
    free = [each for each in queue if each.need.language is Language.FINNISH]
    if not free:
        return
    first = min(
        free,
        key=lambda each: sum(
            other.id != each.id and other in _ahead(each, free, policy) for other in free
        ),
    )
    waited = {each.id: Waited(each, None) for each in queue}
    assert recheck([made(first, queue, version)], waited, {1: SHORTER}) == []


def _ahead(
    ticket: WaitingTicket, queue: list[WaitingTicket], policy: Policy
) -> list[WaitingTicket]:
    told = reasons(ticket, CLERK, queue, [BOOTH], kind=Kind.NEXT, policy=policy, now=NOW)
    ids = {each.ticket for each in told.passed}
    return [each for each in queue if each.id in ids]


def test_one_who_waited_and_is_not_told_of_is_found() -> None:
    old, taken = came(1, 30, sv=True), came(2, 10)
    waited = {each.id: Waited(each, None) for each in (old, taken)}
    [differs] = recheck([made(taken, [taken])], waited, {})
    assert (differs.doubt, differs.about) == (Doubt.UNTOLD, old.id)


def test_who_was_taken_before_did_not_wait_any_more() -> None:
    old, taken = came(1, 30), came(2, 10)
    waited = {
        old.id: Waited(old, NOW - timedelta(minutes=1)),
        taken.id: Waited(taken, None),
    }
    assert recheck([made(taken, [taken])], waited, {}) == []


def test_one_passed_over_without_a_reason_is_found() -> None:
    old, taken = came(1, 30), came(2, 10)
    waited = {each.id: Waited(each, None) for each in (old, taken)}
    [differs] = recheck([made(taken, [old, taken])], waited, {})
    assert differs.doubt is Doubt.NO_REASON


def test_an_order_of_other_choices_is_found() -> None:
    """Under shorter first the short matter goes before; under the defaults it does not."""
    long, short = came(1, 10, lasts=30), came(2, 5, sv=True, lasts=7)
    waited = {each.id: Waited(each, None) for each in (long, short)}
    decision = made(long, [long, short], 1)
    assert recheck([decision], waited, {1: SHORTER}) == []
    assert [each.doubt for each in recheck([decision], waited, {1: DEFAULT})] == [Doubt.ORDER]


def test_whoever_was_held_for_another_errand_was_not_passed_over() -> None:
    busy, taken = came(1, 30), came(2, 10)
    decision = made(taken, [taken])
    for held, doubts in (
        ((), [Doubt.UNTOLD]),
        (((NOW - timedelta(minutes=5), None),), []),
        (((NOW - timedelta(minutes=5), NOW),), []),  # in the same moment nothing is certain
        (((NOW - timedelta(minutes=9), NOW - timedelta(minutes=5)),), [Doubt.UNTOLD]),
    ):
        waited = {1: Waited(busy, None, held), 2: Waited(taken, NOW)}
        by_id = {UUID(int=number): each for number, each in waited.items()}
        assert [each.doubt for each in recheck([decision], by_id, {})] == doubts
