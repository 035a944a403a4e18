"""Is what is set up changed by whom it belongs to, told to devices, kept, and undone?"""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from control_plane.database import Store, Tx
from control_plane.errors import Refusal
from control_plane.security import audit
from control_plane.security.scope import Asker, Role, Scope
from control_plane.service_points import queries as places
from control_plane.service_points.operations import import_seed
from control_plane.setup import looking, operations, queries
from control_plane.setup.operations import Made
from control_plane.setup.rules.contents import (
    AgencyContent,
    BoothContent,
    Content,
    DeviceContent,
    Kind,
    PointContent,
    ServiceContent,
    SwitchesContent,
    Thing,
    digest,
)
from shared.languages import Text
from shared.twin import Catalogue
from shared.visits import PrepareVisit
from tests.clock import FakeClock
from tests.control_plane.service_points.test_setup import twin_posts
from tests.control_plane.visits.steps import sent
from tests.control_plane.world import World, seed

SYSTEM = Scope.system("test")
OWNER = Scope(Asker.STAFF, "0190", frozenset({Role.OWNER}))
KELAS = Scope(Asker.STAFF, "0191", frozenset({Role.AGENCY_ADMIN}), "kela")
VEROS = Scope(Asker.STAFF, "0192", frozenset({Role.AGENCY_ADMIN}), "vero")
CLERK = Scope(Asker.STAFF, "0193", frozenset({Role.CLERK}), "kela")

KELA_AT_SALLA = Thing(Kind.SWITCHES, ("kela", "salla"))
VERO = Thing(Kind.AGENCY, ("vero",))
ON = SwitchesContent(queue=True)


def said(word: str) -> Text:
    return Text(fi=word, sv=f"{word} sv", en=f"{word} en")


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


async def content(world: World, thing: Thing) -> Any:
    return await world.store.read(lambda tx: queries.content_of(tx, SYSTEM, thing))


async def put(
    world: World, thing: Thing, wanted: Content | None, *, scope: Scope = OWNER, known: str = "?"
) -> Made:
    """Change it, knowing what stands there unless another version is named."""
    now = world.clock.now()

    def operation(tx: Tx) -> Made:
        saw = digest(queries.content_of(tx, scope, thing)) if known == "?" else known
        return operations.change(tx, scope, thing, wanted, known=saw, now=now)

    return await world.run(operation)


async def refused(world: World, thing: Thing, wanted: Content | None, **how: Any) -> Refusal:
    with pytest.raises(Refusal) as why:
        await put(world, thing, wanted, **how)
    return why.value


async def offered(world: World, device: str = "d-salla-01") -> list[str]:
    """The agencies in the latest catalogue that the device was told of."""

    def read(tx: Tx) -> list[str]:
        row = tx.connection.exec_driver_sql(
            f"SELECT catalogue_sha256 FROM device_twins WHERE device = '{device}'"  # noqa: S608
        ).scalar_one()
        text = queries_catalogue(tx, row)
        return [each.agency for each in Catalogue.model_validate_json(text).agencies]

    return await world.store.read(read)


def queries_catalogue(tx: Tx, sha256: str) -> str:
    found = places.catalogue_text(tx, SYSTEM, sha256)
    assert found is not None
    return found


async def test_a_switch_reaches_the_devices_of_the_point_in_the_same_transaction(
    world: World,
) -> None:
    assert await offered(world) == ["kela", "vero", "ita-lappi"]
    before = await world.store.read(twin_posts)
    off = (await content(world, KELA_AT_SALLA)).model_copy(update={"queue": False})
    await put(world, KELA_AT_SALLA, off, scope=KELAS)
    assert await offered(world) == ["vero", "ita-lappi"]
    posts = await world.store.read(twin_posts)
    assert posts[len(before) :] == [("d-salla-01", 2)]
    on = off.model_copy(update={"queue": True})
    await put(world, KELA_AT_SALLA, on, scope=KELAS)
    assert await offered(world) == ["kela", "vero", "ita-lappi"]


async def test_what_an_agency_does_at_a_new_point_is_off_until_it_is_switched_on(
    world: World,
) -> None:
    thing = Thing(Kind.SWITCHES, ("vero", "posio"))
    point = PointContent(name=said("Posio"), municipality="Posio")
    await put(world, Thing(Kind.POINT, ("posio",)), point)
    await put(world, thing, SwitchesContent(), scope=VEROS)
    made = await content(world, thing)
    assert not any(getattr(made, each) for each in ("queue", "print", "scan", "show", "booking"))


async def test_a_queue_in_which_numbers_wait_is_not_switched_off(world: World) -> None:
    await world.device_up()
    await world.clerk()
    for _ in range(3):
        await world.take()
    off = (await content(world, KELA_AT_SALLA)).model_copy(update={"queue": False})
    why = await refused(world, KELA_AT_SALLA, off, scope=KELAS)
    assert (why.code, why.detail) == ("numbers_wait", {"numbers": 3})
    assert (await content(world, KELA_AT_SALLA)).queue
    # Another switch of the same pair harms nobody.
    mute = (await content(world, KELA_AT_SALLA)).model_copy(update={"print": False})
    await put(world, KELA_AT_SALLA, mute, scope=KELAS)


async def test_nothing_by_which_somebody_who_waits_would_be_lost_is_done(world: World) -> None:
    await world.device_up()
    await world.clerk()
    await world.take()
    yesterday = world.clock.now().date() - timedelta(days=1)
    kela, tuki = Thing(Kind.AGENCY, ("kela",)), Thing(Kind.SERVICE, ("kela-tuki",))
    agency, service = await content(world, kela), await content(world, tuki)
    lost: list[tuple[Thing, Content | None]] = [
        (kela, agency.model_copy(update={"valid_to": yesterday})),
        (kela, agency.model_copy(update={"service_area": ("Inari",)})),
        (tuki, service.model_copy(update={"offered": False})),
        (KELA_AT_SALLA, None),
    ]
    for thing, wanted in lost:
        assert (await refused(world, thing, wanted)).code == "numbers_wait", thing
    assert (await refused(world, tuki, None)).detail == {"uses": {"numbers": 1}}
    # Nobody waits for this one.
    other = Thing(Kind.SERVICE, ("kela-elake",))
    wanted = (await content(world, other)).model_copy(update={"offered": False})
    await put(world, other, wanted, scope=KELAS)


async def test_who_did_not_know_what_stands_there_is_told_its_version(world: World) -> None:
    first = await content(world, VERO)
    theirs = first.model_copy(update={"about": said("verot ja rekisterit")})
    await put(world, VERO, theirs, scope=VEROS, known=digest(first))
    mine = first.model_copy(update={"about": said("muuta")})
    why = await refused(world, VERO, mine, known=digest(first))
    assert (why.code, why.detail) == ("changed_meanwhile", {"known": digest(theirs)})
    # What an import changed is known by its content too.
    await world.run(lambda tx: import_seed(tx, seed(), world.clock.now()))
    await put(world, VERO, mine, known=digest(first))


async def test_the_same_again_is_no_change(world: World) -> None:
    kept = await content(world, VERO)
    assert (await put(world, VERO, kept)).change is None
    assert await world.store.read(lambda tx: queries.changes_seen(tx, OWNER, limit=9)) == []


@pytest.mark.parametrize("scope", [VEROS, CLERK])
async def test_another_agencys_part_is_nobodys_to_change(world: World, scope: Scope) -> None:
    for thing in (
        KELA_AT_SALLA,
        Thing(Kind.AGENCY, ("kela",)),
        Thing(Kind.SERVICE, ("kela-tuki",)),
    ):
        wanted = await content(world, thing)
        code = (await refused(world, thing, wanted, scope=scope)).code
        assert code == ("not_allowed" if scope is CLERK else "not_found")
    view = await world.store.read(lambda tx: looking.whole(tx, VEROS, world.clock.now()))
    assert {each.agency for each in view.switches} == {"vero"}
    assert {each.code for each in view.agencies} == {"vero"}
    assert {each.content.agency for each in view.services} == {"vero"}
    assert view.devices == []


async def test_a_main_user_says_how_the_agency_is_told_and_not_where_or_how_long(
    world: World,
) -> None:
    first = await content(world, VERO)
    await put(world, VERO, first.model_copy(update={"name": said("Vero")}), scope=VEROS)
    for change in ({"valid_to": date(2030, 1, 1)}, {"service_area": ("Salla",)}):
        why = await refused(world, VERO, first.model_copy(update=change), scope=VEROS)
        assert why.code == "not_allowed"
    new = AgencyContent(name=said("X"), about=said("x"), valid_from=date(2026, 1, 1))
    assert (await refused(world, Thing(Kind.AGENCY, ("uusi",)), new, scope=VEROS)).code in {
        "not_found",
        "not_allowed",
    }
    point = await content(world, Thing(Kind.POINT, ("salla",)))
    renamed = point.model_copy(update={"name": said("Muu")})
    why = await refused(world, Thing(Kind.POINT, ("salla",)), renamed, scope=VEROS)
    assert why.code == "not_allowed"


async def test_the_last_change_is_undone_and_that_can_be_undone_too(world: World) -> None:
    off = (await content(world, KELA_AT_SALLA)).model_copy(update={"queue": False})
    first = await put(world, KELA_AT_SALLA, off, scope=KELAS)
    assert first.change is not None
    done, now = first.change, world.clock.now()
    undone = await world.run(lambda tx: operations.undo(tx, KELAS, done, now))
    assert "kela" in await offered(world)
    with pytest.raises(Refusal, match="not_the_last"):
        await world.run(lambda tx: operations.undo(tx, KELAS, done, now))
    assert undone.change is not None
    again = undone.change
    await world.run(lambda tx: operations.undo(tx, KELAS, again, now))
    assert "kela" not in await offered(world)
    shown = await world.store.read(lambda tx: looking.history(tx, KELAS))
    assert [(each.undoable, each.what) for each in shown] == [
        (True, ["queue"]),
        (False, ["queue"]),
        (False, ["queue"]),
    ]
    assert await world.store.read(lambda tx: looking.history(tx, VEROS)) == []


async def test_a_main_user_is_not_offered_to_undo_what_only_the_owner_may_change(
    world: World,
) -> None:
    ends = (await content(world, VERO)).model_copy(update={"valid_to": date(2030, 1, 1)})
    await put(world, VERO, ends)

    async def undoable(scope: Scope) -> list[bool]:
        shown = await world.store.read(lambda tx: looking.history(tx, scope))
        return [each.undoable for each in shown]

    assert (await undoable(OWNER), await undoable(VEROS)) == ([True], [False])


async def test_what_something_newer_stands_on_is_not_undone(world: World) -> None:
    made = await put(world, VERO, (await content(world, VERO)).model_copy(update={"position": 9}))
    assert made.change is not None
    done, now = made.change, world.clock.now()
    # By an import, of which no change is kept.
    await world.run(lambda tx: import_seed(tx, seed(), now))
    with pytest.raises(Refusal, match="not_the_last"):
        await world.run(lambda tx: operations.undo(tx, OWNER, done, now))


async def test_an_addition_is_undone_unless_something_stands_on_it(world: World) -> None:
    new = ServiceContent(agency="vero", name=said("Perukirja"), minutes=30)
    thing = Thing(Kind.SERVICE, ("vero-perukirja",))
    made = await put(world, thing, new, scope=VEROS)
    assert made.change is not None
    done, now = made.change, world.clock.now()
    await world.run(lambda tx: operations.undo(tx, VEROS, done, now))
    assert await content(world, thing) is None
    posio = Thing(Kind.POINT, ("posio",))
    point = await put(world, posio, PointContent(name=said("Posio")))
    booth = BoothContent(name=said("Tila"), direction=said("oikealla"))
    await put(world, Thing(Kind.BOOTH, ("posio", "posio-1")), booth)
    assert point.change is not None
    added = point.change
    with pytest.raises(Refusal, match="in_use"):
        await world.run(lambda tx: operations.undo(tx, OWNER, added, now))


async def test_every_change_has_its_row_in_the_audit_log(world: World) -> None:
    off = (await content(world, KELA_AT_SALLA)).model_copy(update={"scan": False})
    made = await put(world, KELA_AT_SALLA, off, scope=KELAS)
    rows = await world.store.read(lambda tx: audit.rows(tx, KELAS, actions=["setup.changed"]))
    assert [(each.entry.actor, each.entry.subject) for each in rows] == [
        ("0191", "switches:kela/salla")
    ]
    told = json.loads(rows[0].entry.detail)
    assert (told["change"], told["what"]) == (str(made.change), ["scan"])
    assert told["after"] == made.known


async def test_training_and_real_service_never_meet(world: World) -> None:
    school = Thing(Kind.AGENCY, ("harjoitus",))
    content_ = AgencyContent(
        name=said("Harjoitus"), about=said("x"), valid_from=date(2026, 1, 1), training=True
    )
    await put(world, school, content_)
    await put(world, Thing(Kind.POINT, ("koulu",)), PointContent(name=said("Koulu"), training=True))
    for pair in (("harjoitus", "salla"), ("kela", "koulu")):
        assert (await refused(world, Thing(Kind.SWITCHES, pair), ON)).code == "training_apart"
    await put(world, Thing(Kind.SWITCHES, ("harjoitus", "koulu")), ON)
    real = content_.model_copy(update={"training": False})
    assert (await refused(world, school, real)).code == "training_apart"


async def test_what_is_named_must_be_there(world: World) -> None:
    nowhere: list[tuple[Thing, Content]] = [
        (Thing(Kind.SWITCHES, ("kela", "ei-ole")), ON),
        (Thing(Kind.DEVICE, ("d-uusi-01",)), DeviceContent(point="salla", booth="inari-1")),
        (
            Thing(Kind.SERVICE, ("uusi",)),
            ServiceContent(agency="ei-ole", name=said("X"), minutes=5),
        ),
    ]
    for thing, wanted in nowhere:
        assert (await refused(world, thing, wanted)).code == "not_there"
    moved = (await content(world, Thing(Kind.SERVICE, ("kela-tuki",)))).model_copy(
        update={"agency": "vero"}
    )
    why = await refused(world, Thing(Kind.SERVICE, ("kela-tuki",)), moved)
    assert why.code == "other_agencys"


@pytest.mark.parametrize("on", [True, False])
async def test_the_booth_is_told_with_each_visit_whether_its_agency_prints_there(
    world: World,
    on: bool,  # noqa: FBT001 - of the parameters
) -> None:
    wanted = (await content(world, KELA_AT_SALLA)).model_copy(update={"print": on})
    await put(world, KELA_AT_SALLA, wanted, scope=KELAS)
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    await world.call_next(clerk)
    [order] = await sent(world, PrepareVisit.kind)
    assert order.get("may_print", True) is on  # a default is left out


async def test_a_device_is_not_taken_from_under_a_visit(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    await world.call_next(clerk)
    thing = Thing(Kind.DEVICE, ("d-salla-01",))
    for wanted in (None, DeviceContent(point="salla"), DeviceContent(point="inari")):
        assert (await refused(world, thing, wanted)).code == "booth_in_use"
    booth = Thing(Kind.BOOTH, ("salla", "salla-1"))
    # Out of use: the visit goes on to its end, and no other begins there.
    await put(world, booth, (await content(world, booth)).model_copy(update={"closed": True}))
    assert (await refused(world, booth, None)).code == "in_use"
