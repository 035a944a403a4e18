"""The header: what the clerk is doing, breaks with reasons, the shift's end, busy elsewhere."""

from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Json, Plane, at, desk, text

pytestmark = IN_A_BROWSER


def changed(state: str = "available", **me: object) -> Json:
    shown = desk(state)
    shown["me"] |= me
    return shown


async def open_desk(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage]")


async def test_a_break_is_chosen_with_its_reason_by_keys_alone(
    page: Page, origin: str, plane: Plane
) -> None:
    shown = desk()
    shown["breaks"].append({"code": "union", "name": text("Luottamustoimi", "Fack", "Union")})
    await plane.show(shown)
    await open_desk(page, origin)
    await page.locator(".state-menu .menu-button").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Luottamustoimi")).to_be_visible()
    for _ in range(3):  # available, the first reason, the second
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Lepotauko")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".state-menu .menu-panel")).to_have_count(0)
    assert plane.asked[-1] == ("POST", "desk/state", {"state": "break", "reason": "rest"})
    shown["me"] |= {"state": "break", "reason": "union"}
    await plane.show(shown)
    await expect(page.locator(".state-word")).to_have_text("Tauolla: Luottamustoimi")


async def test_a_clerk_on_the_phone_sees_why_nobody_can_be_called(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(
        changed("external_busy", busy_with="phone", busy_since=at(-42), busy_until=at(60))
    )
    await open_desk(page, origin)
    await expect(page.locator(".state-word")).to_have_text("Varattu muualla: puhelu")
    await expect(page.get_by_text("Sinulle ei tarjota asiakkaita sinä aikana")).to_be_visible()
    await expect(page.get_by_role("button", name="Kutsu seuraava")).to_be_disabled()
    await expect(page.get_by_text("Voit kutsua, kun se päättyy")).to_be_visible()


async def test_the_shifts_end_is_set_and_removed(page: Page, origin: str, plane: Plane) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    menu = page.locator(".state-menu .menu-button")
    await menu.click()
    await page.get_by_label("Työvuoroni päättyy").fill("16:30")
    await page.get_by_role("button", name="Aseta").click()
    await expect(page.locator(".state-menu .menu-panel")).to_have_count(0)
    method, path, body = plane.asked[-1]
    assert (method, path) == ("PUT", "desk/shift")
    assert str(body["until"]).endswith(":30:00.000Z")
    await plane.show(changed(shift_until=body["until"]))
    await expect(page.locator(".state-shift")).to_have_text("vuoro 16.30 asti")
    await menu.click()
    await page.get_by_role("button", name="Poista").click()
    await expect(page.locator(".state-menu .menu-panel")).to_have_count(0)
    assert plane.asked[-1] == ("PUT", "desk/shift", {"until": None})


async def test_a_wrap_up_that_ends_by_hand_has_no_time_that_runs_out(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(changed("wrap_up", wrap_up_until=None, forgotten=True))
    await open_desk(page, origin)
    await expect(page.get_by_text("ennen kuin painat Valmis")).to_be_visible()
    await expect(page.get_by_role("button", name="Lisää aikaa")).to_have_count(0)
    await expect(page.get_by_text("Onko se unohtunut vaihtaa?")).to_be_visible()


async def test_the_states_speak_swedish_and_english(page: Page, origin: str, plane: Plane) -> None:
    await plane.show(changed("external_busy", busy_with="chat"))
    await open_desk(page, origin)
    for own_name, words in (
        ("Svenska", "Upptagen på annat håll: chatt"),
        ("English", "Busy elsewhere: chat"),
    ):
        await page.locator("header .menu-button").last.click()
        await page.get_by_role("button", name=own_name).click()
        await page.keyboard.press("Escape")
        await expect(page.locator(".state-word")).to_have_text(words)
