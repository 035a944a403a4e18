"""How is a number called? Chime, speech and picture in the waiting area; a recall widens it.

The second call is louder and in every language of the point; the third lights the lamp too, so
that whoever helps on the spot looks for the visitor.
"""

from collections.abc import Awaitable, Callable

from edge_agent.core.scenes import languages, plan_of
from edge_agent.core.words import call_text, spoken_languages
from edge_agent.flows.showing import Showing
from edge_agent.flows.speaking import Speaking
from edge_agent.ports import Screen, Screens
from shared.visits import CallVisitor

FIRST_VOLUME = 0.7
SEEK_FROM = 3  # the attempt


class Calling:
    """Tells the number and the way; never whose customer it is."""

    def __init__(
        self,
        *,
        speaking: Speaking,
        screens: Screens,
        showing: Showing,
        loudspeaker: Screen,
        seek: Callable[[], Awaitable[None]],
    ) -> None:
        self._speaking = speaking
        self._loudspeaker = loudspeaker
        self._screens = screens
        self._showing = showing
        self._seek = seek

    async def announce(self, call: CallVisitor) -> None:
        """One call; the numbers on the lists come from the control plane's board."""
        self._showing.change(calling=call)
        scene = self._showing.scene
        plan = plan_of(scene, call.booth)
        speech = []
        for language in spoken_languages(call.language, languages(scene), attempt=call.attempt):
            text = call_text(
                language, number=call.number, booth=plan.name, direction=plan.direction
            )
            url = await self._speaking.url(language, text)
            if url is not None:
                speech.append(url)
        message = {
            "type": "call",
            "number": call.number,
            "language": call.language.value,
            "booth_name": plan.name.model_dump(mode="json"),
            "direction": plan.direction.model_dump(mode="json"),
            "attempt": call.attempt,
            "attempts": call.attempts,
            "volume": FIRST_VOLUME if call.attempt == 1 else 1.0,
        }
        # Seen on both screens, heard from one: they may share a loudspeaker and a room.
        for screen in (Screen.WAITING_AREA, Screen.INFO):
            heard = screen is self._loudspeaker
            sound = {"chime": heard, "speech": speech if heard else []}
            self._screens.send(screen, message | sound)
        if call.attempt >= SEEK_FROM:
            await self._seek()

    def stop(self) -> None:
        """The number is no longer called."""
        self._showing.change(calling=None)
