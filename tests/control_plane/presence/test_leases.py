"""A contact centre takes clerks and gives them back, and never one whom a visitor has."""

import asyncio
import json
from uuid import UUID

from control_plane.facts import facts
from control_plane.presence.operations import leases, managing
from control_plane.security.integrations import Right
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from tests.control_plane.app.conftest import Api
from tests.control_plane.presence.conftest import (
    SYSTEM,
    Centre,
    centre_of,
    kinds_of_facts,
)
from tests.control_plane.visits.steps import clerk_state


async def clerk(api: Api, who: Scope) -> Clerk:
    found = await api.world.store.read(lambda tx: staff.clerk_of(tx, SYSTEM, UUID(who.name)))
    assert found is not None
    return found


async def told(api: Api) -> list[tuple[str, str, int]]:
    rows = await api.world.store.read(
        lambda tx: tx.execute(
            facts.select().where(facts.c.kind == "clerk.moved").order_by(facts.c.id)
        ).all()
    )
    bodies = [json.loads(row.body) for row in rows]
    return [(each["before"], each["state"], each["in_state_s"]) for each in bodies]


async def lapse(api: Api, **time: float) -> None:
    now = api.world.clock.pass_(**time)
    await api.world.run(lambda tx: leases.lapse(tx, now))


async def test_a_clerk_on_the_phone_gets_no_visitor_and_is_free_with_the_call(
    api: Api, centre: Centre
) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    taken = await centre.lease("call-1", "aino", busy_with="phone", ttl_s=60)
    assert taken.status_code == 200, taken.text
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY
    await api.world.take()
    page = await api.page("aino")
    refused = await page.post("/desk/next")
    assert (refused.json()["code"], refused.json()["detail"]["state"]) == (
        "not_available",
        "external_busy",
    )
    assert (await centre.presence("aino"))["busy_elsewhere"] == "phone"

    assert (await centre.release("call-1")).status_code == 204
    assert await clerk_state(api.world, aino) is ClerkState.AVAILABLE
    assert (await page.post("/desk/next")).status_code == 200
    kinds = await kinds_of_facts(api)
    assert [each for each in kinds if each.startswith("lease")] == ["lease.taken", "lease.ended"]


async def test_a_contact_centre_that_crashed_keeps_nobody(api: Api, centre: Centre) -> None:
    aino = await api.world.clerk()
    await centre.lease("call-1", "aino", ttl_s=30)
    await lapse(api, seconds=29)
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY
    await lapse(api, seconds=1)
    assert await clerk_state(api.world, aino) is ClerkState.AVAILABLE


async def test_a_lease_that_is_renewed_goes_on(api: Api, centre: Centre) -> None:
    aino = await api.world.clerk()
    first = (await centre.lease("call-1", "aino", ttl_s=30)).json()
    await lapse(api, seconds=20)
    again = (await centre.lease("call-1", "aino", ttl_s=30)).json()
    assert again["since"] == first["since"]
    assert again["expires_at"] > first["expires_at"]
    await lapse(api, seconds=20)
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY


async def test_whom_a_visitor_has_the_contact_centre_does_not_get(api: Api, centre: Centre) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    await api.world.take()
    await api.world.call_next(aino)
    refused = await centre.lease("call-1", "aino")
    assert refused.status_code == 409
    assert refused.json()["code"] == "clerk_taken"
    assert refused.json()["detail"]["doing"] == "preparing"
    presence = await centre.presence("aino")
    assert (presence["busy"], presence["busy_elsewhere"]) == (True, None)


async def test_an_open_offer_comes_first_too(api: Api, centre: Centre) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    await api.world.take()
    offer = await api.world.offer(aino)
    refused = await centre.lease("call-1", "aino")
    assert refused.json()["detail"]["doing"] == "reserved"
    assert await api.world.is_open(str(offer.id))


async def test_of_two_contact_centres_one_has_the_clerk(api: Api, centre: Centre) -> None:
    await api.world.clerk()
    other = await centre_of(api)
    answers = await asyncio.gather(*(each.lease("x", "aino") for each in (centre, other)))
    assert sorted(each.status_code for each in answers) == [200, 409]
    loser = next(each for each in answers if each.status_code == 409)
    assert loser.json()["detail"]["doing"] == "external_busy"


async def test_late_repeated_and_unknown_releases_change_nothing(api: Api, centre: Centre) -> None:
    aino = await api.world.clerk()
    other = await centre_of(api)
    await centre.lease("call-1", "aino")
    for late in (await centre.release("no-such"), await other.release("call-1")):
        assert late.status_code == 204
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY
    await centre.release("call-1")
    await other.lease("call-2", "aino")
    await centre.release("call-1")  # once more, too late
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY
    late_renewal = await centre.lease("call-1", "aino")
    assert (late_renewal.status_code, late_renewal.json()["code"]) == (409, "lease_over")


async def test_one_id_stands_for_one_clerk(api: Api, centre: Centre) -> None:
    await api.world.clerk()
    await api.world.clerk("bertta")
    await centre.lease("call-1", "aino")
    refused = await centre.lease("call-1", "bertta")
    assert (refused.status_code, refused.json()["code"]) == (409, "lease_of_another")


async def test_a_lapsed_lease_is_taken_up_again_only_if_nobody_came_meanwhile(
    api: Api, centre: Centre
) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    await centre.lease("call-1", "aino", ttl_s=10)
    await lapse(api, seconds=10)
    await api.world.take()
    await api.world.call_next(aino)
    assert (await centre.lease("call-1", "aino")).status_code == 409


async def test_what_a_clerk_chose_meanwhile_stays(api: Api, centre: Centre) -> None:
    aino = await api.world.clerk()
    await centre.lease("call-1", "aino")
    await api.world.choose(aino, ClerkState.ON_BREAK)
    await centre.release("call-1")
    assert await clerk_state(api.world, aino) is ClerkState.ON_BREAK

    await centre.lease("call-2", "aino")
    assert await clerk_state(api.world, aino) is ClerkState.ON_BREAK
    await api.world.choose(aino, ClerkState.AVAILABLE)
    assert await clerk_state(api.world, aino) is ClerkState.EXTERNAL_BUSY
    since = (await clerk(api, aino)).since
    api.world.clock.pass_(seconds=5)
    await api.world.choose(aino, ClerkState.AVAILABLE)  # chosen already
    assert (await clerk(api, aino)).since == since


async def test_every_state_is_told_once_with_how_long_the_one_before_lasted(
    api: Api, centre: Centre
) -> None:
    aino = await api.world.clerk()
    api.world.clock.pass_(seconds=40)
    await centre.lease("call-1", "aino", ttl_s=60)
    api.world.clock.pass_(seconds=50)
    await centre.lease("call-1", "aino", ttl_s=60)
    await centre.release("call-1")
    await api.world.choose(aino, ClerkState.ON_BREAK)
    moves = await told(api)
    assert moves == [
        ("offline", "available", 0),
        ("available", "external_busy", 40),
        ("external_busy", "available", 50),
        ("available", "break", 0),
    ]


async def test_a_revoked_integration_holds_nobody_and_is_refused(api: Api, centre: Centre) -> None:
    aino = await api.world.clerk()
    await centre.lease("call-1", "aino")
    now = api.world.clock.now()
    await api.world.run(lambda tx: managing.revoke(tx, SYSTEM, centre.id, now))
    assert await clerk_state(api.world, aino) is ClerkState.AVAILABLE
    refused = await centre.lease("call-2", "aino")
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_token")


async def test_a_contact_centre_sees_and_takes_clerks_of_its_agency_only(api: Api) -> None:
    vero = await centre_of(api, "vero")
    await api.world.clerk("aino", "kela")
    assert (await vero.http.get("/api/v1/presence/clerks")).json() == []
    refused = await vero.lease("call-1", "aino")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_clerk")


async def test_a_right_that_was_not_given_is_refused(api: Api) -> None:
    blind = await centre_of(api, rights=frozenset({Right.QUEUE}))
    await api.world.clerk()
    assert (await blind.lease("call-1", "aino")).status_code == 403


async def test_whoever_asks_without_end_is_slowed_down(api: Api, centre: Centre) -> None:
    answers = [await centre.release("x") for _ in range(61)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "1"
    api.world.clock.pass_(seconds=1)
    assert (await centre.release("x")).status_code == 204
