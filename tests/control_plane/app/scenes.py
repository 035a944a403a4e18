"""In which scene does each operation that runs once succeed? A further operation gets its own."""

from collections.abc import Awaitable, Callable

from joserfc.jwk import ECKey

from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits.queries import Visit
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.control_plane.app.conftest import Api
from tests.control_plane.app.setup_scenes import SETTING_UP
from tests.control_plane.plane import Page
from tests.control_plane.visits import consults
from tests.control_plane.world import visit_id

# Who asks, of which ids, with which body.
Wish = tuple[Page, dict[str, object], object]
Scene = Callable[[Api], Awaitable[Wish]]


async def at_desk(api: Api, state: ClerkState = ClerkState.AVAILABLE) -> tuple[Page, Scope]:
    await api.world.device_up()
    clerk = await api.world.clerk()
    if state is not ClerkState.AVAILABLE:
        await api.world.choose(clerk, state)
    return await api.page("aino"), clerk


async def called(api: Api) -> tuple[Page, Visit]:
    page, clerk = await at_desk(api)
    await api.world.take()
    visit = await api.world.call_next(clerk)
    await api.world.reported(visit)
    return page, await api.world.visit(visit)


async def begun(api: Api) -> tuple[Page, Visit]:
    page, visit = await called(api)
    arrived = VisitorArrived(visit_id=visit_id(visit), at=api.world.clock.now())
    await api.world.event(arrived)
    return page, await api.world.visit(visit)


def desk(body: object, state: ClerkState = ClerkState.AVAILABLE) -> Scene:
    async def scene(api: Api) -> Wish:
        page, _ = await at_desk(api, state)
        return page, {}, body

    return scene


async def with_two_waiting(api: Api) -> Wish:
    page, _ = await at_desk(api)
    await api.world.take()
    later = await api.world.take()
    return page, {"ticket_id": later.ticket_id}, {"reason": "urgent"}


async def wrapping_up(api: Api) -> Wish:
    page, visit = await begun(api)
    await page.post(f"/visits/{visit.id}/end", {"outcome": Outcome.DONE})
    return page, {}, {"action": "extend"}


async def before_the_visitor(api: Api) -> Wish:
    page, visit = await called(api)
    return page, {"visit_id": visit.id}, None


async def after_the_calls(api: Api) -> Wish:
    page, visit = await called(api)
    for _ in range(2):
        api.clock.pass_(seconds=25)
        await page.post(f"/visits/{visit.id}/recall")
    api.clock.pass_(seconds=25)
    return page, {"visit_id": visit.id}, None


async def a_while_after_the_call(api: Api) -> Wish:
    page, visit = await called(api)
    api.clock.pass_(seconds=25)
    return page, {"visit_id": visit.id}, None


def in_visit(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        page, visit = await begun(api)
        return page, {"visit_id": visit.id}, body

    return scene


async def offered(api: Api) -> Wish:
    page, clerk = await at_desk(api)
    await api.world.take()
    offer = await api.world.offer(clerk)
    return page, {"offer_id": offer.id}, {"reason": "busy"}


async def parked(api: Api) -> Wish:
    """A number in the clerk's own list, who is free for it again in a clean booth."""
    page, visit = await begun(api)
    await page.post(f"/visits/{visit.id}/park", {"for_what": "form", "minutes": 15})
    wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=api.world.clock.now())
    await api.world.event(wiped)
    await page.post("/desk/wrap-up", {"action": "done"})
    return page, {"ticket_id": visit.ticket_id}, {"staff_id": None}


async def missed_by_clerk(api: Api) -> Wish:
    _, ids, _ = await missed_number(api)
    return await api.page("aino"), ids, None


def main_user(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
        clerk = await api.world.clerk()
        page = await api.page("paakayttaja")
        ids: dict[str, object] = {
            "agency": "kela",
            "point": "salla",
            "staff_id": clerk.name,
            "service": "kela-todistus",
        }
        return page, ids, body

    return scene


async def missed_number(api: Api) -> Wish:
    page, visit = await called(api)
    for _ in range(3):
        api.clock.pass_(seconds=25)
        await page.post(f"/visits/{visit.id}/recall")
    await page.post(f"/visits/{visit.id}/no-show")
    await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    return await api.page("esihenkilo"), {"ticket_id": visit.ticket_id}, {"reason": "test"}


def supervisor(body: object) -> Scene:
    """A supervisor with somebody who waits, a clerk, and ids that are made by who asks."""

    async def scene(api: Api) -> Wish:
        _, clerk = await at_desk(api)
        waiting = await api.world.take()
        await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
        made = {"closing_id": CLOSING, "message_id": MESSAGE}
        ids = {"ticket_id": waiting.ticket_id, "staff_id": clerk.name, **made}
        return await api.page("esihenkilo"), ids, body

    return scene


HOURS = {"week": [{"weekday": 1, "opens": "08:00", "closes": "16:00"}]}
DAYS = {"week": [*["queue"] * 3, *["booking"] * 2, *["closed"] * 2]}
CLOSE = {"reason": "test", "kind": "now"}
TELL = {"text": "Kokous klo 14", "minutes": 60}


async def closed(api: Api) -> Wish:
    page, ids, _ = await supervisor(None)(api)
    done = await page.http.put(f"/api/v1/supervision/closings/{CLOSING}", json=CLOSE)
    assert done.status_code == 204, done.text
    return page, ids, {"reason": "test"}


async def told(api: Api) -> Wish:
    page, ids, _ = await supervisor(None)(api)
    done = await page.http.put(f"/api/v1/supervision/messages/{MESSAGE}", json=TELL)
    assert done.status_code == 204, done.text
    return page, ids, None


async def told_clerk(api: Api) -> Wish:
    _, ids, _ = await told(api)
    return await api.page("aino"), ids, None


async def integrated(api: Api) -> Wish:
    page, ids, _ = await main_user(None)(api)
    body = {"agency": "kela", "name": "Keskus", "rights": ["presence"]}
    made = await page.post("/integrations", body)
    assert made.status_code == 201, made.text
    integration = made.json()["integration"]["id"]
    return page, {**ids, "integration_id": integration}, {"clerks": {"agent-1": "aino"}}


async def with_classes(api: Api) -> Wish:
    """A number that waits for an agency that has named a class."""
    chooser, ids, _ = await main_user(None)(api)
    choices = {"classes": [{"name": "urgent", "head_start_minutes": 30}]}
    chosen = await chooser.http.put(
        f"/api/v1/routing/policies/{ids['agency']}", json={"instead_of": 0, "choices": choices}
    )
    assert chosen.status_code == 200, chosen.text
    waiting = await api.world.take()
    await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    body = {"priority": "urgent", "reason": "test"}
    return await api.page("esihenkilo"), {"ticket_id": waiting.ticket_id}, body


async def came_for_a_booking(api: Api) -> Wish:
    page, _ = await at_desk(api)
    waiting = await api.world.take()
    return page, {"ticket_id": waiting.ticket_id}, {"booked_for": api.clock.now().isoformat()}


async def two_colleagues(api: Api) -> Wish:
    _, colleague, visit = await consults.two(api.world)
    return await api.page("aino"), {"visit_id": visit.id}, {"staff_id": colleague.name}


async def asked_in(api: Api) -> Wish:
    clerk, colleague, visit = await consults.two(api.world)
    consult = await consults.ask(api.world, clerk, visit, staff=colleague)
    return await api.page("bertta"), {"consult_id": consult}, None


async def joined_in(api: Api) -> Wish:
    *_, consult = await consults.together(api.world)
    return await api.page("bertta"), {"consult_id": consult}, None


async def handed_on(api: Api) -> Wish:
    clerk, _, visit, consult = await consults.together(api.world)
    await consults.hand_on(api.world, clerk, visit)
    return await api.page("bertta"), {"consult_id": consult}, None


def with_company(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        _, _, visit, _ = await consults.together(api.world)
        return await api.page("aino"), {"visit_id": visit.id}, body

    return scene


async def linked(api: Api) -> Wish:
    page, clerk = await at_desk(api)
    opened = await page.post("/desk/link", HERE)
    assert opened.status_code == 204, opened.text
    link = (await api.world.desk(clerk)).link
    assert link is not None
    return page, {"link_id": link.id}, None


HERE = {"point": "salla", "booth": "salla-1"}
CLOSING = "0190d0c2-0000-7000-8000-0000000000c1"
MESSAGE = "0190d0c2-0000-7000-8000-0000000000e1"
NEW_STAFF = {
    "username": "uusi",
    "display_name": "Uusi Virkailija",
    "alias": "Uusi",
    "roles": ["clerk"],
    "agency": "kela",
}

SCENES: dict[str, Scene] = {
    **SETTING_UP,
    "choose_state": desk({"state": "break", "reason": "lunch"}),
    "set_last_one": desk({"on": True}),
    "store_next": desk({"on": True}),
    "wrap_up": wrapping_up,
    "call_next": with_two_waiting,
    "call_this": with_two_waiting,
    "recall_visitor": a_while_after_the_call,
    "visitor_arrived": before_the_visitor,
    "visitor_missing": after_the_calls,
    "withdraw_visit": before_the_visitor,
    "hold_visit": in_visit({"on": True}),
    "end_visit": in_visit({"outcome": "done"}),
    "transfer_visitor": in_visit({"service": "vero-kortti", "reason": "other_matter"}),
    "give_another_booth": in_visit(None),
    "let_visitor_pass": before_the_visitor,
    "park_visitor": in_visit({"for_what": "form", "minutes": 15}),
    "call_parked": parked,
    "hand_over_parked": parked,
    "take_back_missed": missed_by_clerk,
    "check_in_booking": came_for_a_booking,
    "ask_colleague": two_colleagues,
    "end_consult": with_company(None),
    "hand_visit_on": with_company({"on": True}),
    "accept_consult": asked_in,
    "refuse_consult": asked_in,
    "leave_consult": joined_in,
    "keep_visit": handed_on,
    "open_link": desk(HERE),
    "close_link": linked,
    "accept_offer": offered,
    "reject_offer": offered,
    "add_staff": main_user(NEW_STAFF),
    "change_staff": main_user({"alias": "Toinen"}),
    "end_staff": main_user(None),
    "reset_second_factor": main_user(None),
    "set_service_needs": main_user({"skill": "elake", "skill_level": 3}),
    "choose_routing_policy": main_user(
        {"instead_of": 0, "choices": {"clerk_order": "round_robin"}}
    ),
    "set_hours": main_user({"instead_of": 0, "choices": HOURS}),
    "set_days": main_user({"instead_of": 0, "choices": DAYS}),
    "close_queue": supervisor(CLOSE),
    "reopen_queue": closed,
    "move_ticket": supervisor({"service": "kela-todistus", "reason": "test"}),
    "set_ticket_class": with_classes,
    "give_ticket_back": missed_number,
    "force_clerk_state": supervisor({"state": "break", "reason": "test"}),
    "tell_desks": supervisor(TELL),
    "take_message_back": told,
    "read_desk_message": told_clerk,
    "revoke_integration": integrated,
    "name_clerks": integrated,
    "certify_key": desk({"jwk": ECKey.generate_key("P-256").as_dict(private=False)}),
}
