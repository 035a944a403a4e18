"""Who certifies devices and services? A root, a Device CA and a Service CA (X.509, P-256).

Behind a port, so that a separate process or an HSM can hold them. Devices can only present
Device-CA certificates and services only Service-CA ones: the broker has a listener for each.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from control_plane.security.keys import create_private, kept, new_p256
from shared.identifiers import DEVICE_NAME_PATTERN, DeviceName

ROOT_LIFE = timedelta(days=3652)
CA_LIFE = timedelta(days=731)
DEVICE_LIFE = timedelta(days=30)
SERVICE_LIFE = timedelta(days=90)
CRL_LIFE = timedelta(days=7)
# Devices' clocks may be behind ours.
SLACK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that counts no more."""

    serial: int
    at: datetime


class Issuers(Protocol):
    """Makes certificates; the private keys never leave it."""

    def certify_device(
        self, name: DeviceName, key: ec.EllipticCurvePublicKey, *, now: datetime
    ) -> x509.Certificate:
        """A device's certificate for 30 days, with the name of the claim."""

    def certify_service(
        self, name: str, key: ec.EllipticCurvePublicKey, *, hosts: Iterable[str], now: datetime
    ) -> x509.Certificate:
        """A service's certificate; with ``hosts`` it may serve under these names too."""

    def device_ca(self) -> bytes:
        """The Device CA alone, PEM."""

    def device_chain(self) -> bytes:
        """Device CA and root, PEM."""

    def service_chain(self) -> bytes:
        """Service CA and root, PEM."""

    def device_crls(self, revoked: Iterable[Revoked], *, now: datetime) -> bytes:
        """The Device CA's and the root's revocation lists, PEM; they are good for 7 days."""

    def service_crls(self, *, now: datetime) -> bytes:
        """The Service CA's and the root's revocation lists, PEM."""


@dataclass(frozen=True, slots=True)
class _Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class _Ca:
    file: str
    name: str
    life: timedelta


_ROOT = _Ca("root", "Etapiste Root", ROOT_LIFE)
_DEVICE_CA = _Ca("device-ca", "Etapiste Device CA", CA_LIFE)
_SERVICE_CA = _Ca("service-ca", "Etapiste Service CA", CA_LIFE)


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a certificate says of its holder."""

    name: str
    life: timedelta
    uses: tuple[x509.ObjectIdentifier, ...]
    hosts: tuple[str, ...] = ()


class FileIssuers:
    """The issuers with their keys in files of mode 0600 under the state directory."""

    def __init__(self, state_dir: Path, *, now: datetime) -> None:
        directory = state_dir / "ca"
        self._root = _authority(directory, _ROOT, None, now)
        self._device = _authority(directory, _DEVICE_CA, self._root, now)
        self._service = _authority(directory, _SERVICE_CA, self._root, now)

    def certify_device(
        self, name: DeviceName, key: ec.EllipticCurvePublicKey, *, now: datetime
    ) -> x509.Certificate:
        """A device's certificate for 30 days, with the name of the claim."""
        if not re.match(DEVICE_NAME_PATTERN, name):
            raise ValueError("not a device's name")
        profile = _Profile(name, DEVICE_LIFE, (ExtendedKeyUsageOID.CLIENT_AUTH,))
        return _leaf(self._device, profile, key, now)

    def certify_service(
        self, name: str, key: ec.EllipticCurvePublicKey, *, hosts: Iterable[str], now: datetime
    ) -> x509.Certificate:
        """A service's certificate; with ``hosts`` it may serve under these names too."""
        served = tuple(hosts)
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
        if served:
            uses.append(ExtendedKeyUsageOID.SERVER_AUTH)
        return _leaf(self._service, _Profile(name, SERVICE_LIFE, tuple(uses), served), key, now)

    def device_ca(self) -> bytes:
        """The Device CA alone, PEM."""
        return _pem(self._device.certificate)

    def device_chain(self) -> bytes:
        """Device CA and root, PEM."""
        return _pem(self._device.certificate) + _pem(self._root.certificate)

    def service_chain(self) -> bytes:
        """Service CA and root, PEM."""
        return _pem(self._service.certificate) + _pem(self._root.certificate)

    def device_crls(self, revoked: Iterable[Revoked], *, now: datetime) -> bytes:
        """The Device CA's and the root's revocation lists, PEM; they are good for 7 days."""
        return _crl(self._device, revoked, now) + _crl(self._root, (), now)

    def service_crls(self, *, now: datetime) -> bytes:
        """The Service CA's and the root's revocation lists, PEM."""
        return _crl(self._service, (), now) + _crl(self._root, (), now)


def _authority(directory: Path, ca: _Ca, issuer: _Authority | None, now: datetime) -> _Authority:
    key = load_pem_private_key(kept(directory / f"{ca.file}.key", new_p256), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{ca.file}.key is no P-256 key")
    path = directory / f"{ca.file}.crt"
    if not path.exists():
        create_private(path, _pem(_ca_certificate(key, ca, issuer, now)))
    return _Authority(key, x509.load_pem_x509_certificate(path.read_bytes()))


def _ca_certificate(
    key: ec.EllipticCurvePrivateKey, ca: _Ca, issuer: _Authority | None, now: datetime
) -> x509.Certificate:
    own = _name(ca.name)
    signer = issuer.key if issuer else key
    builder = _builder(own, issuer.certificate.subject if issuer else own, key.public_key())
    constraints = x509.BasicConstraints(ca=True, path_length=0 if issuer else 1)
    return (
        _valid(builder, now, ca.life)
        .add_extension(constraints, critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_signed_by(signer), critical=False)
        .sign(signer, SHA256())
    )


def _leaf(
    authority: _Authority, profile: _Profile, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    builder = _builder(_name(profile.name), authority.certificate.subject, key)
    builder = (
        _valid(builder, now, profile.life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(profile.uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_signed_by(authority.key), critical=False)
    )
    if profile.hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in profile.hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(authority.key, SHA256())


def _crl(authority: _Authority, revoked: Iterable[Revoked], now: datetime) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now - SLACK)
        .next_update(now + CRL_LIFE)
        .add_extension(_signed_by(authority.key), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
    )
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(each.serial)
            .revocation_date(each.at)
            .build()
        )
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.PEM)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
    )


def _valid(
    builder: x509.CertificateBuilder, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return builder.not_valid_before(now - SLACK).not_valid_after(now + life)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _signed_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
