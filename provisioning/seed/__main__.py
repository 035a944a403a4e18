"""How are agencies and points set up or changed? `python -m provisioning.seed FILE.toml…`

Writes into the database of the control plane's settings; what the files do not name stays.
"""

import argparse
import asyncio
import sys
import tomllib
from pathlib import Path

from pydantic import ValidationError

from control_plane.clock import SystemClock
from control_plane.database import open_store
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from control_plane.settings import Settings


def read(files: list[Path]) -> SeedFile:
    """All files as one, since points name the agencies of another file."""
    merged: dict[str, list[object]] = {}
    for file in files:
        for part, rows in tomllib.loads(file.read_text(encoding="utf-8")).items():
            merged.setdefault(part, []).extend(rows)
    return SeedFile.model_validate(merged)


async def write(seed: SeedFile, url: str) -> None:
    """One transaction for all of it."""
    store = open_store(url)
    try:
        await store.run(lambda tx: import_seed(tx, seed, SystemClock().now()))
    finally:
        await store.close()


def main() -> int:
    """Import, or say what is wrong with the files."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.seed", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    try:
        seed = read(parser.parse_args().files)
    except (OSError, ValueError, ValidationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asyncio.run(write(seed, Settings().store_url))
    sys.stdout.write(f"{len(seed.agencies)} agencies and {len(seed.points)} points are set up\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
