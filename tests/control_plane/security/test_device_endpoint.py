"""A device comes from its claim to its certificate over real TLS, and nobody else does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Depends
from joserfc.jwk import KeySet

from control_plane.clock import SystemClock
from control_plane.database import Store
from control_plane.live import Hub
from control_plane.security import enrolment
from control_plane.security.boundary import Boundary
from control_plane.security.device_endpoint import (
    KnownDevice,
    create_endpoint,
    endpoint_server,
    known_device,
)
from control_plane.security.enrolment import Claim
from control_plane.security.issuers import DEVICE_LIFE, FileIssuers
from control_plane.security.keys import Keyring, new_p256, private_pem, write_private
from control_plane.security.scope import Scope
from control_plane.settings import Settings
from provisioning.own_ports import own_ports
from shared.orders import CommandKeys, open_order
from shared.signing import open_statement

SALLA = "d-salla-01"
CLOCK = SystemClock()

extra = APIRouter()


@extra.get("/device/v1/name")
async def name(device: Annotated[KnownDevice, Depends(known_device)]) -> str:
    return device.name


@dataclass
class Endpoint:
    """A running endpoint and what stands behind it."""

    at: Boundary
    issuers: FileIssuers
    directory: Path

    async def claim(self) -> Claim:
        return await self.at.store.run(
            lambda tx: enrolment.make_claim(tx, Scope.system("test"), SALLA, now=CLOCK.now())
        )

    def client(
        self, certificate: bytes = b"", key: ec.EllipticCurvePrivateKey | None = None
    ) -> httpx.AsyncClient:
        context = ssl.create_default_context(cadata=self.issuers.service_chain().decode())
        if key is not None:
            write_private(self.directory / "client.key", private_pem(key))
            write_private(self.directory / "client.crt", certificate)
            context.load_cert_chain(self.directory / "client.crt", self.directory / "client.key")
        port = self.at.settings.device_port
        return httpx.AsyncClient(verify=context, base_url=f"https://localhost:{port}/device/v1")

    async def enrol(self, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
        claim = await self.claim()
        async with self.client() as client:
            answer = await client.post(
                "/enrol",
                json={"claim_id": claim.claim_id, "secret": claim.secret, "csr_pem": csr(key)},
            )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


def csr(key: ec.EllipticCurvePrivateKey) -> str:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.fixture
async def endpoint(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Endpoint]:
    state = tmp_path / "state"
    settings = Settings(state_dir=state, device_port=own_ports(), mqtt_device_port=8083)
    at = Boundary(sqlite_store, CLOCK, settings, Keyring(state), Hub(sqlite_store, CLOCK))
    issuers = FileIssuers(state, now=CLOCK.now())
    server = endpoint_server(create_endpoint(at, issuers, routers=[extra]), at, issuers)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve())
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        yield Endpoint(at, issuers, tmp_path)
        server.should_exit = True


async def test_a_claim_becomes_a_certificate_and_all_that_a_device_must_know(
    endpoint: Endpoint,
) -> None:
    key = new_p256()
    body = await endpoint.enrol(key)
    certificate = x509.load_pem_x509_certificate(body["certificate_pem"].encode())
    assert certificate.public_key() == key.public_key()
    assert body["device"] == SALLA
    assert body["mqtt"] == {"host": "localhost", "port": 8083}
    assert body["chain_pem"] == endpoint.issuers.device_chain().decode()
    bundle = body["bundle"]
    assert bundle["service_ca_pem"] == endpoint.issuers.service_chain().decode()
    order = endpoint.at.keys.sign_order(SALLA, b"{}", now=CLOCK.now())
    keys = CommandKeys.read(bundle["command_keys"])
    assert open_order(order, device=SALLA, keys=keys) == b"{}"
    statement = open_statement(
        body["key_statement"], issuers=KeySet.import_key_set(bundle["issuers"]), now=CLOCK.now()
    )
    assert statement.sub == SALLA


async def test_the_certificate_opens_the_rest_of_the_endpoint(endpoint: Endpoint) -> None:
    key = new_p256()
    body = await endpoint.enrol(key)
    async with endpoint.client(body["certificate_pem"].encode(), key) as client:
        shown = await client.get("/bundle")
        assert shown.json()["bundle"] == body["bundle"]
        assert (await client.get("/name")).json() == SALLA
        renewed = await client.post("/renew", json={"csr_pem": csr(new_p256())})
        assert renewed.json()["device"] == SALLA
        assert renewed.json()["certificate_pem"] != body["certificate_pem"]
        refused = await client.post("/renew", json={"csr_pem": csr(key)})
        assert refused.json()["code"] == "key_used"


@pytest.mark.parametrize("path", ["/bundle", "/name"])
async def test_without_a_certificate_only_enrolment_is_served(
    endpoint: Endpoint, path: str
) -> None:
    async with endpoint.client() as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        renewed = await client.post("/renew", json={"csr_pem": csr(new_p256())})
        assert renewed.status_code == 401
        assert (await client.get("/openapi.json")).status_code == 404


async def test_a_name_in_a_header_is_no_certificate(endpoint: Endpoint) -> None:
    headers = {"client_certificate": SALLA, "X-SSL-Client-S-DN-CN": SALLA}
    async with endpoint.client() as client:
        assert (await client.get("/name", headers=headers)).status_code == 401


async def test_a_revoked_certificate_is_refused_at_once(endpoint: Endpoint) -> None:
    key = new_p256()
    body = await endpoint.enrol(key)
    async with endpoint.client(body["certificate_pem"].encode(), key) as client:
        assert (await client.get("/name")).status_code == 200
        await endpoint.at.store.run(
            lambda tx: enrolment.revoke(
                tx, Scope.system("test"), SALLA, reason="stolen", now=CLOCK.now()
            )
        )
        answer = await client.get("/name")
        assert (answer.status_code, answer.json()["code"]) == (403, "revoked")


def foreign(endpoint: Endpoint, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    stranger = FileIssuers(endpoint.directory / "foreign", now=CLOCK.now())
    return stranger.certify_device(SALLA, key.public_key(), now=CLOCK.now())


def expired(endpoint: Endpoint, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return endpoint.issuers.certify_device(
        SALLA, key.public_key(), now=CLOCK.now() - DEVICE_LIFE * 2
    )


def a_services(endpoint: Endpoint, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return endpoint.issuers.certify_service(
        "control-plane", key.public_key(), hosts=(), now=CLOCK.now()
    )


Maker = Callable[[Endpoint, ec.EllipticCurvePrivateKey], x509.Certificate]


@pytest.mark.parametrize("made", [foreign, expired, a_services])
async def test_foreign_expired_and_services_certificates_are_refused(
    endpoint: Endpoint, made: Maker
) -> None:
    key = new_p256()
    certificate = made(endpoint, key).public_bytes(Encoding.PEM)
    async with endpoint.client(certificate, key) as client:
        with pytest.raises(httpx.TransportError):
            await client.get("/bundle")


async def test_a_certificate_that_we_never_stored_counts_for_nothing(
    endpoint: Endpoint,
) -> None:
    key = new_p256()
    certificate = endpoint.issuers.certify_device(SALLA, key.public_key(), now=CLOCK.now())
    async with endpoint.client(certificate.public_bytes(Encoding.PEM), key) as client:
        assert (await client.get("/name")).json()["code"] == "revoked"


async def test_old_tls_is_not_spoken(endpoint: Endpoint) -> None:
    context = ssl.create_default_context(cadata=endpoint.issuers.service_chain().decode())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    port = endpoint.at.settings.device_port
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection("localhost", port, ssl=context)


async def test_a_large_body_is_refused(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        answer = await client.post("/enrol", content=b" " * 65_537)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
