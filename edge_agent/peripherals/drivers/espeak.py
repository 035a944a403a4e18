"""How does espeak-ng make speech? One short process for each text, WAV on its output.

The text goes in by the standard input: an argument could be read by everybody on the machine.
"""

import asyncio
import shutil
import struct

from edge_agent.errors import PeripheralError
from shared.languages import Language

_VOICES = {Language.FINNISH: "fi", Language.SWEDISH: "sv", Language.ENGLISH: "en-gb"}
_MAX_LETTERS = 2_000
_TIMEOUT_S = 10.0
_RIFF = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")


class EspeakSpeaker:
    """Speech in the three languages of the screens."""

    def __init__(
        self, *, words_per_minute: int = 150, volume: int = 100, program: str = "espeak-ng"
    ) -> None:
        self.words_per_minute = words_per_minute  # espeak-ng takes 80 to 500
        self.volume = volume  # percent of espeak-ng's own full volume; 0 to 200
        self._program = program

    async def say(self, language: Language, text: str) -> bytes:
        """Speech as a WAV file; ``speech_missing`` when the program is not there."""
        found = shutil.which(self._program)
        if found is None:
            raise PeripheralError("speech_missing")
        process = await asyncio.create_subprocess_exec(
            *(found, "--stdin", "--stdout", "-b", "1", "-v", _VOICES[language]),
            *("-s", str(self.words_per_minute), "-a", str(self.volume)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                wav, _ = await process.communicate(text[:_MAX_LETTERS].encode())
        except TimeoutError:
            raise PeripheralError("timeout") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0 or len(wav) <= _RIFF.size:
            raise PeripheralError("failed")
        return _with_true_lengths(wav)


def _with_true_lengths(wav: bytes) -> bytes:
    """espeak-ng cannot seek back in a pipe and leaves lengths of 2 GB in the header."""
    riff, _, form = _RIFF.unpack_from(wav)
    at = _RIFF.size
    while at + _CHUNK.size <= len(wav):
        name, length = _CHUNK.unpack_from(wav, at)
        if name == b"data":
            rest = wav[at + _CHUNK.size :]
            head = wav[_RIFF.size : at] + _CHUNK.pack(b"data", len(rest))
            return _RIFF.pack(riff, 4 + len(head) + len(rest), form) + head + rest
        at += _CHUNK.size + length + length % 2
    raise PeripheralError("failed")
