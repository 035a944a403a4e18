"""How is the demo's coturn set up? Loopback only, one shared secret, a small relay range."""

from pathlib import Path

from provisioning.demo.ports import HOST, RELAY_FIRST, RELAY_LAST

# Loopback peers are what a demo on one machine consists of; production must not allow them.
TEMPLATE = """\
listening-ip={host}
relay-ip={host}
listening-port={port}
min-port={first}
max-port={last}
realm=etapiste
use-auth-secret
static-auth-secret={secret}
fingerprint
no-cli
no-tls
no-dtls
no-multicast-peers
allow-loopback-peers
stale-nonce=600
simple-log
log-file=stdout
pidfile=turn/turnserver.pid
userdb=turn/turndb
"""


def write_configuration(folder: Path, *, port: int, secret_file: Path) -> Path:
    """Write `turnserver.conf`, for a relay that runs in the folder's parent; gives its path."""
    path = folder / "turnserver.conf"
    path.write_text(
        TEMPLATE.format(
            host=HOST,
            port=port,
            first=RELAY_FIRST,
            last=RELAY_LAST,
            secret=secret_file.read_text().strip(),
        )
    )
    return path


def urls(port: int) -> str:
    """The relay's addresses as settings want them, UDP before TCP."""
    return ",".join(f"turn:{HOST}:{port}?transport={kind}" for kind in ("udp", "tcp"))
