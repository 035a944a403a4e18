"""How does the device speak? Speech is made here and played by a screen."""

import structlog

from edge_agent.errors import PeripheralError
from edge_agent.ports import Screen, Screens, Speaker
from shared.languages import Language

log = structlog.get_logger()


class Speaking:
    """A screen without sound still shows the same words, so a silent speaker stops nothing."""

    def __init__(self, *, speaker: Speaker, screens: Screens) -> None:
        self._speaker = speaker
        self._screens = screens

    async def url(self, language: Language, text: str) -> str | None:
        """Where a screen finds these words as sound; None when there is no speech."""
        try:
            wav = await self._speaker.say(language, text)
        except PeripheralError as trouble:
            log.warning("speech cannot be made", reason=trouble.reason)
            return None
        return self._screens.keep_speech(wav)

    async def play(self, screen: Screen, language: Language, text: str) -> None:
        """Say it on a screen at once."""
        url = await self.url(language, text)
        if url is not None:
            self._screens.send(screen, {"type": "play", "url": url})
