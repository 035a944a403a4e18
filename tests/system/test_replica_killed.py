"""Does a replica that is killed behind the page in a call cost anybody a request? It may not.

A real point and desk, two replicas behind haproxy on PostgreSQL. Each time a request stands at a
replica that has not read it yet when it, or the other one, is killed.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Request, expect

from control_plane.tickets.tables import tickets
from control_plane.visits.tables import visits
from tests.system.people import Clerk, Visitor, meet, part
from tests.system.replicas import ManyReplicas, running_replicas
from tests.system.words import FINNISH
from tests.virtual.print_stack import wait_for

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]

HOLD = "Pidä odotuksella"
GO_ON = "Jatka"
ALONE = "Yhteys palveluun katkesi."
ROUNDS = 2
WISH_BYTES = 400  # a wish with its head is longer; what else stands unread is under 100
ESTABLISHED = "01"
UNDER_WAY_MS = 300
BACK_MS = 40_000


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ManyReplicas]:
    """A point behind two replicas."""
    with running_replicas(tmp_path / "point") as running:
        yield running


@dataclass
class Wishes:
    """Every change that a page asks for: its key, and what each try was answered (0: nothing).

    A browser itself asks again when a connection that it has used before is cut; of that a page
    hears nothing.
    """

    page: Page
    answers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.page.on("response", lambda answer: self._note(answer.request, answer.status))
        self.page.on("requestfailed", lambda request: self._note(request, 0))

    def _note(self, request: Request, status: int) -> None:
        key = request.headers.get("idempotency-key")
        if key is not None:
            self.answers[key].append(status)

    @property
    def lost(self) -> list[list[int]]:
        """Those that were not done in the end."""
        return [tries for tries in self.answers.values() if not 200 <= tries[-1] < 300]


def unread(port: int) -> int:
    """The most bytes that any connection to a listener holds for a process that does not read."""
    most = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if state == ESTABLISHED and int(local.split(":")[1], 16) == port:
            most = max(most, int(queues.split(":")[1], 16))
    return most


def killed_while_it_presses(
    place: ManyReplicas, clerk: Clerk, press: str, *, asked_one: bool
) -> None:
    """The press stands at one of two replicas that do not read; one is killed, one goes on."""
    button = clerk.desk.get_by_role("button", name=press, exact=True)
    expect(button).to_be_enabled()
    for replica in place.replicas:
        replica.pause()
    button.click()
    clerk.desk.wait_for_timeout(UNDER_WAY_MS)
    # A page's wish is longer than the proxy's question whether somebody is there; now and then
    # something else of the page's stands at the other one.
    asked = max(place.replicas, key=lambda each: unread(each.port))
    assert unread(asked.port) >= WISH_BYTES  # else the kill would prove nothing
    victim = next(each for each in place.replicas if (each is asked) is asked_one)
    victim.kill()
    for replica in place.replicas:
        replica.go_on()
    opposite = GO_ON if press == HOLD else HOLD
    expect(clerk.desk.get_by_role("button", name=opposite, exact=True)).to_be_enabled(
        timeout=BACK_MS
    )
    victim.start()
    place.all_serve()
    expect(clerk.desk.get_by_text(ALONE)).to_have_count(0, timeout=BACK_MS)


def test_a_replica_killed_in_a_call_costs_no_request(
    place: ManyReplicas, kiosk: BrowserContext, clerk: BrowserContext
) -> None:
    visitor = Visitor(place, kiosk, FINNISH)
    aino = Clerk(place, clerk, FINNISH, place.account("kela"))
    wishes = Wishes(aino.desk)
    number = meet(visitor, aino)
    for _ in range(ROUNDS):
        killed_while_it_presses(place, aino, HOLD, asked_one=True)
        killed_while_it_presses(place, aino, GO_ON, asked_one=False)
        assert aino.sees_the_visitor()
        assert visitor.sees_the_clerk()
    asked_again = sum(len(tries) > 1 for tries in wishes.answers.values())
    sys.stderr.write(f"\n[replicas] the page asked again {asked_again} times after a kill\n")
    part(visitor, aino)
    assert wishes.lost == []
    engine = sa.create_engine(place.database)
    asked = (
        sa.select(visits.c.state, tickets.c.state)
        .join(tickets, tickets.c.id == visits.c.ticket_id)
        .where(tickets.c.number == number)
    )
    with engine.connect() as connection:

        def stored() -> list[tuple[str, str]]:
            found = connection.execute(asked).all()
            connection.rollback()
            return [(str(visit), str(ticket)) for visit, ticket in found]

        wait_for(lambda: stored() == [("closed", "completed")], "the end", within_s=30)
    engine.dispose()
