"""A contact centre that cannot call us posts signed events; what is not genuine changes nothing."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from control_plane.presence.rules.signatures import carried, headers
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import audit
from control_plane.staff.rules import ClerkState
from shared.identifiers import new_uuid
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page
from tests.control_plane.presence.conftest import Centre, centre_of
from tests.control_plane.visits.steps import clerk_state


def busy(lease: str = "call-1", clerk: str = "aino", **how: Any) -> dict[str, Any]:
    return {"type": "presence.busy", "data": {"lease": lease, "clerk": clerk, **how}}


def free(lease: str = "call-1") -> dict[str, Any]:
    return {"type": "presence.free", "data": {"lease": lease}}


@dataclass
class Hook:
    """A contact centre that signs."""

    api: Api
    centre: UUID
    secret: bytes
    aino: Scope
    main_user: Page

    async def post(
        self,
        event: object,
        *,
        identity: str = "",
        secret: bytes | None = None,
        late_s: float = 0,
        to: UUID | None = None,
        **replaced: str,
    ) -> httpx.Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        now = self.api.world.clock.now()
        signed = headers([secret or self.secret], identity or f"msg_{new_uuid().hex}", body, now)
        changed = {name.replace("_", "-"): value for name, value in replaced.items()}
        self.api.world.clock.pass_(seconds=late_s)
        return await self.api.stranger().post(
            f"/api/v1/presence/hooks/{to or self.centre}", content=body, headers=signed | changed
        )

    async def state(self) -> ClerkState:
        return await clerk_state(self.api.world, self.aino)

    async def refusals(self) -> list[dict[str, Any]]:
        rows = await self.api.world.store.read(
            lambda tx: (
                tx.execute(
                    sa.select(audit.c.detail)
                    .where(audit.c.action == "request.refused")
                    .order_by(audit.c.seq)
                )
                .scalars()
                .all()
            )
        )
        return [json.loads(row) for row in rows]


@pytest.fixture
async def hook(api: Api, centre: Centre) -> Hook:
    await api.world.account("paa", Role.AGENCY_ADMIN, agency="kela")
    page = await api.page("paa")
    shown = await page.post(f"/integrations/{centre.id}/secret")
    aino = await api.world.clerk()
    return Hook(api, centre.id, carried(shown.json()["secret"]), aino, page)


async def test_a_signed_word_takes_a_clerk_and_gives_the_clerk_back(hook: Hook) -> None:
    assert (await hook.post(busy(ttl_s=30))).status_code == 204
    assert await hook.state() is ClerkState.EXTERNAL_BUSY
    assert (await hook.post(free())).status_code == 204
    assert await hook.state() is ClerkState.AVAILABLE


async def test_the_loser_hears_so_here_too(hook: Hook) -> None:
    await hook.api.world.device_up()
    await hook.api.world.take()
    await hook.api.world.call_next(hook.aino)
    refused = await hook.post(busy(), identity="msg_1")
    assert (refused.status_code, refused.json()["code"]) == (409, "clerk_taken")
    # It had no effect, so it is no replay when it is sent once more.
    again = await hook.post(busy(), identity="msg_1")
    assert again.json()["code"] == "clerk_taken"


async def test_forged_old_replayed_and_unknown_change_nothing_and_are_in_the_log(
    hook: Hook,
) -> None:
    assert (await hook.post(free("none"), identity="msg_known")).status_code == 204
    hostile = {
        "bad_signature": [
            await hook.post(busy(), secret=b"x" * 32),
            await hook.post(busy(), to=new_uuid()),
            await hook.post(busy(), webhook_signature=""),
            await hook.post(busy(), webhook_id="msg_other"),
            await hook.post(busy(), webhook_timestamp="9" * 40),
        ],
        "replayed": [await hook.post(busy(), identity="msg_known")],
        "invalid": [await hook.post(b"{}"), await hook.post(b"\xff"), await hook.post({"type": 1})],
        "unknown_clerk": [await hook.post(busy(clerk="nobody"))],
        "too_large": [await hook.post(b" " * 20_000)],
        "stale": [await hook.post(busy(), late_s=301)],
    }
    for code, answers in hostile.items():
        for answer in answers:
            assert answer.json()["code"] == code, answer.text
    assert await hook.state() is ClerkState.AVAILABLE
    assert {each["code"] for each in await hook.refusals()} == set(hostile)


async def test_a_foreign_centre_cannot_speak_for_another(hook: Hook) -> None:
    vero = await centre_of(hook.api, "vero")
    assert (await hook.post(busy(), to=vero.id)).status_code == 401
    assert await hook.state() is ClerkState.AVAILABLE


async def test_a_changed_secret_overlaps_for_a_day(hook: Hook) -> None:
    renewed = await hook.main_user.post(f"/integrations/{hook.centre}/secret")
    new = carried(renewed.json()["secret"])
    for secret in (new, hook.secret):
        assert (await hook.post(free(), secret=secret)).status_code == 204
    hook.api.world.clock.pass_(hours=25)
    assert (await hook.post(free(), secret=new)).status_code == 204
    assert (await hook.post(free(), secret=hook.secret)).status_code == 401


async def test_whom_the_agency_shut_out_is_unknown(hook: Hook) -> None:
    await hook.post(busy())
    gone = await hook.main_user.http.delete(f"/api/v1/integrations/{hook.centre}")
    assert gone.status_code == 204
    assert await hook.state() is ClerkState.AVAILABLE
    assert (await hook.post(busy("call-2"))).status_code == 401
