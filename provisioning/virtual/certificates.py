"""How does a virtual device come to its certificate, and to a connection that shows it?

By the issuers' own hand, where their keys lie: a device of flesh and steel enrols with a claim.
"""

import ssl
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from control_plane.bridge.connection import ClosedWhenRefused
from control_plane.security.broker_files import ClientFiles
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import new_p256, private_pem, write_private
from shared.identifiers import DeviceName


def certify(folder: Path, issuers: FileIssuers, name: DeviceName, *, now: datetime) -> ClientFiles:
    """A device's key and certificate of the Device CA, and what it believes the broker by."""
    key = new_p256()
    certificate = issuers.certify_device(name, key.public_key(), now=now)
    files = ClientFiles(
        certificate=folder / f"{name}.crt", key=folder / f"{name}.key", chain=folder / "service.pem"
    )
    write_private(files.key, private_pem(key))
    write_private(
        files.certificate, certificate.public_bytes(Encoding.PEM) + issuers.device_chain()
    )
    write_private(files.chain, issuers.service_chain())
    return files


def tls(files: ClientFiles) -> ssl.SSLContext:
    """A client's TLS context: our root only, TLS 1.3, own certificate."""
    context = ssl.create_default_context(cafile=str(files.chain))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(files.certificate, files.key)
    context.sslsocket_class = ClosedWhenRefused
    return context
