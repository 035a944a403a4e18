"""A visitor is offered at the desk: both answers, the time that runs, and every language."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Plane, desk, offer

pytestmark = IN_A_BROWSER


async def open_desk(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage]")


async def test_an_offer_lies_over_the_page_and_is_taken_with_one_key(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    made = offer()
    await plane.show(desk("reserved", mode="push", offer=made))
    asked = page.get_by_role("alertdialog", name="Numero 104 odottaa sinua")
    await expect(asked).to_be_visible()
    await expect(asked).to_contain_text("Salla, Asiointitila")
    await expect(asked.get_by_role("timer")).to_contain_text("sekunnin kuluessa")
    assert await page.title() == "● Numero 104 odottaa sinua"
    await page.keyboard.press("Escape")
    await expect(asked).to_be_visible()  # it must be answered, not waved away

    await expect(asked.get_by_role("button", name="Otan vastaan")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(asked.get_by_role("button", name="Otan vastaan")).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/offers/{made['id']}/accept")
    await plane.show(desk())
    await expect(asked).to_have_count(0)
    await expect(page).not_to_have_title(re.compile("^●"))


async def test_a_visitor_is_left_to_another_with_a_reason(
    page: Page, origin: str, plane: Plane
) -> None:
    made = offer()
    await plane.show(desk("reserved", mode="mixed", offer=made))
    await open_desk(page, origin)
    await page.get_by_role("button", name="En voi ottaa").click()
    await expect(page.get_by_role("button", name="Muu työ on kesken")).to_be_focused()
    await page.get_by_role("button", name="Olen esteellinen").click()
    await expect(page.get_by_role("button", name="Olen esteellinen")).to_be_enabled()
    assert plane.asked[-1] == (
        "POST",
        f"desk/offers/{made['id']}/reject",
        {"reason": "conflict"},
    )


async def test_an_offer_whose_time_is_up_cannot_be_taken(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk("reserved", mode="push", offer=offer(4)))
    await open_desk(page, origin)
    await expect(page.get_by_role("button", name="Otan vastaan")).to_be_enabled()
    await expect(page.get_by_role("button", name="Otan vastaan")).to_be_disabled()
    await expect(page.get_by_role("button", name="En voi ottaa")).to_be_disabled()


async def test_an_offer_that_went_to_another_is_said(page: Page, origin: str, plane: Plane) -> None:
    made = offer()
    plane.refuse[f"desk/offers/{made['id']}/accept"] = (409, {"code": "offer_gone", "detail": {}})
    await plane.show(desk("reserved", mode="push", offer=made))
    await open_desk(page, origin)
    await page.get_by_role("button", name="Otan vastaan").click()
    await plane.show(desk(mode="push"))
    await expect(page.get_by_text("Tarjous päättyi")).to_be_visible()


async def test_who_is_offered_visitors_calls_none_and_whoever_calls_can_store_the_next(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk(mode="push"))
    await open_desk(page, origin)
    await expect(page.get_by_role("button", name="Kutsu seuraava")).to_be_disabled()
    await expect(page.get_by_text("Jono tarjoaa sinulle asiakkaan")).to_be_visible()

    await plane.show(desk(queue=[], waiting=0))
    store = page.get_by_role("checkbox", name="Kutsu seuraava asiakas heti, kun hän tulee")
    await store.click()
    await expect(store).to_be_enabled()
    assert plane.asked[-1] == ("POST", "desk/store-next", {"on": True})


@pytest.mark.parametrize(
    ("own_name", "title"),
    [("Svenska", "Nummer 104 väntar på dig"), ("English", "Number 104 is waiting for you")],
)
async def test_offers_speak_the_clerks_language(
    page: Page, origin: str, plane: Plane, own_name: str, title: str
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    await page.locator("header .menu-button").last.click()
    await page.get_by_role("button", name=own_name).click()
    await page.keyboard.press("Escape")
    await plane.show(desk("reserved", mode="push", offer=offer()))
    await expect(page.get_by_role("alertdialog", name=title)).to_be_visible()
