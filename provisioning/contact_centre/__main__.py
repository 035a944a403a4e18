"""Play a contact centre against a running control plane, for so many seconds, and say how it went.

python -m provisioning.contact_centre --clerk aino --clerk mikael --token-file token.txt
"""

import argparse
import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import httpx
from aiohttp import web

from control_plane.presence.rules.leases import LONGEST_S, SHORTEST_S
from control_plane.presence.rules.signatures import carried
from provisioning.contact_centre.calls import draw
from provisioning.contact_centre.centre import ContactCentre, Tally

LONGEST_PLAY_S = 3600.0


def main() -> None:
    """Read the words of the command line, and play."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--url", default="http://127.0.0.1:8080", help="of the control plane")
    words.add_argument("--token-file", type=Path, required=True, help="holds the bearer token")
    words.add_argument("--clerk", action="append", required=True, help="may be given several times")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--seconds", type=float, default=60.0, help="at most an hour")
    words.add_argument("--per-hour", type=float, default=60.0, help="calls for each clerk")
    words.add_argument("--call-s", type=float, default=20.0, help="of a call, on the average")
    words.add_argument("--ttl-s", type=int, default=30, help="of a lease")
    words.add_argument("--hook", default="", help="the integration's id: some calls by webhooks")
    words.add_argument("--hook-secret-file", type=Path, help="signs them")
    words.add_argument("--listen", type=int, default=0, help="a port for webhooks, on this machine")
    words.add_argument("--heard-secret-file", type=Path, help="by which they are known")
    tally = asyncio.run(play(words.parse_args()))
    print(json.dumps(asdict(tally), indent=2, sort_keys=True))  # noqa: T201 - it is the answer


async def play(given: argparse.Namespace) -> Tally:
    """One play, to its end."""
    calls = draw(
        given.seed,
        clerks=given.clerk,
        seconds=min(given.seconds, LONGEST_PLAY_S),
        per_hour=given.per_hour,
        call_s=given.call_s,
        hooks=bool(given.hook),
    )
    token = given.token_file.read_text().strip()
    async with httpx.AsyncClient(
        base_url=given.url, headers={"Authorization": f"Bearer {token}"}, timeout=10
    ) as http:
        centre = ContactCentre(
            http,
            ttl_s=max(SHORTEST_S, min(given.ttl_s, LONGEST_S)),
            hook=given.hook,
            hook_secret=_secret(given.hook_secret_file),
            heard_secret=_secret(given.heard_secret_file),
        )
        if not given.listen:
            return await centre.play(calls)
        runner = web.AppRunner(centre.ear())
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", given.listen).start()
            return await centre.play(calls)
        finally:
            await runner.cleanup()


def _secret(path: Path | None) -> bytes:
    return carried(path.read_text().strip()) if path else b""


if __name__ == "__main__":
    main()
