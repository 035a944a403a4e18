"""Does a visit live through what breaks around it, under the same id or by rule?

One demo, one visit at a time: each test leaves the point empty and the clerk off duty.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.system import papers
from tests.system.demo import Demo, running_demo
from tests.system.people import Clerk, Visitor, meet, part
from tests.system.records import tickets_of, visits_of
from tests.system.words import FINNISH
from tests.virtual.print_stack import wait_for

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own: its parts are killed."""
    with running_demo(tmp_path_factory.mktemp("interrupted") / "demo") as running:
        yield running


@pytest.fixture
def visitor(demo: Demo, kiosk: BrowserContext) -> Visitor:
    """Somebody at the point."""
    return Visitor(demo, kiosk, FINNISH)


@pytest.fixture
def aino(demo: Demo, clerk: BrowserContext) -> Clerk:
    """The clerk."""
    return Clerk(demo, clerk, FINNISH, demo.account("kela"))


def one_visit(demo: Demo, number: int) -> str:
    """The id of the only visit of this number."""
    ((identity, _),) = visits_of(demo, number)
    return identity


def ended_as_one(demo: Demo, number: int, identity: str) -> None:
    """One ticket, one visit, one id, and it came to its end."""
    wait_for(lambda: visits_of(demo, number) == [(identity, "closed")], "the end", within_s=30)
    assert tickets_of(demo, number) == ["completed"]


def test_faces_go_on_while_the_broker_is_killed(demo: Demo, visitor: Visitor, aino: Clerk) -> None:
    number = meet(visitor, aino)
    visit = one_visit(demo, number)
    demo.kill("broker")
    assert aino.sees_the_visitor()
    assert visitor.sees_the_clerk()
    part(visitor, aino)
    ended_as_one(demo, number, visit)


def test_a_reloaded_desk_is_back_in_the_same_visit_within_ten_seconds(
    demo: Demo, visitor: Visitor, aino: Clerk
) -> None:
    number = meet(visitor, aino)
    visit = one_visit(demo, number)
    aino.desk.reload()
    expect(aino.desk.locator("video#visitor")).to_be_visible(timeout=10_000)
    assert aino.sees_the_visitor(within_s=10)
    assert aino.sees_the_paper()
    assert visitor.sees_the_clerk()
    part(visitor, aino)
    ended_as_one(demo, number, visit)


def test_a_reloaded_booth_screen_is_back_in_the_same_visit_within_ten_seconds(
    demo: Demo, visitor: Visitor, aino: Clerk
) -> None:
    number = meet(visitor, aino)
    visit = one_visit(demo, number)
    visitor.booth.reload()
    expect(visitor.booth.locator("video.clerk-picture")).to_be_visible(timeout=10_000)
    assert visitor.sees_the_clerk(within_s=10)
    assert aino.sees_the_visitor(within_s=10)
    part(visitor, aino)
    ended_as_one(demo, number, visit)


def test_an_agent_killed_mid_visit_is_back_with_camera_and_printer(
    demo: Demo, visitor: Visitor, aino: Clerk
) -> None:
    number = meet(visitor, aino)
    visit = one_visit(demo, number)
    demo.kill("agent")
    assert aino.sees_the_visitor()
    assert visitor.sees_the_clerk()
    assert aino.sees_the_paper(within_s=40)
    aino.prints(papers.pdf("Todistus"))
    expect(aino.desk.get_by_text(FINNISH.print_out)).to_be_visible(timeout=30_000)
    part(visitor, aino)
    ended_as_one(demo, number, visit)
