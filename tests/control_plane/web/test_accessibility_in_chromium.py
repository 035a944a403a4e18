"""Every page, language and contrast by axe: WCAG 2.2 AA, no violation."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page

from tests.browsers import IN_A_BROWSER, LOOKS
from tests.control_plane.web.consults import company, consult, free_colleagues
from tests.control_plane.web.links import link
from tests.control_plane.web.people import everybody, looked
from tests.control_plane.web.plane import (
    Json,
    Plane,
    at,
    demo,
    desk,
    kept,
    offer,
    promises,
    set_aside,
    text,
    visit,
)

pytestmark = IN_A_BROWSER

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

STAGES: dict[str, Json] = {
    "queue": desk(**set_aside()),
    "away": desk("offline", queue=[], waiting=0, recent=[], points=[]),
    "link": desk(link=link()),
    "preparing": desk("preparing", visit=visit("preparing")),
    "called": desk(
        "preparing",
        visit=visit("called", called_at=at(-5), attempts=1, recall_at=at(15)),
    ),
    "visit": desk("in_session", visit=visit("in_session", began_at=at(-60))),
    "company": desk("in_session", visit=visit("in_session", began_at=at(-60), consult=company())),
    "consult": desk("consult", consult=consult("joined")),
    "outcome": desk("in_session", visit=visit("closing", began_at=at(-60), ended_by_visitor=True)),
    "wrap_up": desk("wrap_up", visit=visit("closing", began_at=at(-60))),
}


async def violations(page: Page) -> list[str]:
    await page.add_script_tag(path=AXE)
    found: list[Any] = await page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(r => r.violations)",
        RULES,
    )
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


async def set_up(page: Page, language: str, contrast: str) -> None:
    await page.add_init_script(
        f"localStorage.setItem('etapiste.language', '{language}');"
        f"localStorage.setItem('etapiste.contrast', '{contrast}')"
    )


@pytest.mark.parametrize(("language", "contrast"), LOOKS)
async def test_the_desk_in_every_stage(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    await plane.show(STAGES["queue"])
    await page.goto(f"{origin}/desk.html")
    found: dict[str, list[str]] = {}
    for name, stage in STAGES.items():
        await plane.show(stage)
        expected = {"away": "queue", "link": "queue", "company": "visit"}.get(name, name)
        await page.wait_for_selector(f"[data-stage={expected}]")
        found[name] = await violations(page)
    await plane.show(STAGES["visit"])
    await page.wait_for_selector("[data-stage=visit]")
    await page.locator("#tab-print").click()
    found["print"] = await violations(page)
    await page.locator("#tab-note").click()
    await page.locator("#panel-note textarea").fill("x" * 601)
    found["note"] = await violations(page)
    await page.locator(".own-menu button").first.click()
    found["menu"] = await violations(page)
    await plane.show(desk())
    await page.locator(".row-wonder").first.click()
    await page.wait_for_selector(".why-first ul")
    found["why"] = await violations(page)
    await page.keyboard.press("Escape")
    await plane.show(desk("reserved", mode="push", offer=offer(60)))
    await page.locator(".offer-dialog .dialog-actions button").last.click()
    found["offer"] = await violations(page)
    await page.keyboard.press("Escape")
    await plane.show(desk("reserved", consult=consult()))
    await page.wait_for_selector(".offer-dialog")
    found["consult call"] = await violations(page)
    await plane.show(STAGES["visit"])
    plane.consult_targets = free_colleagues()
    await page.locator(".ask-colleague").click()
    await page.wait_for_selector("dialog select")
    found["ask"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}
    assert await page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize(("language", "contrast"), LOOKS)
async def test_the_start_page_and_signing_in(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    plane.demo = demo()
    await page.goto(origin)
    await page.wait_for_selector("table")
    assert await violations(page) == []
    await page.goto(f"{origin}/sign-in.html#as=maija")
    await page.wait_for_selector(".notice")
    assert await violations(page) == []
    await page.goto("about:blank")
    await page.goto(f"{origin}/sign-in.html#ended")
    await page.wait_for_selector(".notice")
    assert await violations(page) == []


@pytest.mark.parametrize(("language", "contrast"), LOOKS)
async def test_the_promised_waiting_times(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    await page.goto(f"{origin}/promises.html")
    await page.wait_for_selector("p[role=status]")
    assert await violations(page) == []
    plane.promises = promises(kept("kela", text("Kela", "FPA"), within=40, above=None, below=6))
    await page.reload()
    await page.wait_for_selector("table")
    assert await violations(page) == []
    plane.signed_in = False
    await page.reload()
    await page.wait_for_selector(".notice")
    assert await violations(page) == []


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_page_of_people_with_each_of_its_dialogs(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    plane.roles, plane.people = ["agency_admin"], everybody()
    found: dict[str, list[str]] = {}
    await page.goto(f"{origin}/people.html")
    await page.locator("input[type=checkbox]").check()
    await page.wait_for_selector("tr.people-ended")
    found["table"] = await violations(page)
    await page.locator(".people-acts button").first.click()
    await page.locator("dialog .skills button").last.click()
    await page.locator("dialog button[type=submit]").click()
    await page.wait_for_selector("dialog [role=alert]")
    found["add"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.locator("tbody .row-act button").first.click()
    await page.wait_for_selector(".people-more")
    found["change"] = await violations(page)
    await page.locator(".people-more button").last.click()
    await page.wait_for_selector("[role=alertdialog]")
    found["end"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.locator("tbody .row-act button").first.click()
    aino = plane.people["people"][0]["id"]
    plane.told[f"staff/{aino}/password-link"] = {"token": "secret", "expires_at": at(259_200)}
    await page.locator(".people-more button").first.click()
    await page.locator("dialog .button-primary").click()
    await page.wait_for_selector(".copy-field")
    found["link"] = await violations(page)
    await page.locator("dialog .button-primary").click()
    plane.told["staff/sheet/preview"] = looked(
        ("new", "", ""), ("changed", "", ""), ("same", "", ""), ("wrong", "unreadable", "roles")
    )
    await page.locator(".people-acts button").last.click()
    sheet = FilePayload(name="x.csv", mimeType="text/csv", buffer=b"username")
    await page.locator("input[type=file]").set_input_files([sheet])
    await page.wait_for_selector(".line-wrong")
    found["sheet"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_page_where_a_password_is_set(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    plane.told["password-link/look"] = {
        "username": "maija",
        "display_name": "Maija Virtanen",
        "language": "fi",
    }
    await page.goto(f"{origin}/password.html#secret")
    await page.locator("button[type=submit]").click()
    await page.wait_for_selector("form [role=alert]")
    assert await violations(page) == []
    await page.goto("about:blank")
    await page.goto(f"{origin}/password.html")
    await page.wait_for_selector(".notice")
    assert await violations(page) == []


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_second_factor_where_it_is_set_and_where_it_is_asked_for(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    plane.second_factor = "demanded"
    plane.told["session/second-factor"] = {
        "address": "otpauth://totp/x",
        "by_hand": "ABCD EFGH",
        "picture": ["1010", "0101", "1010", "0101"],
    }
    plane.told["session/second-factor/confirm"] = {"codes": ["ABCD EFGH", "IJKL MNOP"]}
    found: dict[str, list[str]] = {}
    await page.goto(f"{origin}/second-factor.html")
    await page.wait_for_selector(".button-primary")
    found["asked"] = await violations(page)
    await page.locator(".button-primary").click()
    await page.wait_for_selector(".qr-code")
    found["begun"] = await violations(page)
    await page.locator("input").fill("123456")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".factor-codes")
    found["done"] = await violations(page)
    plane.second_factor = "on"
    await page.reload()
    await page.wait_for_selector("h2")
    found["there"] = await violations(page)
    plane.refuse["session"] = (401, {"code": "code_needed", "detail": {}})
    await page.goto(f"{origin}/sign-in.html")
    await page.locator("[name=username]").fill("maija")
    await page.locator("[name=password]").fill("right")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[name=code]")
    found["code"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (400, 900)])
async def test_nothing_is_cut_off_sideways(
    page: Page, origin: str, plane: Plane, size: tuple[int, int]
) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await plane.show(STAGES["queue"])
    await page.goto(f"{origin}/desk.html")
    for name in ("queue", "preparing", "called", "visit", "wrap_up"):
        await plane.show(STAGES[name])
        await page.wait_for_selector(f"[data-stage={name}]")
        over = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert (name, over) == (name, 0)
