"""Which DTLS certificate does a session description name?"""

import re

from shared.orders import NotProven

_FINGERPRINT = re.compile(r"^a=fingerprint:(\S+) (\S+)\s*$", re.IGNORECASE)


def only_sha256(sdp: str) -> str:
    """Leave only SHA-256 fingerprints: with several a browser may keep one that nobody signed."""
    return "".join(
        line
        for line in sdp.splitlines(keepends=True)
        if (found := _FINGERPRINT.match(line)) is None or found[1].lower() == "sha-256"
    )


def fingerprint_of(sdp: str) -> str:
    """The one SHA-256 fingerprint of every media section, in upper case; else `NotProven`."""
    found = {
        match[2].upper()
        for line in sdp.splitlines()
        if (match := _FINGERPRINT.match(line)) and match[1].lower() == "sha-256"
    }
    if len(found) != 1:
        raise NotProven("no_single_fingerprint")
    return found.pop()
