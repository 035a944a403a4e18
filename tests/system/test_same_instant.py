"""Do two clerks who press «call next» at the same instant ever get the same visitor? Try it often.

Two browsers of two processes, two replicas behind haproxy, PostgreSQL. Where two visitors wait,
each clerk gets one; where one waits, one clerk does and the other reads why not.
"""

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from control_plane.tickets.tables import tickets
from control_plane.visits.tables import visits
from tests.control_plane.world import PASSWORD
from tests.history import nation
from tests.system.conftest import CHROMIUM, QUIET
from tests.system.country import Country, running_country
from tests.system.demo import Account, Place
from tests.system.people import Clerk
from tests.system.words import FINNISH
from tests.virtual.print_stack import wait_for

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(900)]

PRESSES = 100
ONE_WAITS_EACH = 4  # in every so many rounds only one visitor waits
AHEAD_MS = 120  # until both pages know when
WITHIN_S = 60
# The other's claim may be met before it is whole: then the booth is gone, the number not yet.
WHY_NOT = re.compile(
    r"Jonossa ei ole ketään, jonka voisit nyt kutsua\.|Yksikään asiointitila ei ole nyt valmis\."
)
PRESS_AT = """
(button, at) => {
  performance.clearResourceTimings();
  setTimeout(() => button.click(), at - Date.now());
}
"""
UNDER_WAY = """
() => {
  const asked = performance.getEntriesByType('resource').filter(
    ({ name }) => name.endsWith('/desk/next'));
  return asked.map(({ startTime, responseEnd }) =>
    [performance.timeOrigin + startTime, performance.timeOrigin + responseEnd]);
}
"""
GOT_SOMEBODY = "#before-title, #visit-title"
CAME_OF_IT = f"""
() => document.querySelector('{GOT_SOMEBODY}')
  || document.querySelector('.notices [role=alert]')
"""


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    """Fourteen booths, and two replicas that share them."""
    with running_country(tmp_path) as running:
        yield running


@pytest.fixture
def other_browser(playwright: Playwright) -> Iterator[Browser]:
    """A second browser, not a second window."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@dataclass
class Desk:
    """A clerk's page, and the same clerk's way to the API beside it."""

    clerk: Clerk
    csrf: str

    @property
    def page(self) -> Page:
        """The desk."""
        return self.clerk.desk

    def stored(self) -> Any:
        """The desk as the control plane has it."""
        return self.clerk.context.request.get(f"{self._api}/desk").json()

    def has_got(self) -> str:
        """The ticket of the visit that the page shows."""
        ends = time.monotonic() + WITHIN_S
        # A replica that was not asked knows of it a little later.
        while (visit := self.stored()["visit"]) is None:
            assert time.monotonic() < ends
        expect(self.page.locator("main")).to_contain_text(str(visit["number"]))
        return str(visit["ticket_id"])

    def is_free(self) -> bool:
        """Is the clerk free again? If not, the visit goes a step on towards its end."""
        desk = self.stored()
        visit = desk["visit"]
        match visit and visit["state"]:
            case "called":
                self._ask(f"visits/{visit['id']}/arrived")
            case "in_session" | "closing":
                self._ask(f"visits/{visit['id']}/end", {"outcome": "done"})
            case _ if desk["me"]["state"] == "wrap_up":
                self._ask("desk/wrap-up", {"action": "done"})
            case _:
                shown = self.page.locator(GOT_SOMEBODY).count()
                return bool(desk["me"]["state"] == "available" and not shown)
        return False

    def reads_why_not(self) -> None:
        """The refusal has words; they are put away."""
        alert = self.page.locator(".notices").get_by_role("alert")
        expect(alert).to_contain_text(WHY_NOT)
        self.page.locator(".notices").get_by_role("button", name="Sulje").click()

    def _ask(self, path: str, body: object = None) -> None:
        # A visitor who came by himself meanwhile makes this refused: the next look tells.
        headers = {"X-Etapiste-CSRF": self.csrf, "Origin": self.clerk.demo.url}
        self.clerk.context.request.post(f"{self._api}/{path}", headers=headers, data=body)

    @property
    def _api(self) -> str:
        return f"{self.clerk.demo.url}/api/v1"


def at_desk(place: Place, context: BrowserContext, username: str) -> Desk:
    """Signed in and free."""
    clerk = Clerk(place, context, FINNISH, Account(username, PASSWORD, "kela"))
    clerk.sign_in()
    session = context.request.get(f"{place.url}/api/v1/session").json()
    return Desk(clerk, session["csrf"])


def press_together(desks: list[Desk]) -> bool:
    """Both press when the same millisecond begins; were both requests under way at once?"""
    buttons = [desk.page.get_by_role("button", name=FINNISH.next) for desk in desks]
    for button in buttons:
        expect(button).to_be_enabled()
    at = time.time() * 1000 + AHEAD_MS
    for button in buttons:
        button.evaluate(PRESS_AT, at)
    for desk in desks:
        desk.page.wait_for_function(CAME_OF_IT)
    [[(began, ended)], [(other_began, other_ended)]] = [
        desk.page.evaluate(UNDER_WAY) for desk in desks
    ]
    return bool(began < other_ended and other_began < ended)


def round_of(country: Country, desks: list[Desk], waiting: int) -> tuple[list[str], bool]:
    """So many visitors wait for two presses; gives their tickets, and whether the presses met."""
    coming = sorted(map(str, country.take(nation.SERVICES["kela"], waiting)))
    met = press_together(desks)
    got = []
    for desk in desks:
        if desk.page.locator(GOT_SOMEBODY).count():
            got.append(desk.has_got())
        else:
            desk.reads_why_not()
    # Nobody twice, nobody left.
    assert sorted(got) == coming
    wait_for(
        lambda: sum(desk.is_free() for desk in desks) == len(desks), "both free", within_s=WITHIN_S
    )
    return coming, met


def test_a_hundred_presses_at_the_same_instant_give_each_visitor_to_one_clerk(
    country: Country, clerk_browser: Browser, other_browser: Browser, tmp_path: Path
) -> None:
    place = Place(tmp_path, int(country.plane.origin.rsplit(":", 1)[1]))
    contexts = [each.new_context(locale="fi-FI") for each in (clerk_browser, other_browser)]
    try:
        desks = [
            at_desk(place, context, f"kela{number}") for number, context in enumerate(contexts)
        ]
        taken, at_once, began = [], 0, time.monotonic()
        for turn in range(PRESSES):
            coming, met = round_of(country, desks, 1 if turn % ONE_WAITS_EACH == 0 else 2)
            taken += coming
            at_once += met
        sys.stderr.write(
            f"\n[presses] {PRESSES} pairs in {time.monotonic() - began:.0f} s, "
            f"{at_once} of them under way at once\n"
        )
    finally:
        for context in contexts:
            context.close()
    # Else nothing was proved: the second press has to come before the first has its answer.
    assert at_once > PRESSES / 2
    with country.plane.engine.connect() as connection:
        states = connection.execute(sa.select(tickets.c.id, tickets.c.state)).all()
        served = connection.execute(sa.select(visits.c.ticket_id)).scalars().all()
    assert {state for _, state in states} == {"completed"}
    assert sorted(map(str, served)) == sorted(taken)
    assert sorted(str(identity) for identity, _ in states) == sorted(taken)
