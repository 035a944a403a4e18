"""Which visit was going on when the process ended? One small file, gone with the visit."""

import os
from pathlib import Path
from typing import Literal

import structlog
from pydantic import ValidationError

from edge_agent.core.booth import Booth, Phase, Restarted, bare
from shared.envelope import Wire
from shared.visits import Companion, PrepareVisit

log = structlog.get_logger()

# Until then the visit may be taken up again; after it only the wiping is left to do.
_LIVE = frozenset({Phase.PREPARE, Phase.CALLED, Phase.VISIT})


class _Line(Wire):
    v: Literal[1] = 1
    phase: Phase
    visit: PrepareVisit
    companions: tuple[Companion, ...] = ()
    turn: int = 0


class VisitJournal:
    """Written before the effects of each step; blocking, so call it in a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, booth: Booth) -> None:
        """Note where the visit stands; without one the file goes."""
        if booth.visit is None:
            self._path.unlink(missing_ok=True)
            return
        live = booth.phase in _LIVE
        line = _Line(
            phase=booth.phase,
            visit=booth.visit if live else bare(booth.visit),
            companions=booth.companions if live else (),
            turn=booth.turn,
        )
        pending = self._path.with_suffix(".new")
        handle = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(line.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        pending.replace(self._path)

    def read(self) -> Restarted | None:
        """What a former process left; None when nothing was going on."""
        try:
            line = _Line.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as trouble:
            log.warning("the visit journal cannot be read", reason=type(trouble).__name__)
            return None
        return Restarted(line.visit, line.phase, line.companions, line.turn)
