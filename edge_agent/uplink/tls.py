"""How does the device check whom it talks to, although its own clock may be hours off?

OpenSSL judges validity by the device's wall clock, and a device whose clock is wrong could
then never learn the right time. So the library leaves time out, and the certificate's time is
judged here: by the server's time once it is known, before that with a day's slack. Time can
only be learnt from a signed reply, so nobody who holds an expired certificate can set it.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from edge_agent.clock import Clock

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h
_UNSYNCHRONISED_SLACK = timedelta(days=1)
_SLACK = timedelta(minutes=5)


class CertificateOutOfTime(ssl.SSLError):
    """The other side's certificate is not valid now."""


def within_time(
    not_before: datetime, not_after: datetime, *, now: datetime, clock_known: bool
) -> bool:
    """Is a certificate valid now, as far as this device can tell?"""
    slack = _SLACK if clock_known else _UNSYNCHRONISED_SLACK
    return not_before - slack <= now <= not_after + slack


def context(*, service_ca_pem: str, clock: Clock, pem: Path | None) -> ssl.SSLContext:
    """TLS 1.3 towards our own services only; with ``pem`` we prove who we are."""

    def judge(certificate: Mapping[str, Any] | None) -> None:
        if not certificate:
            raise CertificateOutOfTime("the server has no certificate")
        if not within_time(
            _instant(certificate["notBefore"]),
            _instant(certificate["notAfter"]),
            now=clock.now(),
            clock_known=clock.known,
        ):
            raise CertificateOutOfTime("the server's certificate is out of its time")

    class TimedSocket(ssl.SSLSocket):
        """For paho: a blocking handshake."""

        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002
            try:
                super().do_handshake(block)
                judge(self.getpeercert())
            except BaseException:
                self.close()  # paho drops it open
                raise

    class TimedObject(ssl.SSLObject):
        """For asyncio: the handshake is done when this returns without an error."""

        def do_handshake(self) -> None:
            super().do_handshake()
            judge(self.getpeercert())

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_verify_locations(cadata=service_ca_pem)
    flags: Any = made.verify_flags | _NO_CHECK_TIME
    made.verify_flags = flags
    made.sslsocket_class = TimedSocket
    made.sslobject_class = TimedObject
    if pem is not None:
        made.load_cert_chain(pem)
    return made


def _instant(said: str) -> datetime:
    """As `ssl` tells it: "Jan  5 09:34:43 2018 GMT"."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(said), UTC)
