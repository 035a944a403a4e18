"""Which tables are there? Every room's ``tables`` module, so that none can be forgotten."""

import importlib
import pkgutil
from importlib.util import find_spec

import control_plane


def import_tables() -> None:
    """Load every table of the control plane into the one metadata."""
    importlib.import_module("control_plane.facts")
    for room in pkgutil.iter_modules(control_plane.__path__):
        if room.ispkg and room.name != "migrations":
            name = f"control_plane.{room.name}.tables"
            if find_spec(name) is not None:
                importlib.import_module(name)
