"""Who is at the other end of the TLS connection? The client's certificate, for the routes.

uvicorn does not tell an application about it, so that this protocol class does: what OpenSSL
verified against the Device CA stands in ``scope["client_certificate"]`` as DER, or None.
"""

import asyncio
import ssl
from typing import Any

from cryptography import x509
from starlette.requests import HTTPConnection
from uvicorn.protocols.http.h11_impl import H11Protocol

KEY = "client_certificate"


class CertificateProtocol(H11Protocol):
    """HTTP/1.1 over TLS that hands the verified certificate on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application for the life of this connection."""
        super().connection_made(transport)
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        served = self.app

        async def with_certificate(scope: Any, receive: Any, send: Any) -> None:
            await served({**scope, KEY: certificate}, receive, send)

        self.app = with_certificate


def client_certificate(connection: HTTPConnection) -> x509.Certificate | None:
    """The certificate that the client proved to hold."""
    der: bytes | None = connection.scope.get(KEY)
    return None if der is None else x509.load_der_x509_certificate(der)
