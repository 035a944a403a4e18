"""Does a queue that offers by itself bring visitor and clerk together, and lose nobody?

The agency's main user turns offers on; two clerks in two browsers, one point, a real agent.
"""

import json
import urllib.request
from http.cookiejar import CookieJar

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.system.demo import Account, Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

TAKES = "Otan vastaan"
OFFERED = ".offer-dialog"


def push(demo: Demo, main_user: Account, *, timeout_s: int) -> None:
    """What an agency's main user does over the API: the queue offers from now on."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(method: str, path: str, body: object, csrf: str = "") -> dict[str, object]:
        request = urllib.request.Request(
            f"{demo.url}/api/v1/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Origin": demo.url, "X-Etapiste-CSRF": csrf},
            method=method,
        )
        with opener.open(request, timeout=10) as answer:
            return dict(json.load(answer))

    session = ask(
        "POST", "session", {"username": main_user.username, "password": main_user.password}
    )
    with opener.open(f"{demo.url}/api/v1/routing/policies", timeout=10) as answer:
        version = next(
            each["version"] for each in json.load(answer) if each["agency"] == main_user.agency
        )
    choices = {"offers": {"mode": "push", "offer_timeout_s": timeout_s, "no_answer_delay_s": 60}}
    ask(
        "PUT",
        f"routing/policies/{main_user.agency}",
        {"instead_of": version, "choices": choices},
        str(session["csrf"]),
    )


def test_an_offer_that_nobody_answers_goes_to_another_clerk_who_takes_it(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext, clerk_browser: Browser
) -> None:
    accounts = [each for each in demo.accounts if each.agency == "kela"]
    main_user = next(each for each in accounts if each.username == "kela-paakayttaja")
    first, second = [each for each in accounts if each != main_user][:2]
    push(demo, main_user, timeout_s=5)

    visitor = Visitor(demo, kiosk, FINNISH)
    away = Clerk(demo, clerk, FINNISH, first)
    away.sign_in()
    number = visitor.take_number()
    dialog = away.desk.locator(OFFERED)
    expect(dialog).to_contain_text(str(number), timeout=SLOWLY_MS)

    # Nobody answers: the desk says no word of blame, and the number keeps its place.
    expect(dialog).to_have_count(0, timeout=SLOWLY_MS)
    expect(away.desk.locator(".queue-rows .row-number")).to_have_text(str(number))

    other = clerk_browser.new_context(locale="fi-FI")
    try:
        there = Clerk(demo, other, FINNISH, second)
        there.sign_in()
        expect(there.desk.locator(OFFERED)).to_contain_text(str(number), timeout=SLOWLY_MS)
        there.desk.get_by_role("button", name=TAKES).click()
        there.has_called()
        visitor.is_called(number)
        visitor.step_in()
        assert there.sees_the_visitor()
        there.ends()
        visitor.rate()
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
    finally:
        other.close()
