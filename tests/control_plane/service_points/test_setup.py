"""Are places set up once, and do devices hear what they are meant to be?"""

import json
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from control_plane.database import Store, Tx
from control_plane.outbox.tables import outbox
from control_plane.security.scope import Scope
from control_plane.service_points import operations, queries
from control_plane.service_points.rules.days import Hours
from control_plane.service_points.rules.offers import digest, is_valid, serves
from control_plane.service_points.seed import SeedFile
from control_plane.service_points.tables import Agency, agencies, device_twins, service_points
from shared.twin import NO_TWIN, Catalogue
from tests.clock import FakeClock
from tests.control_plane.world import counted_statements, seed, text

SYSTEM = Scope.system("test")


def twin_posts(tx: Tx) -> list[tuple[str, int]]:
    rows = tx.execute(
        sa.select(outbox.c.device, outbox.c.payload)
        .where(outbox.c.kind == "twin.desired")
        .order_by(outbox.c.id)
    )
    return [(row.device, json.loads(row.payload)["body"]["version"]) for row in rows]


async def test_importing_twice_changes_nothing(store: Store, clock: FakeClock) -> None:
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))
    posts = await store.read(twin_posts)
    assert sorted(posts) == [("d-inari-01", 1), ("d-inari-02", 1), ("d-salla-01", 1)]
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))
    assert await store.read(twin_posts) == posts


async def test_every_further_point_costs_as_many_statements_as_the_one_before(
    store: Store, clock: FakeClock
) -> None:
    costs = []
    for many in (5, 10, 15):
        points = [a_point(f"{many}-{number}") for number in range(5)]
        file = SeedFile.model_validate({"agencies": seed().agencies, "points": points})
        with counted_statements() as counted:
            await store.run(partial(operations.import_seed, seed=file, now=clock.now()))
        whole = [each for each in counted if "FROM booths" in each or "FROM switches" in each]
        assert len(whole) <= 2  # each table once, however many points
        costs.append(len(counted))
    # Those that stand already are looked at once more: the same for each of them.
    assert costs[2] - costs[1] == costs[1] - costs[0] > 0


def a_point(code: str) -> dict[str, object]:
    return {
        "code": code,
        "name": text(code),
        "booths": [{"code": f"{code}-b", "name": text("Tila"), "direction": text("oikealla")}],
        "devices": [{"name": f"d-{code}", "booth": f"{code}-b"}],
    }


async def test_the_catalogue_has_what_is_valid_and_served_there(
    store: Store, clock: FakeClock
) -> None:
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))

    def catalogue(tx: Tx, device: str) -> list[str]:
        sha256 = tx.execute(
            sa.select(device_twins.c.catalogue_sha256).where(device_twins.c.device == device)
        ).scalar_one()
        found = queries.catalogue_text(tx, SYSTEM, sha256)
        assert found is not None
        assert digest(found) == sha256
        return [each.agency for each in Catalogue.model_validate_json(found).agencies]

    assert await store.read(lambda tx: catalogue(tx, "d-salla-01")) == [
        "kela",
        "vero",
        "ita-lappi",
    ]
    # The employment area serves its own municipalities only; the old agency is no more.
    assert await store.read(lambda tx: catalogue(tx, "d-inari-01")) == ["kela", "vero"]


async def test_a_change_gives_the_next_version_and_an_agency_that_ends_leaves_the_screens(
    store: Store, clock: FakeClock
) -> None:
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))
    await store.run(
        lambda tx: tx.execute(
            sa.update(agencies).where(agencies.c.code == "vero").values(valid_to=clock.now().date())
        )
    )
    tomorrow = clock.pass_(days=1)
    await store.run(lambda tx: operations.refresh_twins(tx, "salla", tomorrow))
    assert (await store.read(twin_posts))[-1] == ("d-salla-01", 2)


async def test_a_device_that_started_hears_its_twin_again(store: Store, clock: FakeClock) -> None:
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))
    await store.run(lambda tx: operations.twin_reported(tx, "d-salla-01", 1, clock.now()))
    await store.run(lambda tx: operations.offer_twin(tx, "d-salla-01", clock.now()))
    assert [post for post in await store.read(twin_posts) if post[0] == "d-salla-01"] == [
        ("d-salla-01", 1),
        ("d-salla-01", 1),
    ]

    def due(tx: Tx) -> int:
        found: int = tx.execute(
            sa.select(sa.func.count()).where(
                outbox.c.device == "d-salla-01", outbox.c.next_at.is_not(None)
            )
        ).scalar_one()
        return found

    assert await store.read(due) == 1
    await store.run(lambda tx: operations.twin_reported(tx, "d-salla-01", 1, clock.now()))
    assert await store.read(due) == 0


async def test_a_device_that_was_set_up_anew_hears_its_twin_again(
    store: Store, clock: FakeClock
) -> None:
    await store.run(lambda tx: operations.import_seed(tx, seed(), clock.now()))
    await store.run(lambda tx: operations.twin_reported(tx, "d-salla-01", 1, clock.now()))
    await store.run(lambda tx: operations.twin_reported(tx, "d-salla-01", NO_TWIN, clock.now()))
    assert [post for post in await store.read(twin_posts) if post[0] == "d-salla-01"] == [
        ("d-salla-01", 1),
        ("d-salla-01", 1),
    ]


async def test_what_is_stored_is_read_back_whole(store: Store, clock: FakeClock) -> None:
    file = seed().model_dump(mode="json")
    file["points"][0]["hours"] = [{"weekday": 0, "opens": "08:00", "closes": "16:15"}]
    await store.run(
        lambda tx: operations.import_seed(tx, SeedFile.model_validate(file), clock.now())
    )
    point = await store.read(lambda tx: queries.point_of(tx, SYSTEM, "salla"))
    assert point is not None
    assert point.hours == (Hours(0, time(8), time(16, 15)),)
    assert point.languages == ("fi", "sv", "en")
    assert point.name.sv == "Salla sv"
    area = await store.read(lambda tx: queries.agency_of(tx, SYSTEM, "ita-lappi"))
    assert isinstance(area, Agency)
    assert area.service_area == ("Salla",)
    assert service_points.c.code is not None


def test_a_device_in_a_booth_that_is_not_there_is_refused() -> None:
    file = seed().model_dump(mode="json")
    file["points"][0]["devices"] = [{"name": "d-salla-01", "booth": "elsewhere"}]
    with pytest.raises(ValidationError, match="a device names a booth"):
        SeedFile.model_validate(file)


def test_an_agency_is_valid_to_its_last_day() -> None:
    last = datetime(2026, 11, 24, tzinfo=UTC).date()
    assert is_valid(last, last, last)
    assert not is_valid(last + timedelta(days=1), last, last)
    assert is_valid(last + timedelta(days=1), last, None)


def test_an_agency_without_an_area_serves_everywhere() -> None:
    assert serves((), "Salla")
    assert serves(("Salla", "Savukoski"), "Salla")
    assert not serves(("Savukoski",), "Salla")
