"""In which scene is something set up? What is there is known by its version, as a page knows it."""

from collections.abc import Awaitable, Callable

from control_plane.security.scope import Role
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page
from tests.control_plane.world import text

Wish = tuple[Page, dict[str, object], object]
Scene = Callable[[Api], Awaitable[Wish]]

AGENCY = {"name": text("Uusi"), "about": text("uutta"), "valid_from": "2026-01-01"}
SERVICE = {"agency": "kela", "name": text("Asumistuki"), "minutes": 20}
POINT = {"name": text("Posio"), "municipality": "Posio"}
BOOTH = {"name": text("Tila 2"), "direction": text("vasemmalla")}


async def owner(api: Api) -> Page:
    await api.world.account("omistaja", Role.OWNER)
    return await api.page("omistaja")


def new(content: object, **ids: object) -> Scene:
    async def scene(api: Api) -> Wish:
        return await owner(api), ids, {"content": content}

    return scene


async def switched(api: Api) -> Wish:
    """A main user switches the own agency's queue off at one point."""
    await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    page = await api.page("paakayttaja")
    shown = (await page.get("/setup")).json()
    there = next(each for each in shown["switches"] if each["point"] == "salla")
    body = {"known": there["known"], "content": there["content"] | {"queue": False}}
    return page, {"agency": "kela", "point": "salla"}, body


async def undone(api: Api) -> Wish:
    page = await owner(api)
    made = await page.http.put("/api/v1/setup/points/posio", json={"content": POINT})
    return page, {"change_id": made.json()["change"]}, None


async def ticked(api: Api) -> Wish:
    return await owner(api), {"point": "salla", "step": "decision"}, {"on": True}


SETTING_UP: dict[str, Scene] = {
    "put_agency": new(AGENCY, agency="uusi"),
    "put_service": new(SERVICE, service="kela-asuminen"),
    "put_point": new(POINT, point="posio"),
    "put_booth": new(BOOTH, point="salla", booth="salla-2"),
    "put_device": new({"point": "salla"}, name="d-salla-09"),
    "put_switches": switched,
    "undo_setup_change": undone,
    "tick_point_step": ticked,
}
