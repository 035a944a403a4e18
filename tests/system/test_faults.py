"""What do people see when a part fails in the middle of their matter, and what is lost? Nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.system import papers
from tests.system.demo import Demo
from tests.system.incidents import (
    TOLD_MS,
    Meeting,
    count,
    eventually,
    frozen,
    last_visit,
    meeting,
    restarted,
    shown,
    ticket,
    timed,
    waiting_on_disk,
)
from tests.system.words import FINNISH

pytestmark = pytest.mark.system

LINE_DOWN = "Yhteys on poikki"
DESK_ALONE = "Yhteys palveluun katkesi."
PRINTER_AWAY = "Yhteys tilan tulostimeen ja kameraan katkesi."
ELSEWHERE = "Asiointitilan näyttö on auki toisessa ikkunassa"
HELP_ASKED = "select count(*) from facts where kind = 'help.asked'"
VISITS = "select count(*) from visits"
TICKETS = "select count(*) from tickets"


@pytest.fixture
def met(demo: Demo, kiosk: BrowserContext, clerk: BrowserContext) -> Iterator[Meeting]:
    """A visitor and a clerk of the module's demo."""
    with meeting(demo, kiosk, clerk) as both:
        yield both


# --- the line ----------------------------------------------------------------------------------


def test_a_dead_line_is_said_in_ten_seconds_and_help_rings_here_and_arrives_once(
    demo: Demo, met: Meeting
) -> None:
    screen, bench = met.visitor.waiting_area, met.visitor.bench
    expect(screen.locator("button.agency").first).to_be_visible()
    asked = count(demo, HELP_ASKED)
    with frozen(demo, "broker"):
        with timed("line dead to the words on the screen"):
            shown(screen, LINE_DOWN)
        with timed("help to the lamp"):
            screen.get_by_role("button", name="Tarvitsen apua").first.click()
            expect(bench.locator(".lamp[data-lit]")).to_be_visible(timeout=2_000)
        assert waiting_on_disk(demo, "help.pressed") == 1
        assert count(demo, HELP_ASKED) == asked
    with timed("line back to the words gone"):
        expect(screen.get_by_text(LINE_DOWN)).to_have_count(0, timeout=20_000)
    eventually(lambda: waiting_on_disk(demo, "help.pressed") == 0, "help to arrive", within_s=20)
    assert count(demo, HELP_ASKED) == asked + 1


# --- processes that die in the middle of a visit -----------------------------------------------


@pytest.mark.slow
def test_a_visit_goes_on_without_the_broker_and_ends_under_the_same_id(
    demo: Demo, met: Meeting
) -> None:
    number = met.begin()
    visit, visits = last_visit(demo)[0], count(demo, VISITS)
    restarted(demo, "broker")
    assert met.faces_move()
    with timed("broker killed to a visit that ends"):
        met.part()
    eventually(lambda: last_visit(demo)[2], "the wiping to be told", within_s=30)
    assert last_visit(demo)[:2] == (visit, "closed")
    assert (count(demo, VISITS), ticket(demo, number)) == (visits, "completed")


def test_a_visit_goes_on_without_the_control_plane_and_no_ticket_is_lost_or_doubled(
    demo: Demo, met: Meeting
) -> None:
    number = met.begin()
    waiting = met.visitor.take_number()
    visit, tickets = last_visit(demo)[0], count(demo, TICKETS)
    demo.kill("control-plane")
    with timed("control plane killed to the words at the desk"):
        expect(met.notice(DESK_ALONE)).to_be_visible(timeout=TOLD_MS)
    assert met.faces_move()
    with timed("control plane killed to the desk connected"):
        expect(met.notice(DESK_ALONE)).to_have_count(0, timeout=30_000)
    assert met.faces_move()
    assert last_visit(demo)[:2] == (visit, "in_session")
    met.part()
    assert last_visit(demo)[:2] == (visit, "closed")
    assert (ticket(demo, number), ticket(demo, waiting)) == ("completed", "waiting")
    assert count(demo, TICKETS) == tickets
    give_up(met)


@pytest.mark.slow
def test_a_visit_is_taken_up_again_by_a_new_agent_with_camera_and_printer(
    demo: Demo, met: Meeting
) -> None:
    number = met.begin()
    visit = last_visit(demo)[0]
    demo.kill("agent")
    with timed("agent killed to the words at the desk"):
        expect(met.notice(PRINTER_AWAY)).to_be_visible(timeout=TOLD_MS)
    assert met.faces_move()
    with timed("agent killed to the words gone"):
        expect(met.notice(PRINTER_AWAY)).to_have_count(0, timeout=40_000)
    assert met.clerk.sees_the_paper()
    met.clerk.prints(papers.pdf("Todistus"))
    shown(met.clerk.desk, FINNISH.print_out, within_ms=30_000)
    assert met.faces_move()
    met.part()
    eventually(lambda: last_visit(demo)[2], "the wiping to be told", within_s=30)
    assert last_visit(demo)[:2] == (visit, "closed")
    assert ticket(demo, number) == "completed"


@pytest.mark.slow
def test_a_page_under_way_when_the_agent_dies_is_doubtful_and_never_printed_again(
    demo: Demo, met: Meeting
) -> None:
    met.begin()
    met.clerk.prints(papers.pdf("Pitkä", pages=8))
    expect(met.clerk.desk.locator(".job[data-state=printing]")).to_be_visible(timeout=20_000)
    demo.kill("agent")
    with timed("agent killed in a print to its end at the desk"):
        expect(met.clerk.desk.locator(".job[data-state=doubtful]")).to_be_visible(timeout=40_000)
    # A new agent's simulated printer begins with an empty tray: what lies in it came out twice.
    met.visitor.bench.wait_for_timeout(5_000)
    shown(met.visitor.bench, "Ei vielä papereita")
    met.part()


# --- pages that are loaded again ----------------------------------------------------------------


def test_a_desk_that_is_reloaded_is_back_in_the_same_visit_in_ten_seconds(
    demo: Demo, met: Meeting
) -> None:
    met.begin()
    visit = last_visit(demo)[0]
    with timed("desk reloaded to both pictures"):
        met.clerk.desk.reload()
        expect(met.clerk.desk.locator("video#visitor")).to_be_visible(timeout=TOLD_MS)
        assert met.faces_move()
    assert met.clerk.sees_the_paper()
    met.part()
    assert last_visit(demo)[:2] == (visit, "closed")


# --- peripherals --------------------------------------------------------------------------------


def test_a_printer_without_paper_is_said_at_the_desk_and_goes_on_after_a_refill(
    met: Meeting,
) -> None:
    met.begin()
    desk = met.clerk.desk
    paper_out = met.bench_switch("document-printer", "Paperi loppu")
    paper_out.click()
    with timed("paper out to the words at the desk"):
        expect(met.notice("Tulostin: paperi loppu.")).to_be_visible(timeout=TOLD_MS)
    met.clerk.prints(papers.pdf("Odottava"))
    shown(desk, "Tulostuu Paperi loppui.")
    shown(met.visitor.booth, "Tulostimesta on paperi loppu. Virkailija tietää siitä.")
    paper_out.click()
    with timed("refill to the paper out of the printer"):
        shown(desk, FINNISH.print_out, within_ms=TOLD_MS)
    expect(met.notice("Tulostin: paperi loppu.")).to_have_count(0, timeout=TOLD_MS)
    met.part()


# --- a visitor who does not come ----------------------------------------------------------------


# --- two screens of one booth -------------------------------------------------------------------


def give_up(met: Meeting, numbers: int = 1) -> None:
    """Nobody stays in the queue for the next test."""
    for _ in range(numbers):
        met.clerk.call_next()
        met.clerk.has_called()
        met.visitor.step_in()
        expect(met.visitor.booth.get_by_text(FINNISH.seen_and_heard)).to_be_visible(timeout=20_000)
        met.part()
