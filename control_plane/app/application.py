"""What does the control plane serve over HTTP?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from control_plane import database, errors
from control_plane.app.headers import SecurityHeaders
from control_plane.app.health import router as health
from control_plane.app.joined import attach, join
from control_plane.app.metrics import Measured
from control_plane.app.pages import Pages
from control_plane.app.start import router as start
from control_plane.clock import Clock, SystemClock
from control_plane.database import Store, open_store
from control_plane.errors import (
    INVALID,
    KEY_USED_OTHERWISE,
    TOO_LARGE,
    UNAVAILABLE,
    Refusal,
    answer,
    responses,
)
from control_plane.fleet.routes import router as fleet
from control_plane.presence.hook_routes import router as hooks
from control_plane.presence.integration_routes import router as integrations
from control_plane.presence.queue_routes import router as queue
from control_plane.presence.routes import router as presence
from control_plane.reports.routes import router as reports
from control_plane.routing.routes import router as routing
from control_plane.security.audit_routes import router as audit
from control_plane.security.factor_routes import router as factors
from control_plane.security.limits import BodyLimit
from control_plane.security.password_routes import router as passwords
from control_plane.security.refusals import note_request
from control_plane.security.session_routes import router as session
from control_plane.service_points.routes import router as service_points
from control_plane.settings import Settings
from control_plane.setup.point_routes import router as opening
from control_plane.setup.routes import router as setting_up
from control_plane.staff.routes import router as staff
from control_plane.staff.sheet_routes import router as sheets
from control_plane.visits.consult_routes import router as consults
from control_plane.visits.contact_centre_routes import router as contact_centre
from control_plane.visits.day_routes import router as days
from control_plane.visits.life_routes import router as life
from control_plane.visits.link_routes import router as links
from control_plane.visits.live_socket import router as live
from control_plane.visits.offer_routes import router as offers
from control_plane.visits.reporting.routes import router as visit_reports
from control_plane.visits.routes import router as visits
from control_plane.visits.shift_routes import router as shifts
from control_plane.visits.supervision_routes import router as supervision

API = "/api/v1"
WEB = Path(__file__).parent.parent / "web" / "dist"

log = structlog.get_logger()

DESCRIPTION = """
The control plane of Etäpiste: queues, desks, visits, devices and staff.

Sign in with `POST /api/v1/session`; the session is in the cookie `etapiste_session`. Requests
that change something also need the header `X-Etapiste-CSRF` with the token that the session's
answer holds, and come from our own page (`Origin`). A refusal is `{"code", "detail"}` with the
codes named at each operation. `Idempotency-Key` makes what changes something safe to repeat: the
same key, account and request get the same answer for a day; operations without it say in
`x-repeat` why a repeat does no harm. Times are RFC 3339 in UTC. The live socket
`GET /api/v1/live?subject=desk` sends the desk at each change, and
carries the WebRTC signals of the clerk's visit both ways as `{"signal": …}`.

An agency's contact centre asks under `/api/v1/presence` with a bearer token (`Authorization`).
"""


@dataclass(frozen=True, slots=True)
class Given:
    """What an application is made with."""

    settings: Settings
    store: Store | None = None
    clock: Clock | None = None


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """From its start to its end."""
    given: Given = app.state.given
    store = given.store
    ours = open_store(given.settings.store_url) if store is None else store
    try:
        joined = join(given.settings, ours, given.clock or SystemClock())
        attach(app, joined)
        async with asyncio.TaskGroup() as tasks:
            running = joined.start(tasks)
            yield
            for task in running:
                task.cancel()
    finally:
        if store is None:
            await ours.close()


def create_app(
    settings: Settings, store: Store | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application; its parts are joined when it starts. Without a store it opens its own."""
    app = FastAPI(
        title="Etäpiste",
        version="1",
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_living,
        # An operation's id is its function's name: stable, and fit for a generated client.
        generate_unique_id_function=lambda route: route.name,
        responses=responses(INVALID, KEY_USED_OTHERWISE, TOO_LARGE, UNAVAILABLE),
    )
    app.state.given = Given(settings, store, clock)
    errors.install(app, hear=note_request)
    errors.describe(app)
    for trouble in database.UNAVAILABLE:
        app.add_exception_handler(trouble, _unavailable)
    api = APIRouter(prefix=API)
    for router in (
        session,
        passwords,
        factors,
        live,
        visits,
        life,
        links,
        offers,
        consults,
        supervision,
        shifts,
        days,
        service_points,
        setting_up,
        opening,
        staff,
        sheets,
        fleet,
        routing,
        presence,
        queue,
        contact_centre,
        hooks,
        integrations,
        reports,
        visit_reports,
        audit,
        start,
    ):
        api.include_router(router)
    app.include_router(api)
    app.include_router(health)
    app.mount("/", Pages(WEB), name="pages")
    app.add_middleware(BodyLimit, hear=note_request)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    app.add_middleware(Measured)
    return app


async def _unavailable(_request: Request, trouble: Exception) -> JSONResponse:
    """Whether it was done is not known: whoever asked with a key may ask again."""
    log.warning("the database does not answer", error=type(trouble).__name__)
    return answer(Refusal(UNAVAILABLE))
