"""Does the waiting-area screen bring a visitor to a number, and say what stands in the way?"""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import Message, StandIn
from tests.edge_agent.screens.web.conftest import PORTRAIT, Opener, until

pytestmark = IN_A_BROWSER


async def choose(page: Page, agency: str = "Kela", service: str = "Asumistuki") -> None:
    await page.get_by_role("button", name=agency).first.click()
    await page.get_by_role("button", name=service).click()
    await page.locator(".take-number").click()


async def test_a_number_by_touch(agent: StandIn, opened: Opener) -> None:
    agent.answer = lambda said: (
        {"type": "taken", "id": said["id"], "ticket": states.ticket()}
        if said["type"] == "take"
        else None
    )
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await choose(page)
    await expect(page.locator(".big-number")).to_have_text("104")
    for words in (
        "Odota, kutsumme sinut numerolla 104.",
        "Odotusaika on 10–20 minuuttia.",  # noqa: RUF001 - a range has an en dash
        "Edelläsi on 2 asiakasta.",
        "Numero tulee paperilla näytön alta",
    ):
        await expect(page.get_by_text(words)).to_be_visible()
    (taken,) = agent.of("take")
    assert (taken["service"], taken["language"]) == ("asumistuki", "fi")
    await page.get_by_role("button", name="Valmis").click()
    await expect(page.get_by_role("heading", name="Tervetuloa")).to_be_visible()


async def test_two_matters_come_under_one_number_in_the_chosen_order(
    agent: StandIn, opened: Opener
) -> None:
    agent.answer = lambda said: (
        {
            "type": "taken",
            "id": said["id"],
            "ticket": states.ticket(more=["verokortti"], total={"low_min": 45, "high_min": 90}),
        }
        if said["type"] == "take"
        else None
    )
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await page.get_by_role("button", name="Kela").first.click()
    await page.get_by_role("button", name="Asumistuki").click()
    await expect(page.get_by_role("heading", name="Asiasi tällä käynnillä")).to_be_focused()
    assert agent.of("take") == []
    await page.get_by_role("button", name="Lisää toinen asia").click()
    await expect(page.get_by_role("heading", name="Mikä on toinen asiasi?").first).to_be_visible()
    await page.get_by_role("button", name="Poliisi").first.click()
    await page.locator(".service").first.click()
    await expect(page.locator(".errand")).to_have_count(2)
    await page.get_by_role("button", name="Poista: Asumistuki").click()
    await expect(page.locator(".errand")).to_have_count(1)
    await page.get_by_role("button", name="Lisää toinen asia").click()
    await page.get_by_role("button", name="Kela").first.click()
    await page.get_by_role("button", name="Asumistuki").click()
    await expect(page.get_by_text("Asiat kestävät yhteensä noin")).to_be_visible()
    await expect(page.get_by_text("johon pääset ensin")).to_be_visible()
    first = page.get_by_role("button", name="Tämä ensin: Asumistuki")
    await first.click()
    await expect(first).to_have_attribute("aria-pressed", "true")
    await expect(first).to_be_focused()
    await expect(page.get_by_text("Ensin hoidetaan Asumistuki")).to_be_visible()
    await page.locator(".take-number").click()
    await expect(page.locator(".big-number")).to_have_text("104")
    await expect(page.get_by_text("Tällä numerolla hoidetaan 2 asiaa")).to_be_visible()
    await expect(page.get_by_text("Kaikki on hoidettu noin 45–90")).to_be_visible()  # noqa: RUF001
    (taken,) = agent.of("take")
    assert (taken["service"], taken["in_order"]) == ("asumistuki", True)
    assert len(taken["more"]) == 1


async def test_without_paper_the_visitor_is_asked_to_remember(
    agent: StandIn, opened: Opener
) -> None:
    agent.answer = lambda said: (
        {"type": "taken", "id": said["id"], "ticket": states.ticket(before=4, wait=None)}
        if said["type"] == "take"
        else None
    )
    page = await opened("waiting-area", states.waiting_area(printer="paper_out"), PORTRAIT)
    await choose(page)
    await expect(page.get_by_text("Muista tämä numero: 104")).to_be_visible()
    await expect(page.get_by_text("Odotusaika ei ole tiedossa.")).to_be_visible()
    await expect(page.get_by_text("Edelläsi on 4 asiakasta.")).to_be_visible()


async def test_no_clerk_is_said_before_a_number_is_asked_for(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    button = page.get_by_role("button", name="Ulosottolaitos")
    await expect(button).to_contain_text("Ei virkailijaa nyt")
    await button.click()
    await expect(page.get_by_text("nyt ei ole virkailijaa paikalla")).to_be_visible()
    assert agent.of("take") == []


async def test_a_booking_day_is_said_before_a_number_with_the_next_queue_day(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    button = page.get_by_role("button", name="Digi- ja väestötietovirasto")
    await expect(button).to_contain_text("Tänään vain ajanvarauksella")
    await button.click()
    await expect(page.get_by_text("palvelee tänään vain ajanvarauksella")).to_contain_text(
        "Seuraava jonopäivä:"
    )
    assert agent.of("take") == []


async def test_what_cannot_be_printed_is_said_with_another_way(opened: Opener) -> None:
    page = await opened("waiting-area", states.waiting_area(can_print=False), PORTRAIT)
    await page.get_by_role("button", name="Kela").first.click()
    needs_paper = page.get_by_role("button", name="Todistukset")
    await expect(needs_paper).to_contain_text("Täällä ei voi tulostaa tänään")
    await expect(needs_paper).to_contain_text("Voit silti asioida")
    await expect(page.get_by_role("button", name="Asumistuki")).not_to_contain_text("tulostaa")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"online": False}, "Yhteys on poikki"),
        ({"day_mode": "closed"}, "Etäpalvelupiste on nyt suljettu"),
        ({"day_mode": "booking"}, "Tänään palvelemme ajanvarauksella"),
    ],
)
async def test_what_stands_in_the_way_is_said_and_help_stays(
    opened: Opener, change: Message, words: str
) -> None:
    page = await opened("waiting-area", states.waiting_area(**change), PORTRAIT)
    await expect(page.get_by_role("heading", name=words)).to_be_visible()
    await expect(page.locator(".agency")).to_have_count(0)
    await expect(page.get_by_role("button", name="Tarvitsen apua")).to_be_visible()


async def test_who_does_not_know_calls_an_adviser(agent: StandIn, opened: Opener) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await page.get_by_role("button", name="En tiedä, tarvitsen neuvontaa").click()
    await expect(page.get_by_role("heading", name="Kutsuimme apua")).to_be_visible()
    await until(lambda: len(agent.of("help")) == 1)


async def test_who_missed_the_call_returns_with_the_own_number(
    agent: StandIn, opened: Opener
) -> None:
    ticket_id = states.called(99)["ticket_id"]
    agent.answer = lambda said: (
        {"type": "accepted", "id": said["id"]} if said["type"] == "return" else None
    )
    page = await opened(
        "waiting-area",
        states.waiting_area(missed=[{"ticket_id": ticket_id, "number": 99}]),
        PORTRAIT,
    )
    await page.get_by_role("button", name="Menikö kutsusi ohi?").click()
    await page.get_by_role("button", name="Numeroni on 99").click()
    await expect(page.get_by_role("heading", name="Olet taas jonossa numerolla 99")).to_be_visible()
    assert agent.of("return")[0]["ticket_id"] == ticket_id


async def test_the_time_limit_is_announced_extended_and_kept(opened: Opener) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT, own_clock=True)
    await page.get_by_role("button", name="Svenska").click()
    await page.get_by_role("button", name="FPA").first.click()
    await page.locator(".service").first.wait_for()
    await page.clock.run_for(91_000)
    warning = page.get_by_role("alertdialog")
    await expect(warning).to_be_visible()
    await expect(warning.get_by_role("button", name="Jag behöver mer tid")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(warning).to_have_count(0)
    await expect(page.locator(".service").first).to_be_visible()
    await page.clock.run_for(121_000)
    await expect(page.get_by_role("heading", name="Tervetuloa")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "fi"


async def test_who_listens_hears_each_step(agent: StandIn, opened: Opener) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await page.get_by_role("button", name="Kuuntele").click()
    await until(lambda: len(agent.of("speak")) == 1)
    await page.get_by_role("button", name="Kela").first.click()
    await until(lambda: len(agent.of("speak")) == 2)
    said = agent.of("speak")
    assert "Tervetuloa" in said[0]["text"]
    assert "Asumistuki" in said[1]["text"]
    assert {speech["language"] for speech in said} == {"fi"}
    await page.get_by_role("button", name="Lopeta kuuntelu").click()
    await page.get_by_role("button", name="Takaisin").click()
    await page.locator(".agency").first.wait_for()
    assert len(agent.of("speak")) == 2


async def test_a_call_fills_a_screen_that_nobody_uses_and_spares_one_in_use(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await agent.say("waiting-area", states.call(104))
    await expect(page.locator(".call-full")).to_contain_text("104")
    await expect(page.locator(".call-full")).to_contain_text("Asiointitila 1")
    await page.reload()
    await page.get_by_role("button", name="Kela").first.click()
    await agent.say("waiting-area", states.call(105, language="sv", attempt=2))
    called = page.locator(".call")
    await expect(called).to_contain_text("Kundservicerum 1")
    box = await called.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PORTRAIT["height"] * 0.34
    await expect(page.locator(".service").first).to_be_visible()


async def test_a_lost_agent_is_said_and_forgotten_when_it_is_back(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    states_before = agent.states.pop("waiting-area")
    await agent.drop()
    await expect(page.get_by_role("heading", name="Näyttö käynnistyy")).to_be_visible()
    agent.states["waiting-area"] = states_before
    await agent.show("waiting-area", states_before)
    await expect(page.get_by_role("heading", name="Tervetuloa")).to_be_visible(timeout=15_000)


async def test_a_wrong_token_shows_nothing_of_the_point(agent: StandIn, opened: Opener) -> None:
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await page.goto(f"{agent.url}/waiting-area#token=wrong")
    await page.reload()
    await expect(page.get_by_role("heading", name="Näyttö ei ole käytössä")).to_be_visible()
    await expect(page.locator(".agency")).to_have_count(0)


async def test_the_page_keeps_nothing(agent: StandIn, opened: Opener) -> None:
    agent.answer = lambda said: (
        {"type": "taken", "id": said["id"], "ticket": states.ticket()}
        if said["type"] == "take"
        else None
    )
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await choose(page)
    await page.locator(".big-number").wait_for()
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert await page.evaluate(kept) == [0, 0, ""]


async def test_the_info_screen_is_read_from_afar_and_names_no_agency(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("info", states.info(called=[states.called(104)]))
    number = page.locator(".called-number")
    await expect(number).to_have_text("104")
    size = await number.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert size >= 1080 / 6
    await agent.show("info", states.info(called=[states.called(105)]))
    await expect(number).to_have_text("105")
    await expect(page.locator(".info-before")).to_contain_text("104")
    words = await page.inner_text("body")
    assert not any(offer["name"]["fi"] in words for offer in states.agencies())
