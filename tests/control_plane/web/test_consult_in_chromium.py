"""A colleague is asked in at the one desk and called at the other, with every way out."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.consults import BERTTA, company, consult, free_colleagues
from tests.control_plane.web.plane import (
    Json,
    Plane,
    at,
    desk,
    visit,
)

pytestmark = IN_A_BROWSER


async def open_desk(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage]")


def in_visit(**changes: Any) -> Json:
    return desk("in_session", visit=visit("in_session", began_at=at(-60), **changes))


async def test_the_clerk_asks_whom_the_list_offers(page: Page, origin: str, plane: Plane) -> None:
    plane.consult_targets = free_colleagues()
    shown = in_visit()
    await plane.show(shown)
    await open_desk(page, origin)
    await page.get_by_role("button", name="Kysy kollegalta").click()
    asking = page.get_by_role("dialog", name="Kysy kollegalta")
    choice = asking.get_by_label("Keneltä")
    await expect(choice).to_be_focused()
    await expect(asking.get_by_role("button", name="Pyydä mukaan")).to_be_disabled()
    await choice.select_option(label="Bertta")
    await asking.get_by_role("button", name="Pyydä mukaan").click()
    await expect(asking).to_have_count(0)
    path = f"visits/{shown['visit']['id']}/consult"
    assert plane.asked[-1] == ("POST", path, {"staff_id": BERTTA, "service": None})

    await page.get_by_role("button", name="Kysy kollegalta").click()
    await choice.select_option(label="Verokortti")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(asking).to_have_count(0)
    assert plane.asked[-1] == ("POST", path, {"staff_id": None, "service": "verokortti"})


async def test_nobody_free_and_a_list_that_does_not_come_are_said(
    page: Page, origin: str, plane: Plane
) -> None:
    shown = in_visit()
    await plane.show(shown)
    await open_desk(page, origin)
    await page.get_by_role("button", name="Kysy kollegalta").click()
    await expect(page.get_by_text("Kukaan ei ole juuri nyt vapaana.")).to_be_visible()
    await page.keyboard.press("Escape")
    look = f"visits/{shown['visit']['id']}/consult/targets"
    plane.refuse[look] = (404, {"code": "not_found", "detail": {}})
    await page.get_by_role("button", name="Kysy kollegalta").click()
    await expect(page.get_by_text("Vapaita kollegoja ei saatu haettua.")).to_be_visible()
    del plane.refuse[look]
    plane.consult_targets = free_colleagues()
    await page.get_by_role("button", name="Yritä uudelleen").click()
    await expect(page.get_by_label("Keneltä")).to_be_visible()


async def test_a_colleague_who_was_faster_away_is_said_in_the_dialog(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.consult_targets = free_colleagues()
    shown = in_visit()
    plane.refuse[f"visits/{shown['visit']['id']}/consult"] = (
        409,
        {"code": "colleague_busy", "detail": {}},
    )
    await plane.show(shown)
    await open_desk(page, origin)
    await page.get_by_role("button", name="Kysy kollegalta").click()
    await page.get_by_label("Keneltä").select_option(label="Bertta")
    await page.get_by_role("button", name="Pyydä mukaan").click()
    said = page.get_by_role("dialog").get_by_role("alert")
    await expect(said).to_contain_text("Kollega ei ole enää vapaana")


async def test_what_was_asked_can_be_taken_back_and_the_visit_handed_on(
    page: Page, origin: str, plane: Plane
) -> None:
    shown = in_visit(consult=company("asked"))
    path = f"visits/{shown['visit']['id']}/consult"
    await plane.show(shown)
    await open_desk(page, origin)
    await expect(page.get_by_text("Bertta · Kela on pyydetty mukaan")).to_be_visible()
    await expect(page.get_by_role("button", name="Kysy kollegalta")).to_be_disabled()
    await page.get_by_role("button", name="Peru pyyntö").click()
    await expect(page.get_by_role("button", name="Peru pyyntö")).to_be_enabled()
    assert plane.asked[-1][1] == f"{path}/end"

    shown["visit"]["consult"] = company()
    await plane.show(shown)
    await expect(page.get_by_label("Bertta, kollegan kuva")).to_be_visible()
    await page.get_by_role("button", name="Jätä käynti kollegalle").click()
    await expect(page.get_by_role("button", name="Jätä käynti kollegalle")).to_be_enabled()
    assert plane.asked[-1] == ("POST", f"{path}/hand-on", {"on": True})

    shown["visit"]["consult"] = company(handed_on=True)
    await plane.show(shown)
    await page.get_by_role("button", name="Jään sittenkin").click()
    await expect(page.get_by_role("button", name="Jään sittenkin")).to_be_enabled()
    assert plane.asked[-1] == ("POST", f"{path}/hand-on", {"on": False})

    shown["visit"]["consult"] = company(can_keep=False)
    await plane.show(shown)
    await expect(page.get_by_role("button", name="Kiitä ja jatka yksin")).to_be_visible()
    await expect(page.get_by_role("button", name="Jätä käynti kollegalle")).to_have_count(0)


async def test_a_call_lies_over_the_page_and_tells_nothing_about_the_visitor(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    made = consult()
    await plane.show(desk("reserved", consult=made))
    asked = page.get_by_role("alertdialog", name="Aino pyytää sinua mukaan käyntiin")
    await expect(asked).to_contain_text("Asumistuki")
    await expect(asked).to_contain_text("asiakkaan kieli Svenska")
    await expect(asked.get_by_role("timer")).to_contain_text("sekunnin kuluessa")
    assert await page.title() == "● Aino pyytää sinua mukaan käyntiin"
    await expect(page.locator(".state-menu")).to_contain_text("Kollega pyytää apua")
    await page.keyboard.press("Escape")
    await expect(asked).to_be_visible()

    await expect(asked.get_by_role("button", name="Tulen mukaan")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(asked.get_by_role("button", name="Tulen mukaan")).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/consults/{made['id']}/accept")
    await asked.get_by_role("button", name="En voi nyt").click()
    await expect(asked.get_by_role("button", name="En voi nyt")).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/consults/{made['id']}/refuse")
    await plane.show(desk())
    await expect(asked).to_have_count(0)
    await expect(page).not_to_have_title(re.compile("^●"))


async def test_the_colleague_keeps_only_what_is_left_and_leaves_at_any_time(
    page: Page, origin: str, plane: Plane
) -> None:
    made = consult("joined")
    await plane.show(desk("consult", consult=made))
    await open_desk(page, origin)
    await expect(page.get_by_role("heading", name="Kollegan käynnissä: Aino")).to_be_visible()
    await expect(page.locator(".queue-and-points")).to_have_count(0)
    keep = page.get_by_role("button", name="Ota käynti itsellesi")
    await expect(keep).to_be_disabled()
    await page.get_by_role("button", name="Mykistä").click()
    await expect(page.get_by_role("button", name="Avaa mikrofoni")).to_be_visible()
    await page.locator("header .menu-button").first.click()
    await expect(page.get_by_text("Tilan voi vaihtaa, kun käynti on päättynyt.")).to_be_visible()
    await page.keyboard.press("Escape")

    left = {**made, "handed_on": True}
    await plane.show(desk("consult", consult=left))
    await expect(page.get_by_text("Aino jättää käynnin sinulle")).to_be_visible()
    await keep.click()
    await expect(keep).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/consults/{made['id']}/keep")
    await page.get_by_role("button", name="Poistu käynnistä").click()
    await expect(page.get_by_role("button", name="Poistu käynnistä")).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/consults/{made['id']}/leave")


async def test_of_another_agencys_visit_nothing_can_be_kept(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk("consult", consult=consult("joined", can_keep=False)))
    await open_desk(page, origin)
    await expect(page.get_by_text("Käynti on toisen viraston.")).to_be_visible()
    await expect(page.get_by_role("button", name="Ota käynti itsellesi")).to_have_count(0)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("refused", "Kollega ei voi nyt tulla mukaan."),
        ("no_answer", "Pyyntöön ei vastattu ajoissa."),
        ("gone", "Yhteys kollegaan katkesi."),
    ],
)
async def test_how_it_ended_is_said_in_the_visit_that_goes_on(
    page: Page, origin: str, plane: Plane, reason: str, words: str
) -> None:
    told = {"code": "consult_ended", "reason": reason, "at": at(-1), "number": 104}
    await plane.show({**in_visit(), "notice": told})
    await open_desk(page, origin)
    await expect(page.get_by_text(words)).to_be_visible()
    await plane.show({**in_visit(), "notice": {**told, "at": at(-90)}})
    await expect(page.get_by_text(words)).to_have_count(0)


@pytest.mark.parametrize(
    ("own_name", "title", "accept"),
    [
        ("Svenska", "Aino ber dig komma med i ett besök", "Jag kommer"),
        ("English", "Aino asks you into a visit", "I come"),
    ],
)
async def test_the_call_speaks_the_clerks_language(
    page: Page, origin: str, plane: Plane, own_name: str, title: str, accept: str
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    await page.locator("header .menu-button").last.click()
    await page.get_by_role("button", name=own_name).click()
    await page.keyboard.press("Escape")
    await plane.show(desk("reserved", consult=consult()))
    asked = page.get_by_role("alertdialog", name=title)
    await expect(asked.get_by_role("button", name=accept)).to_be_visible()
