"""The devices' own HTTPS endpoint: enrolment, renewal, and whatever other rooms add to it.

Mutual TLS on a listener of its own. Only enrolment is served without a client certificate.
Other rooms register routers whose routes depend on `known_device`.
"""

import ssl
from collections.abc import Iterable
from functools import partial
from typing import Annotated

import uvicorn
from cryptography import x509
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, Field

from control_plane import errors
from control_plane.errors import NOT_SIGNED_IN, Reason, Refusal, responses
from control_plane.security import enrolment
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.broker_files import write_control_plane
from control_plane.security.client_certificates import CertificateProtocol, client_certificate
from control_plane.security.device_bundle import DeviceBundle, Enrolled, bundle_for, enrolled
from control_plane.security.issuers import Issuers
from control_plane.security.limits import BodyLimit
from control_plane.security.refusals import note_request
from control_plane.security.scope import Scope
from shared.identifiers import DeviceName

MAX_BODY = 64 * 1024

Pem = Annotated[str, Field(max_length=8192)]
At = Annotated[Boundary, Depends(boundary)]

router = APIRouter(prefix="/device/v1", tags=["device"])


class Enrol(BaseModel):
    """A claim, taken up."""

    claim_id: Annotated[str, Field(pattern="^[0-9a-f]{8}$")]
    secret: Annotated[str, Field(max_length=200)]
    csr_pem: Pem


class Renew(BaseModel):
    """A new key, before the old certificate ends."""

    csr_pem: Pem


class KnownDevice(BaseModel):
    """A device whose certificate counts."""

    name: DeviceName
    serial: str


def issuers_of(request: Request) -> Issuers:
    """The issuers of the application that serves this request."""
    found: Issuers = request.app.state.issuers
    return found


TheIssuers = Annotated[Issuers, Depends(issuers_of)]


def shown_certificate(request: Request) -> x509.Certificate:
    """The client's certificate; refuses without one."""
    certificate = client_certificate(request)
    if certificate is None:
        raise Refusal(NOT_SIGNED_IN)
    return certificate


Shown = Annotated[x509.Certificate, Depends(shown_certificate)]


async def known_device(request: Request, certificate: Shown, at: At) -> KnownDevice:
    """The device behind the request; refuses one whose certificate was revoked."""
    serial = enrolment.serial_text(certificate.serial_number)
    name = await at.store.read(partial(enrolment.standing, serial=serial, now=at.clock.now()))
    if name is None:
        raise Refusal(enrolment.REVOKED)
    request.state.asker = Scope.of_device(name)
    return KnownDevice(name=name, serial=serial)


Device = Annotated[KnownDevice, Depends(known_device)]

_ENROL_REFUSALS = responses(enrolment.CLAIM_REFUSED, enrolment.CSR_REFUSED, enrolment.KEY_USED)
_DEVICE_REFUSALS = responses(NOT_SIGNED_IN, enrolment.REVOKED)


@router.post("/enrol", responses=_ENROL_REFUSALS)
async def enrol(body: Enrol, at: At, issuers: TheIssuers) -> Enrolled:
    """A device's first certificate, against a claim."""
    now = at.clock.now()
    return await _certified(
        at,
        issuers,
        await at.store.run(
            lambda tx: enrolment.enrol(
                tx,
                issuers,
                claim_id=body.claim_id,
                secret=body.secret,
                csr_pem=body.csr_pem,
                now=now,
            )
        ),
    )


@router.post("/renew", responses={**_DEVICE_REFUSALS, **_ENROL_REFUSALS})
async def renew(body: Renew, device: Device, at: At, issuers: TheIssuers) -> Enrolled:
    """The next certificate, while the present one counts."""
    now = at.clock.now()
    return await _certified(
        at,
        issuers,
        await at.store.run(
            lambda tx: enrolment.renew(
                tx, issuers, serial=device.serial, csr_pem=body.csr_pem, now=now
            )
        ),
    )


@router.get("/bundle", responses=_DEVICE_REFUSALS)
async def show_bundle(
    device: Device, certificate: Shown, at: At, issuers: TheIssuers
) -> DeviceBundle:
    """What the device must know to trust us, as it is now."""
    return bundle_for(at, issuers, device.name, certificate)


async def _certified(
    at: Boundary, issuers: Issuers, outcome: enrolment.Certified | Reason
) -> Enrolled:
    if isinstance(outcome, Reason):
        raise Refusal(outcome)
    bundle = bundle_for(at, issuers, outcome.device, outcome.certificate)
    return enrolled(bundle, outcome.certificate, issuers=issuers)


def create_endpoint(
    at: Boundary, issuers: Issuers, *, routers: Iterable[APIRouter] = ()
) -> FastAPI:
    """The application of the devices' listener; it shows no documentation to strangers."""
    app = FastAPI(title="Etäpiste devices", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.boundary = at
    app.state.issuers = issuers
    errors.install(app, hear=note_request)
    app.add_middleware(BodyLimit, hear=note_request, limit=MAX_BODY)
    for each in (router, *routers):
        app.include_router(each)
    return app


def endpoint_server(app: FastAPI, at: Boundary, issuers: Issuers) -> uvicorn.Server:
    """A server for `create_endpoint`'s application, with TLS 1.3 and client certificates."""
    settings = at.settings
    files = write_control_plane(
        settings.state_dir, issuers, hosts=tls_hosts(settings.device_host), now=at.clock.now()
    )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.device_port,
        http=CertificateProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        ssl_certfile=str(files.certificate),
        ssl_keyfile=str(files.key),
        ssl_ca_certs=str(files.chain.with_name("device-ca.pem")),
        # Optional, since a device has none before it is enrolled.
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
        server_header=False,
    )
    config.load()
    if config.ssl is None:
        raise RuntimeError("uvicorn made no TLS context")
    config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    # The Device CA alone is the anchor: below the root there are services' certificates too.
    config.ssl.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return uvicorn.Server(config)


def tls_hosts(device_host: str) -> tuple[str, ...]:
    """The names in the server certificates: what devices are told, and the loopback."""
    return tuple(dict.fromkeys((device_host, "localhost", "127.0.0.1")))
