"""Which print jobs were there, and how far had each come? On disk, without their content.

One line of JSON for each step, synced before the step is taken, so that after a crash it is
known which jobs may have reached the paper.
"""

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from edge_agent.core.printing import Job
from shared.identifiers import JobId, VisitId
from shared.visits import PrintState

# A job id that comes again is remembered for this many jobs.
KEPT = 500


class PrintJournal:
    """Open for the agent's whole life."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: dict[JobId, Job] = {}
        self._writing = asyncio.Lock()

    def open(self) -> None:
        """Read what the last run left; a line torn by a power cut is no line."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        for line in text.splitlines():
            job = _read(line)
            if job is not None:
                self._jobs[job.id] = job
        kept = sorted(self._jobs.values(), key=lambda job: job.id)[-KEPT:]
        self._jobs = {job.id: job for job in kept}
        self._rewrite(kept)

    def find(self, job: JobId) -> Job | None:
        """A job that was here."""
        return self._jobs.get(job)

    @property
    def unfinished(self) -> list[Job]:
        """Jobs whose end is still to come."""
        return [job for job in self._jobs.values() if not job.final]

    @property
    def untold(self) -> list[Job]:
        """Jobs whose end the control plane may not know."""
        return [job for job in self._jobs.values() if job.final and not job.told]

    async def note(self, job: Job) -> None:
        """On disk before this returns."""
        async with self._writing:
            self._jobs[job.id] = job
            await asyncio.to_thread(self._append, _line(job))

    async def note_told(self, job: Job) -> None:
        """The end of this job is in the outbox."""
        await self.note(replace(job, told=True))

    def _append(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as journal:
            journal.write(line)
            journal.flush()
            os.fsync(journal.fileno())

    def _rewrite(self, jobs: Iterable[Job]) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as journal:
            journal.writelines(_line(job) for job in jobs)
            journal.flush()
            os.fsync(journal.fileno())
        fresh.replace(self._path)


def _line(job: Job) -> str:
    kept = {
        "job": str(job.id),
        "visit": str(job.visit),
        "copies": job.copies,
        "state": job.state,
        "reason": job.reason,
        "pages": job.pages,
        "sheets": job.sheets,
        "told": job.told,
    }
    return json.dumps(kept, separators=(",", ":")) + "\n"


def _read(line: str) -> Job | None:
    try:
        kept = json.loads(line)
        return Job(
            id=JobId(UUID(kept["job"])),
            visit=VisitId(UUID(kept["visit"])),
            copies=int(kept["copies"]),
            state=PrintState(kept["state"]),
            reason=str(kept["reason"]),
            pages=int(kept["pages"]),
            sheets=None if kept["sheets"] is None else int(kept["sheets"]),
            told=bool(kept["told"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
