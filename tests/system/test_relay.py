"""Does a visit work where media may go through the relay alone, as in production?"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.system import papers
from tests.system.demo import Demo, running_demo
from tests.system.pages import media_paths
from tests.system.people import Clerk, Visitor
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that lets nothing go straight."""
    folder = tmp_path_factory.mktemp("relay") / "demo"
    with running_demo(folder, options=["--relay-only"]) as running:
        yield running


def test_every_connection_of_a_visit_goes_through_the_relay(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext
) -> None:
    visitor = Visitor(demo, kiosk, FINNISH)
    aino = Clerk(demo, clerk, FINNISH, demo.account("kela"))
    aino.sign_in()
    number = visitor.take_number()
    aino.call_next()
    aino.has_called()
    visitor.is_called(number)
    visitor.step_in()
    assert aino.sees_the_visitor()
    assert aino.sees_the_paper()
    aino.prints(papers.pdf("Todistus"))
    expect(aino.desk.get_by_text(FINNISH.print_out)).to_be_visible(timeout=30_000)

    assert media_paths(aino.desk) == ["relay to relay", "relay to relay"]

    aino.ends()
    expect(visitor.booth.get_by_text(FINNISH.take_identity)).to_be_visible()
