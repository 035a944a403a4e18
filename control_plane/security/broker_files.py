"""What does Mosquitto need to start? Its configuration, rights, certificates and revocations.

Mosquitto 2.0 fails *open* on SIGHUP (a broken ACL file removes all checks), so these files are
checked, put in place by rename, and the broker is *restarted*: at a start it refuses broken ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from control_plane.security.broker_rights import (
    CANARY,
    CONTROL_PLANE,
    mosquitto_devices,
    mosquitto_services,
)
from control_plane.security.issuers import Issuers, Revoked
from control_plane.security.keys import kept, new_p256, write_private

# A certificate is made anew when less than this part of its life is left.
RENEWED_AT = 1 / 3

_CONFIGURATION = """\
# Made by `etapiste broker config`. Never send SIGHUP: restart.
per_listener_settings true
persistence true
persistence_location {directory}/db/
autosave_on_changes true
autosave_interval 1
persistent_client_expiration 14d
max_packet_size 262144
max_inflight_messages 0
# A limit silently drops; the outbox bounds what is in flight.
max_queued_messages 0
max_queued_bytes 67108864
max_keepalive 120
sys_interval 10
set_tcp_nodelay true
log_type error
log_type warning
log_type notice
log_type information
connection_messages true
log_dest {log}
{user}
# Devices: only certificates of the Device CA. A service's chain ends at the same root, but has
# no revocation list here, and is refused for that; the same the other way round.
listener {device_port} {device_bind}
protocol mqtt
allow_anonymous false
allow_zero_length_clientid false
cafile {directory}/device-chain.pem
certfile {directory}/broker.crt
keyfile {directory}/broker.key
crlfile {directory}/device-crls.pem
require_certificate true
use_identity_as_username true
use_username_as_clientid true
tls_version tlsv1.3
acl_file {directory}/acl.devices
max_connections 16000
max_topic_alias 0

# Services: only certificates of the Service CA.
listener {service_port} {service_bind}
protocol mqtt
allow_anonymous false
allow_zero_length_clientid false
cafile {directory}/service-chain.pem
certfile {directory}/broker.crt
keyfile {directory}/broker.key
crlfile {directory}/service-crls.pem
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
acl_file {directory}/acl.services
max_connections 64
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the broker stands and listens."""

    directory: Path
    device_port: int
    service_port: int
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    device_bind: str = "127.0.0.1"
    service_bind: str = "127.0.0.1"
    log: str = "stderr"
    # Mosquitto leaves root for this account; None: it was not started as root, or should stay.
    user: str | None = None


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """What a service needs to connect to the broker, and to be a server beside it."""

    certificate: Path
    key: Path
    chain: Path  # the Service CA and the root: who the broker must be certified by


def write_broker(
    plan: Plan, issuers: Issuers, revoked: Iterable[Revoked], *, now: datetime
) -> Path:
    """Write everything that Mosquitto reads; gives the path of mosquitto.conf."""
    directory = plan.directory
    (directory / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
    _certified(directory, "broker", "broker", issuers, hosts=plan.hosts, now=now)
    write_private(directory / "device-chain.pem", issuers.device_chain())
    write_private(directory / "service-chain.pem", issuers.service_chain())
    write_revocations(directory, issuers, revoked, now=now)
    write_private(directory / "acl.devices", mosquitto_devices().encode())
    write_private(directory / "acl.services", mosquitto_services().encode())
    path = directory / "mosquitto.conf"
    write_private(path, _configuration(plan).encode())
    return path


def write_revocations(
    directory: Path, issuers: Issuers, revoked: Iterable[Revoked], *, now: datetime
) -> None:
    """Write the revocation lists; to be done daily and at each revocation, then a restart."""
    write_private(directory / "device-crls.pem", issuers.device_crls(revoked, now=now))
    write_private(directory / "service-crls.pem", issuers.service_crls(now=now))


def write_control_plane(
    state_dir: Path, issuers: Issuers, *, hosts: Iterable[str], now: datetime
) -> ClientFiles:
    """The control plane's own certificate: the broker's client, and the devices' endpoint."""
    directory = state_dir / "tls"
    _certified(directory, "control-plane", CONTROL_PLANE, issuers, hosts=hosts, now=now)
    write_private(directory / "service-chain.pem", issuers.service_chain())
    write_private(directory / "device-ca.pem", issuers.device_ca())
    return ClientFiles(
        certificate=directory / "control-plane.crt",
        key=directory / "control-plane.key",
        chain=directory / "service-chain.pem",
    )


def write_canary(state_dir: Path, issuers: Issuers, *, now: datetime) -> ClientFiles:
    """A service's certificate without any right: what it can do after a change is a hole."""
    directory = state_dir / "tls"
    _certified(directory, "canary", CANARY, issuers, hosts=(), now=now)
    write_private(directory / "service-chain.pem", issuers.service_chain())
    return ClientFiles(
        certificate=directory / "canary.crt",
        key=directory / "canary.key",
        chain=directory / "service-chain.pem",
    )


def _configuration(plan: Plan) -> str:
    if any(character.isspace() for character in str(plan.directory)):
        raise ValueError("Mosquitto's paths may not hold spaces")
    return _CONFIGURATION.format(
        directory=plan.directory,
        log=plan.log,
        user=f"user {plan.user}" if plan.user else "",
        device_port=plan.device_port,
        device_bind=plan.device_bind,
        service_port=plan.service_port,
        service_bind=plan.service_bind,
    )


def _certified(  # noqa: PLR0913 - whose, where and until when
    directory: Path,
    file: str,
    name: str,
    issuers: Issuers,
    *,
    hosts: Iterable[str],
    now: datetime,
) -> None:
    key = load_pem_private_key(kept(directory / f"{file}.key", new_p256), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file}.key is no P-256 key")
    path = directory / f"{file}.crt"
    served = tuple(hosts)
    if path.exists() and _serves(path, key, served, issuers, now):
        return
    certificate = issuers.certify_service(name, key.public_key(), hosts=served, now=now)
    # The broker shows its CA's certificate too, so that devices need to know the root only.
    write_private(path, certificate.public_bytes(Encoding.PEM) + issuers.service_chain())


def _serves(
    path: Path,
    key: ec.EllipticCurvePrivateKey,
    hosts: tuple[str, ...],
    issuers: Issuers,
    now: datetime,
) -> bool:
    content = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(content)
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return (
        content.endswith(issuers.service_chain())
        and certificate.public_key() == key.public_key()
        and certificate.not_valid_after_utc - now > life * RENEWED_AT
        and _hosts(certificate) == set(hosts)
    )


def _hosts(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    dns = set(names.get_values_for_type(x509.DNSName))
    return dns | {str(each) for each in names.get_values_for_type(x509.IPAddress)}
