"""The control plane joined: what it is made of and what runs while it lives."""

from control_plane.app.application import create_app
from control_plane.app.joined import Joined, attach, join
from control_plane.app.serving import run, runner

__all__ = ["Joined", "attach", "create_app", "join", "run", "runner"]
