"""What can be done from the command line? ``etapiste``: serve, set up, and look after."""

from control_plane.cli.commands import main

__all__ = ["main"]
