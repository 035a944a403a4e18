"""The child of `certificates`: makes one key and its request, or reads one certificate, and ends.

It is run by its path, has no environment and imports nothing of ours.
"""

import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def main() -> None:
    """One line of JSON about what the first argument asks."""
    match sys.argv[1:]:
        case ["request", device]:
            said = new_key(device)
        case ["end"]:
            said = {"not_after": end_of(sys.stdin.buffer.read())}
        case _:
            sys.exit("request NAME, or end with a certificate on the input")
    sys.stdout.write(json.dumps(said))


def new_key(device: str) -> dict[str, str]:
    """A P-256 key, and a CSR; the name in it is only a courtesy, the claim decides."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    csr_pem = request.public_bytes(serialization.Encoding.PEM)
    return {"key_pem": key_pem.decode(), "csr_pem": csr_pem.decode()}


def end_of(certificate_pem: bytes) -> str:
    """When it ends, RFC 3339."""
    return x509.load_pem_x509_certificate(certificate_pem).not_valid_after_utc.isoformat()


if __name__ == "__main__":
    main()
