"""What do people see when a part fails in the middle of their matter, and what is lost? Nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.system import papers
from tests.system.demo import Demo, running_demo
from tests.system.incidents import (
    TOLD_MS,
    WIPED,
    WIPED_MS,
    Meeting,
    count,
    eventually,
    frozen,
    last_visit,
    meeting,
    shown,
    ticket,
    timed,
    waiting_on_disk,
    with_cups,
)
from tests.system.words import FINNISH
from tests.virtual.print_stack import running_print_stack

pytestmark = [pytest.mark.system, pytest.mark.slow]

LINE_DOWN = "Yhteys on poikki"
DESK_ALONE = "Yhteys palveluun katkesi."
ELSEWHERE = "Asiointitilan näyttö on auki toisessa ikkunassa"
HELP_ASKED = "select count(*) from facts where kind = 'help.asked'"
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


def test_a_device_that_stays_away_ends_the_visit_and_the_ticket_is_first_in_line(
    demo: Demo, met: Meeting
) -> None:
    number = met.begin()
    behind = met.visitor.take_number()
    visit = last_visit(demo)[0]
    with frozen(demo, "agent"), timed("agent frozen to the lost visit at the desk"):
        shown(met.clerk.desk, f"Käynti {number} katkesi", within_ms=90_000)
    assert last_visit(demo)[:2] == (visit, "lost")
    expect(met.visitor.booth.locator(WIPED)).to_be_visible(timeout=WIPED_MS)
    eventually(lambda: last_visit(demo)[2], "the wiping to be told", within_s=30)
    met.visitor.leave()
    met.clerk.wraps_up()
    rows = met.clerk.desk.locator(".queue .row-number")
    expect(rows).to_contain_text([str(number), str(behind)])
    give_up(met, 2)


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


def test_printer_and_camera_without_their_cables_are_said_at_the_desk(met: Meeting) -> None:
    met.begin()
    desk = met.clerk.desk
    assert met.clerk.sees_the_paper()
    printer = met.bench_switch("document-printer", "Johto irti")
    camera = met.bench_switch("camera", "Johto irti")
    printer.click()
    camera.click()
    with timed("cables out to the words at the desk"):
        expect(met.notice("Tulostin: ei yhteyttä.")).to_be_visible(timeout=TOLD_MS)
        expect(met.notice("Dokumenttikamera: ei yhteyttä.")).to_be_visible(timeout=TOLD_MS)
    expect(desk.get_by_role("button", name=FINNISH.take_still)).to_be_disabled()
    desk.get_by_role("tab", name=FINNISH.print_tab).click()
    shown(desk, "Tulostus ei nyt onnistu.")
    printer.click()
    camera.click()
    expect(met.notice("ei yhteyttä")).to_have_count(0, timeout=TOLD_MS)
    desk.get_by_role("tab", name="Dokumenttikamera").click()
    with timed("camera plugged to its picture"):
        assert met.clerk.sees_the_paper()
    met.part()


def test_a_printer_killed_in_the_middle_of_a_job_is_doubtful_and_never_out(
    kiosk: BrowserContext, clerk: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("killed-printer") / "demo"
    with (
        running_print_stack() as printer,
        running_demo(folder, peripherals=with_cups(printer)) as demo,
        meeting(demo, kiosk, clerk) as met,
    ):
        desk = met.clerk.desk
        printer.set_pace(1.5)
        met.begin()
        met.clerk.prints(papers.pdf("Katkeava", pages=8))
        expect(desk.locator(".job[data-state=printing]")).to_be_visible(timeout=20_000)
        arrived = len(printer.arrived())
        desk.wait_for_timeout(3_000)
        printer.kill_printer()
        with timed("printer killed to the words at the desk"):
            expect(met.notice("Tulostin: ei yhteyttä.")).to_be_visible(timeout=TOLD_MS)
        printer.start_printer()
        ended = ".job[data-state=doubtful], .job[data-state=failed]"
        with timed("printer back to the job's end at the desk"):
            expect(desk.locator(ended)).to_be_visible(timeout=60_000)
        desk.wait_for_timeout(5_000)
        expect(desk.locator(".job[data-state=out]")).to_have_count(0)
        # Nothing is printed again by itself.
        assert len(printer.arrived()) <= arrived + 1
        met.part()


# --- a visitor who does not come ----------------------------------------------------------------


def test_a_visitor_who_misses_three_calls_may_return_to_the_old_place(
    demo: Demo, met: Meeting
) -> None:
    number, desk, screen = met.call(), met.clerk.desk, met.visitor.waiting_area
    behind = met.visitor.take_number()
    recall = desk.get_by_role("button", name="Kutsu uudelleen", exact=True)
    expect(desk.get_by_role("button", name="Asiakas ei tule (")).to_be_disabled()
    for attempt in (2, 3):
        expect(recall).to_be_enabled(timeout=25_000)
        recall.click()
        shown(desk, f"Kutsu {attempt}/3")
        met.visitor.is_called(number)
    expect(desk.get_by_role("button", name="Kutsuja ei ole enää jäljellä")).to_be_disabled()
    desk.get_by_role("button", name="Asiakas ei tule", exact=True).click()
    eventually(lambda: ticket(demo, number) == "missed", "the number to be missed", within_s=5)

    screen.get_by_role("button", name="Menikö kutsusi ohi? Palaa jonoon").click()
    screen.get_by_role("button", name=f"Numeroni on {number}").click()
    shown(screen, f"Olet taas jonossa numerolla {number}")
    rows = desk.locator(".queue .row-number")
    expect(rows).to_contain_text([str(number), str(behind)], timeout=TOLD_MS)
    shown(desk, "palasi paikalle")
    eventually(lambda: last_visit(demo)[2], "the booth to be free", within_s=40)
    give_up(met, 2)


# --- two screens of one booth -------------------------------------------------------------------


def test_of_two_booth_screens_the_newest_serves_and_the_other_says_so(met: Meeting) -> None:
    first = met.visitor.booth
    stage = met.visitor.context.new_page()
    stage.set_viewport_size({"width": 1920, "height": 1080})
    stage.goto(met.demo.link("stage"))
    framed = stage.frame_locator("iframe[src*='/booth']")
    expect(framed.locator("[data-scene=idle]")).to_be_visible(timeout=TOLD_MS)
    shown(first, ELSEWHERE)

    met.call()
    expect(framed.locator("video.clerk-picture")).to_be_visible(timeout=TOLD_MS)
    shown(first, ELSEWHERE)
    met.visitor.step_in()
    assert met.clerk.sees_the_visitor()
    # The newest goes in the middle of the visit: the one before it takes its place.
    with timed("newest booth screen closed to both pictures on the other"):
        stage.close()
        expect(first.locator("video.clerk-picture")).to_be_visible(timeout=TOLD_MS)
        assert met.faces_move()
    met.part()


def give_up(met: Meeting, numbers: int = 1) -> None:
    """Nobody stays in the queue for the next test."""
    for _ in range(numbers):
        met.serve_who_waits()
