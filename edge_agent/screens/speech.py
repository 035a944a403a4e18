"""Where do spoken texts wait until a screen has played them? In memory, for a short while."""

import secrets
from dataclasses import dataclass

# Two screens play the same call; a page asks for its sound within a second or two.
KEPT_S = 30.0
MOST = 32


@dataclass(frozen=True, slots=True)
class _Spoken:
    wav: bytes
    until: float


class SpeechStore:
    """WAVs under names that cannot be guessed."""

    def __init__(self) -> None:
        self._kept: dict[str, _Spoken] = {}

    def keep(self, wav: bytes, *, now: float) -> str:
        """Gives the URL."""
        self.drop_old(now)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        name = secrets.token_urlsafe(16)
        self._kept[name] = _Spoken(wav=wav, until=now + KEPT_S)
        return f"/speech/{name}.wav"

    def find(self, name: str, *, now: float) -> bytes | None:
        """The sound, as long as it is kept."""
        self.drop_old(now)
        spoken = self._kept.get(name)
        return None if spoken is None else spoken.wav

    def drop_old(self, now: float) -> None:
        """Forget what was played."""
        for name in [name for name, spoken in self._kept.items() if now >= spoken.until]:
            del self._kept[name]

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
