"""How fast do the faces come up? Two real browsers, the demo's own screens and desk.

The control plane's share is what it says itself (`Server-Timing`): of the browsers' visits, and of
many more calls by clients without a picture, since twenty samples have no 99th percentile.
"""

import asyncio
import os
from dataclasses import dataclass, field
from http import HTTPStatus

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.numbers import Number, Numbers, median, percentile
from tests.bench.people import Clerk, Visitor, booth_page
from tests.bench.world import World, demo

VISITS = 20
CALLS = 200
WARM_UP = 5
READY_S = 20
LOOK_AGAIN_S = 0.05
SERVICE = "kela-elake"
STEP_MS = 30_000
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
ROOT_FLAG = "--no-sandbox"  # Chromium's sandbox does not start as root
# Notes when each picture begins to move: its first frame, and the first after a still second.
WATCH = """
(() => {
  const begun = (window.__begun = []);
  const watch = (video) => {
    if (video.__watched) return;
    video.__watched = true;
    let last = -Infinity;
    const note = (now) => {
      if (now - last > 1000)
        begun.push({ picture: video.id || video.className, at: performance.timeOrigin + now });
      last = now;
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  };
  const look = () => document.querySelectorAll('video').forEach(watch);
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
})();
"""
FIRST_AFTER = """
([picture, since]) =>
  window.__begun.find((it) => it.picture.includes(picture) && it.at >= since)?.at
"""
PRESS = """
(selector) => {
  const at = performance.timeOrigin + performance.now();
  document.querySelector(selector).click();
  return at;
}
"""
NEXT_SHARE = """
() => {
  const asked = performance.getEntriesByType('resource');
  const last = asked.filter((it) => it.name.endsWith('/desk/next')).at(-1);
  return last.serverTiming.find((it) => it.name === 'app').duration;
}
"""


@dataclass(slots=True)
class Samples:
    """Milliseconds, a visit each."""

    clerk_seen: list[float] = field(default_factory=list)
    visitor_seen: list[float] = field(default_factory=list)
    camera: list[float] = field(default_factory=list)
    control_plane: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)


async def measure() -> Numbers:
    """`join.*`."""
    samples = Samples()
    async with demo() as world, async_playwright() as playwright:
        flags = [*FLAGS, *([ROOT_FLAG] if os.geteuid() == 0 else [])]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            booth = await open_booth(world, browser)
            desk = await open_desk(world, browser)
            async with Visitor.at(world, service=SERVICE) as visitor:
                for _ in range(1 + VISITS):
                    await visitor.take()
                    await one_visit(booth, desk, samples)
        finally:
            await browser.close()
        samples.calls.extend(await call_again_and_again(world))
    return told(samples)


def told(samples: Samples) -> Numbers:
    """Both ways: the slower of the two faces of each visit counts."""
    first, *both = [
        max(pair) for pair in zip(samples.clerk_seen, samples.visitor_seen, strict=True)
    ]
    clerk, visitor = median(samples.clerk_seen[1:]), median(samples.visitor_seen[1:])
    how = (
        "the slower of: «call next» pressed → clerk's first frame decoded in the booth "
        f"(median {clerk:.0f} ms); «is here» pressed → visitor's first frame decoded at the desk "
        f"(median {visitor:.0f} ms); both browsers and the agent on this machine; the first visit "
        f"after the start, {first:.0f} ms, is not counted"
    )
    return {
        "join.first_frame_p50_ms": Number(percentile(both, 50), "ms", VISITS, note=how),
        "join.first_frame_p95_ms": Number(percentile(both, 95), "ms", VISITS, note=how),
        "join.camera_p95_ms": Number(
            percentile(samples.camera[1:], 95),
            "ms",
            VISITS,
            note="«is here» pressed → the document camera's first frame decoded at the desk",
        ),
        "join.control_plane_p99_ms": Number(
            percentile([*samples.control_plane[1:], *samples.calls], 99),
            "ms",
            VISITS + CALLS,
            note="«call next» from the request's arrival to its answer, in the control plane's own "
            "word: match, room, commands stored; "
            f"{CALLS} calls, each taken back, with agent and broker on this machine (median "
            f"{median(samples.calls):.1f} ms), and {VISITS} beside both browsers (median "
            f"{median(samples.control_plane[1:]):.1f} ms, most "
            f"{max(samples.control_plane[1:]):.1f} ms)",
        ),
    }


async def call_again_and_again(world: World) -> list[float]:
    """Call next and withdraw: the visitor keeps the place, the booth is wiped in between."""
    took = []
    async with (
        booth_page(world),
        Visitor.at(world, service=SERVICE) as visitor,
        Clerk.on_duty(world.web, world.account("kela")) as clerk,
    ):
        await visitor.take()
        for _ in range(WARM_UP + CALLS):
            visit, took_ms = await asyncio.wait_for(called(clerk), READY_S)
            took.append(took_ms)
            await clerk.post(f"/visits/{visit}/withdraw", {})
    return took[WARM_UP:]


async def called(clerk: Clerk) -> tuple[str, float]:
    """The visit and its milliseconds, once the booth is ready; a refusal is no sample."""
    while True:
        async with clerk.http.post(f"{clerk.api}/desk/next", headers=clerk.headers) as answer:
            if answer.status == HTTPStatus.OK:
                told = await answer.json()
                return told["id"], float(answer.headers["Server-Timing"].removeprefix("app;dur="))
        await asyncio.sleep(LOOK_AGAIN_S)


async def open_booth(world: World, browser: Browser) -> Page:
    """The booth's screen, as its kiosk shows it."""
    page = await watched(browser)
    token = world.state.screen_tokens()["booth"]
    await page.goto(f"{world.screens}/booth#token={token}")
    await page.wait_for_selector(".booth")
    return page


async def open_desk(world: World, browser: Browser) -> Page:
    """The clerk's desk, signed in and available."""
    page = await watched(browser)
    account = world.account("kela")
    await page.goto(f"{world.web}/sign-in.html")
    await page.fill("input[name=username]", account["username"])
    await page.fill("input[name=password]", account["password"])
    await page.click("button[type=submit]")
    await page.wait_for_selector(".queue-next button")
    await page.click(".queue-next button")
    return page


async def watched(browser: Browser) -> Page:
    """A page that notes when pictures begin."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    page.set_default_timeout(STEP_MS)
    await page.add_init_script(WATCH)
    return page


async def one_visit(booth: Page, desk: Page, samples: Samples) -> None:
    """From «call next» to the free booth."""
    await desk.wait_for_selector(".queue-next button:not([disabled])")
    called = await desk.evaluate(PRESS, ".queue-next button")
    samples.clerk_seen.append(await first_frame(booth, "clerk-picture", called) - called)
    samples.control_plane.append(await desk.evaluate(NEXT_SHARE))

    await desk.wait_for_selector("[data-stage=called] .actions button.big")
    here = await desk.evaluate(PRESS, "[data-stage=called] .actions button.big")
    samples.visitor_seen.append(await first_frame(desk, "visitor", here) - here)
    samples.camera.append(await first_frame(desk, "document-camera", here) - here)

    await desk.click(".visit-foot button")
    await desk.click("button.outcome >> nth=0")
    await booth.click(".smiley >> nth=4")
    await desk.click(".wrap-up .actions button >> nth=1")
    await booth.wait_for_selector("[data-scene=idle]")


async def first_frame(page: Page, picture: str, since: float) -> float:
    """When ``picture`` first moved after ``since``, in Unix milliseconds."""
    handle = await page.wait_for_function(FIRST_AFTER, arg=[picture, since], polling=20)
    at: float = await handle.json_value()
    return at
