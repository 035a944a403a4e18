"""The clerk's own picture in a booth: opened beside a free booth, told in words, closed by hand."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.links import link
from tests.control_plane.web.plane import Plane, at, desk

pytestmark = IN_A_BROWSER

HERE = "Avaa yhteys: Asiointitila 1, Salla"
LISTEN = """const asked = window.askedFor = [];
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (how) => {
  asked.push(...Object.keys(how));
  return get(how);
};
"""


async def open_desk(page: Page, origin: str) -> None:
    await page.add_init_script(LISTEN)
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage]")


async def test_a_link_is_opened_beside_a_free_booth_by_keys_alone(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    await page.get_by_role("button", name=HERE).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=HERE)).to_be_enabled()
    asked = ("POST", "desk/link", {"point": "salla", "booth": "salla-1"})
    assert plane.asked[-1] == asked


async def test_an_open_link_says_what_is_seen_where_and_opens_no_microphone(
    page: Page, origin: str, plane: Plane
) -> None:
    shown = link()
    await plane.show(desk(link=shown))
    await open_desk(page, origin)
    own = page.get_by_role("region", name="Avoin yhteys")
    await expect(own).to_contain_text("Asiointitila 1, Salla")
    await expect(own.get_by_role("status")).to_have_text("Kuvaasi avataan asiointitilan näytölle…")
    await expect(own).to_contain_text("Yhteys päättyy klo")
    await page.wait_for_function("window.askedFor.length > 0")
    assert set(await page.evaluate("window.askedFor")) == {"video"}
    # Where it stands already there is nothing to open; elsewhere there is.
    await expect(page.get_by_role("button", name=HERE)).to_have_count(0)
    await expect(page.get_by_role("button", name="Avaa yhteys")).to_have_count(1)
    await own.get_by_role("button", name="Sulje yhteys").click()
    await expect(own.get_by_role("button", name="Sulje yhteys")).to_be_enabled()
    assert plane.asked[-1][:2] == ("POST", f"desk/link/{shown['id']}/close")
    await plane.show(desk())
    await expect(own).to_have_count(0)


@pytest.mark.parametrize("state", ["break", "wrap_up", "preparing"])
async def test_who_is_not_free_opens_no_link(
    page: Page, origin: str, plane: Plane, state: str
) -> None:
    await plane.show(desk(state))
    await open_desk(page, origin)
    await expect(page.get_by_role("button", name="Avaa yhteys")).to_have_count(0)


async def test_why_a_link_ended_and_that_a_visitor_left_is_told_in_words(
    page: Page, origin: str, plane: Plane
) -> None:
    def told(code: str, reason: str = "") -> dict[str, object]:
        return {"code": code, "reason": reason, "at": at(-1), "number": 104}

    await plane.show(desk(notice=told("link_ended", "booth_needed")))
    await open_desk(page, origin)
    await expect(page.get_by_text("tila tarvittiin toiseen asiointiin")).to_be_visible()
    await plane.show(desk(notice=told("visitor_left")))
    await expect(
        page.get_by_text("Asiakas 104 ilmoitti asiointitilassa lähtevänsä")
    ).to_be_visible()
