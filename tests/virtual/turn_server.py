"""A real coturn on loopback, with credentials that end (its REST API's secret)."""

import base64
import hashlib
import hmac
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provisioning.own_ports import own_ports
from shared.rooms import IceServer
from tests.virtual.print_stack import listens, wait_for

SECRET = "a-secret-of-this-test"  # noqa: S105 - for a server that lives for one test
_CONF = """listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
use-auth-secret
static-auth-secret={secret}
realm=test.invalid
fingerprint
no-cli
no-tls
no-dtls
allow-loopback-peers
no-multicast-peers
min-port=49300
max-port=49399
pidfile={root}/turn.pid
userdb={root}/turn.db
log-file={root}/turn.log
simple-log
"""


@contextmanager
def turn_server(root: Path) -> Iterator[int]:
    """Gives its port, for UDP and TCP."""
    port = own_ports()
    conf = root / "turn.conf"
    conf.write_text(_CONF.format(port=port, secret=SECRET, root=root))
    found = shutil.which("turnserver")
    if found is None:
        raise RuntimeError("turnserver is not installed: see provisioning/setup.sh")
    silent = subprocess.DEVNULL
    child = subprocess.Popen([found, "-c", str(conf)], stdout=silent, stderr=silent)
    try:
        wait_for(lambda: listens(port), "coturn")
        yield port
    finally:
        child.terminate()
        child.wait(timeout=10)


def ice_server(port: int, *, transport: str = "udp", lasts_s: int = 60) -> IceServer:
    """A credential of ours, as the control plane makes it."""
    username = f"{int(time.time()) + lasts_s}:booth"
    digest = hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()
    return IceServer(
        urls=(f"turn:127.0.0.1:{port}?transport={transport}",),
        username=username,
        credential=base64.b64encode(digest).decode(),
    )
