"""The devices' HTTPS endpoint for the agent's tests: real certificates, the contract's answers."""

import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from control_plane.security import key_statements
from control_plane.security.keys import Keyring
from tests.edge_agent.counterpart import DEVICE, now
from tests.mosquitto import Broker


@dataclass
class DeviceEndpoint:
    """What it gives, and what it was asked for."""

    broker: Broker
    keyring: Keyring
    port: int = 0
    claims: dict[str, str] = field(default_factory=lambda: {"12345678": "a secret"})
    catalogues: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    common_names: list[str] = field(default_factory=list)
    status: int = 200
    issued_at: timedelta = timedelta()
    issued: x509.Certificate | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def add(self, catalogue: bytes) -> str:
        """Gives the digest."""
        digest = hashlib.sha256(catalogue).hexdigest()
        self.catalogues[digest] = catalogue
        return digest

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/device/v1/enrol", self._enrol)
        app.router.add_post("/device/v1/renew", self._renew)
        app.router.add_get("/device/v1/bundle", self._bundle)
        app.router.add_get("/device/v1/catalogue/{sha256}", self._catalogue)
        return app

    def _known(self, request: web.Request) -> None:
        self.asked.append(request.path)
        if self.status != 200:
            raise web.HTTPException(text='{"code": "refused_for_a_test"}')
        shown = request.transport.get_extra_info("peercert") if request.transport else None
        if not shown:
            raise web.HTTPUnauthorized(text='{"code": "not_signed_in"}')
        self.common_names.append(dict(pair[0] for pair in shown["subject"])["commonName"])

    async def _enrol(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.status != 200:
            return web.json_response({"code": "busy"}, status=self.status)
        body = await request.json()
        if self.claims.pop(body["claim_id"], None) != body["secret"]:
            return web.json_response({"code": "claim_refused"}, status=403)
        return self._certified(body["csr_pem"])

    async def _renew(self, request: web.Request) -> web.Response:
        self._known(request)
        return self._certified((await request.json())["csr_pem"])

    async def _bundle(self, request: web.Request) -> web.Response:
        self._known(request)
        return web.json_response(self._trust())

    async def _catalogue(self, request: web.Request) -> web.Response:
        self._known(request)
        found = self.catalogues.get(request.match_info["sha256"])
        if found is None:
            return web.json_response({"code": "not_found"}, status=404)
        return web.Response(body=found, content_type="application/json")

    def _certified(self, csr_pem: str) -> web.Response:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        assert request.is_signature_valid
        key = request.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        self.issued = self.broker.issuers.certify_device(DEVICE, key, now=now() + self.issued_at)
        return web.json_response(
            {
                **self._trust(),
                "certificate_pem": self.issued.public_bytes(Encoding.PEM).decode(),
                "chain_pem": self.broker.issuers.device_chain().decode(),
            }
        )

    def _trust(self) -> dict[str, Any]:
        statement = (
            key_statements.for_device(DEVICE, self.issued, key=self.keyring.statements)
            if self.issued
            else ""
        )
        return {
            "device": DEVICE,
            "bundle": {
                "command_keys": self.keyring.command_keys(now()),
                "issuers": self.keyring.issuers(),
                "service_ca_pem": self.broker.issuers.service_chain().decode(),
            },
            "key_statement": statement,
            "mqtt": {"host": "localhost", "port": self.broker.device_port},
        }


@asynccontextmanager
async def device_endpoint(broker: Broker, keyring: Keyring) -> AsyncIterator[DeviceEndpoint]:
    """Serve it on a free port."""
    here = DeviceEndpoint(broker, keyring)
    files = broker.control_plane()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.minimum_version = ssl.TLSVersion.TLSv1_3
    secure.load_cert_chain(files.certificate, files.key)
    secure.load_verify_locations(cadata=broker.issuers.device_chain().decode())
    secure.verify_mode = ssl.CERT_OPTIONAL
    runner = web.AppRunner(here.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secure)
    await site.start()
    here.port = runner.addresses[0][1]
    try:
        yield here
    finally:
        await runner.cleanup()
