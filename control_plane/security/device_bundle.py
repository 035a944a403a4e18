"""What must a device know to trust us and to find us? Its bundle."""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import BaseModel

from control_plane.security import key_statements
from control_plane.security.boundary import Boundary
from control_plane.security.issuers import Issuers
from shared.identifiers import DeviceName


class Bundle(BaseModel):
    """With what a device checks orders, statements and servers."""

    command_keys: dict[str, Any]
    issuers: dict[str, Any]
    service_ca_pem: str


class Broker(BaseModel):
    """Where the device's one connection goes."""

    host: str
    port: int


class DeviceBundle(BaseModel):
    """Everything but the certificate."""

    device: DeviceName
    bundle: Bundle
    key_statement: str
    mqtt: Broker


class Enrolled(DeviceBundle):
    """The same with a new certificate."""

    certificate_pem: str
    chain_pem: str


def bundle_for(
    at: Boundary, issuers: Issuers, device: DeviceName, certificate: x509.Certificate
) -> DeviceBundle:
    """The bundle of ``device``, whose present certificate is given."""
    return DeviceBundle(
        device=device,
        bundle=Bundle(
            command_keys=at.keys.command_keys(at.clock.now()),
            issuers=at.keys.issuers(),
            service_ca_pem=issuers.service_chain().decode(),
        ),
        key_statement=key_statements.for_device(device, certificate, key=at.keys.statements),
        mqtt=Broker(host=at.settings.device_host, port=at.settings.mqtt_device_port),
    )


def enrolled(bundle: DeviceBundle, certificate: x509.Certificate, *, issuers: Issuers) -> Enrolled:
    """The bundle with the certificate that it is for."""
    return Enrolled(
        **dict(bundle),
        certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
        chain_pem=issuers.device_chain().decode(),
    )
