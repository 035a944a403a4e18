"""How is a document looked at without danger? In a child process that may do next to nothing.

The child gets the document on its input and answers on its output: nothing touches a disk. It
has no environment, imports nothing of ours, and before it reads a byte it gives away the right
to more than a little memory, a few seconds and any file.
"""

import asyncio
import json
import sys
from pathlib import Path

import structlog

from edge_agent.ports import CheckedDocument, DocumentRefusal
from shared.documents import MAX_DOCUMENT

log = structlog.get_logger()

MAX_PAGES = 50
MEMORY_BYTES = 600 * 1024 * 1024
CPU_S = 10
LONGEST_S = 20.0
_CHILD = Path(__file__).with_name("inspector.py")
_MAX_ANSWER = 60 * 1024 * 1024


class LimitedGate:
    """Fulfils `ports.DocumentGate`; one document at a time."""

    def __init__(
        self,
        *,
        longest_s: float = LONGEST_S,
        memory_bytes: int = MEMORY_BYTES,
        cpu_s: int = CPU_S,
        max_pages: int = MAX_PAGES,
    ) -> None:
        self._longest_s = longest_s
        self._memory_bytes = memory_bytes
        self._cpu_s = cpu_s
        self._max_pages = max_pages
        self._one_at_a_time = asyncio.Lock()

    async def check(self, document: bytes) -> CheckedDocument | DocumentRefusal:
        """Pass it, flatten it, or say why not."""
        if len(document) > MAX_DOCUMENT:
            return DocumentRefusal.TOO_LARGE
        async with self._one_at_a_time:
            answer = await self._ask(document)
        verdict = _verdict(answer) if isinstance(answer, bytes) else answer
        if isinstance(verdict, DocumentRefusal):
            log.info("a document was refused", reason=str(verdict))
        return verdict

    async def _ask(self, document: bytes) -> bytes | DocumentRefusal:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(_CHILD)),
            *(str(limit) for limit in (self._max_pages, self._memory_bytes, self._cpu_s)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._longest_s):
                answer, _ = await child.communicate(document)
        except TimeoutError:
            return DocumentRefusal.TIMEOUT
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode == 0 and 0 < len(answer) <= _MAX_ANSWER:
            return answer
        # It died under its limits: by CPU (SIGXCPU, then SIGKILL) or for want of memory.
        by_cpu = child.returncode in {-24, -9}
        return DocumentRefusal.TIMEOUT if by_cpu else DocumentRefusal.HOSTILE


def _verdict(answer: bytes) -> CheckedDocument | DocumentRefusal:
    """The child's answer: one line of JSON, then the document."""
    head, _, pdf = answer.partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            return DocumentRefusal(said["refused"])
        return CheckedDocument(pdf=pdf, pages=int(said["pages"]), flattened=bool(said["flattened"]))
    except (ValueError, KeyError, TypeError):
        return DocumentRefusal.HOSTILE
