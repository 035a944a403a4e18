"""Consults over HTTP: asked, joined, kept, with the keys by which each is known in the booth."""

from typing import Any

import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey, KeySet

from control_plane.outbox.tables import outbox
from shared.commands import COMMANDS
from shared.rooms import Participant
from shared.signing import open_statement
from shared.visits import ChangeParties
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page


async def at_desk(api: Api, username: str, agency: str = "kela") -> Page:
    """A clerk's page, whose key is certified."""
    await api.world.clerk(username, agency)
    page = await api.page(username)
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    assert (await page.post("/session/key", {"jwk": jwk})).status_code == 200
    return page


async def own(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = (await page.get("/desk")).json()
    return found


async def with_a_visitor(api: Api, page: Page) -> dict[str, Any]:
    """The page's visit, whose visitor is there."""
    await api.world.device_up()
    await api.world.take()
    visit = (await page.post("/desk/next")).json()
    await api.world.reported(await api.world.stored(visit["id"]))
    arrived: dict[str, Any] = (await page.post(f"/visits/{visit['id']}/arrived")).json()
    return arrived


async def told_booth(api: Api) -> list[ChangeParties]:
    rows = sa.select(outbox.c.payload).where(outbox.c.kind == ChangeParties.kind)
    payloads = await api.world.store.read(
        lambda tx: tx.execute(rows.order_by(outbox.c.id)).scalars().all()
    )
    bodies = [COMMANDS.read(each, limit=10_000).body for each in payloads]
    return [each for each in bodies if isinstance(each, ChangeParties)]


async def sub_of(api: Api, page: Page) -> str:
    """By which name the page's key is certified."""
    statement = (await page.get("/session")).json()["key_statement"]
    issuers = KeySet.import_key_set((await page.get("/trust")).json()["issuers"])
    return open_statement(statement, issuers=issuers, now=api.clock.now()).sub


async def test_from_the_asking_to_the_keeping(api: Api) -> None:
    aino = await at_desk(api, "aino")
    visit = await with_a_visitor(api, aino)
    bertta = await at_desk(api, "bertta")
    path = f"/visits/{visit['id']}/consult"
    targets = (await aino.get(f"{path}/targets")).json()
    [colleague] = targets["colleagues"]
    assert (colleague["alias"], targets["agencies"]) == ("Bertta", [])

    asked = await aino.post(path, {"staff_id": colleague["staff_id"]}, key="k1")
    assert asked.json()["consult"]["state"] == "asked", asked.text
    again = await aino.post(path, {"staff_id": colleague["staff_id"]}, key="k1")
    assert again.json()["consult"]["id"] == asked.json()["consult"]["id"]
    second = await aino.post(path, {"staff_id": colleague["staff_id"]})
    assert (second.status_code, second.json()["code"]) == (409, "consult_open")

    call = (await own(bertta))["consult"]
    assert (call["asked_by"], call["room"]) == ("Aino", None)
    consult = f"/desk/consults/{call['id']}"
    assert (await bertta.post(f"{consult}/accept", key="k2")).status_code == 204
    assert (await bertta.post(f"{consult}/accept", key="k2")).status_code == 204
    late = await bertta.post(f"{consult}/refuse")
    assert (late.status_code, late.json()["code"]) == (409, "consult_gone")

    # By whose key each is known, in the booth and in both browsers.
    [told] = await told_booth(api)
    [companion] = told.companions
    assert companion.participant is Participant.COLLEAGUE
    assert companion.sub == await sub_of(api, bertta)
    assert told.clerk_sub == await sub_of(api, aino)
    room = (await own(bertta))["consult"]["room"]
    assert (room["clerk_sub"], room["device"]) == (told.clerk_sub, "d-salla-01")
    assert (await own(aino))["visit"]["consult"]["sub"] == companion.sub

    early = await bertta.post(f"{consult}/keep")
    assert (early.status_code, early.json()["detail"]["why"]) == (409, "still_there")
    handed = await aino.post(f"{path}/hand-on", {"on": True})
    assert handed.json()["consult"]["handed_on"]
    kept = await bertta.post(f"{consult}/keep", key="k3")
    assert kept.json()["id"] == visit["id"]
    assert kept.json()["room_id"] != visit["room_id"]
    assert (await bertta.post(f"{consult}/keep", key="k3")).json()["room_id"] == kept.json()[
        "room_id"
    ]
    assert (await told_booth(api))[-1].clerk_sub == companion.sub
    assert ((await own(aino))["visit"], (await own(aino))["me"]["state"]) == (None, "wrap_up")
    ended = await bertta.post(f"/visits/{visit['id']}/end", {"outcome": "done"})
    assert ended.json()["state"] == "closing"


@pytest.mark.parametrize("body", [{}, {"staff_id": None}, {"staff_id": "x"}])
async def test_a_wish_that_names_nobody_is_refused(api: Api, body: dict[str, Any]) -> None:
    aino = await at_desk(api, "aino")
    visit = await with_a_visitor(api, aino)
    refused = await aino.post(f"/visits/{visit['id']}/consult", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert (await own(aino))["visit"]["consult"] is None


async def test_another_agency_comes_by_its_service_and_leaves_nothing_behind(api: Api) -> None:
    aino = await at_desk(api, "aino")
    visit = await with_a_visitor(api, aino)
    vilho = await at_desk(api, "vilho", "vero")
    path = f"/visits/{visit['id']}/consult"
    [agency] = (await aino.get(f"{path}/targets")).json()["agencies"]
    assert agency["services"][0]["code"] == "vero-kortti"
    await aino.post(path, {"service": "vero-kortti"})
    call = (await own(vilho))["consult"]
    await vilho.post(f"/desk/consults/{call['id']}/accept")
    for wish in (f"/visits/{visit['id']}/end", f"/visits/{visit['id']}/hold"):
        refused = await vilho.post(wish, {"outcome": "done", "on": True})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert (await vilho.get("/visits")).json() == []
    await vilho.post(f"/desk/consults/{call['id']}/leave")
    desk = await own(vilho)
    assert (desk["consult"], desk["me"]["state"], desk["recent"]) == (None, "available", [])
    assert visit["room_id"] not in str(desk)
