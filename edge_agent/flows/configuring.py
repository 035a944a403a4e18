"""What is this device meant to be? Twin, catalogue and board: taken, kept on disk, shown."""

import asyncio
from pathlib import Path

import structlog
from pydantic import ValidationError

from edge_agent.errors import Offline
from edge_agent.flows.showing import Showing
from edge_agent.ports import Catalogues, Uplink
from edge_agent.supervision import keep_trying
from shared.tickets import Board
from shared.twin import NO_TWIN, Catalogue, TwinDesired, TwinReported

log = structlog.get_logger()


class Configuring:
    """Higher versions win; what a restart needs while offline lies in two files."""

    def __init__(
        self, *, uplink: Uplink, catalogues: Catalogues, showing: Showing, state_dir: Path
    ) -> None:
        self._uplink = uplink
        self._catalogues = catalogues
        self._showing = showing
        self._twin_file = state_dir / "twin.json"
        self._catalogue_file = state_dir / "catalogue.json"
        self._wanted: TwinDesired | None = None
        self._news = asyncio.Event()

    def remember(self) -> None:
        """At the start: show what was valid before, until something newer comes."""
        try:
            twin = TwinDesired.model_validate_json(self._twin_file.read_bytes())
            catalogue = Catalogue.model_validate_json(self._catalogue_file.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValidationError) as trouble:
            log.warning("the kept twin cannot be read", reason=type(trouble).__name__)
            return
        self._showing.change(twin=twin, catalogue=catalogue)

    def take(self, news: TwinDesired | Board) -> None:
        """What the control plane wants or shows now."""
        match news:
            case Board():
                known = self._showing.scene.board
                if known is None or news.version >= known.version:
                    self._showing.change(board=news)
            case TwinDesired():
                if self._wanted is None or news.version >= self._wanted.version:
                    self._wanted = news
                    self._news.set()

    async def run(self) -> None:
        """Fulfil the newest wish; a catalogue that cannot be had now is fetched later."""
        if self._showing.scene.twin is None:
            # Set up anew, perhaps within one start of the machine: only we know that we have none.
            await self._uplink.tell(TwinReported(version=NO_TWIN, catalogue_sha256=""))
        await keep_trying("twin", self._fulfil_next, expected=(Offline,), longest_s=30.0)

    async def _fulfil_next(self) -> None:
        await self._news.wait()
        wanted = self._wanted
        if wanted is None:
            return
        scene = self._showing.scene
        if scene.twin is None or wanted.version > scene.twin.version or scene.catalogue is None:
            catalogue = scene.catalogue
            if (
                scene.twin is None
                or catalogue is None
                or (wanted.catalogue_sha256 != scene.twin.catalogue_sha256)
            ):
                catalogue = await self._catalogues.fetch(wanted.catalogue_sha256)
            await asyncio.to_thread(self._keep, wanted, catalogue)
            self._showing.change(twin=wanted, catalogue=catalogue)
            log.info("twin fulfilled", version=wanted.version)
        if wanted is self._wanted:
            self._news.clear()
        held = self._showing.scene.twin or wanted
        await self._uplink.tell(
            TwinReported(version=held.version, catalogue_sha256=held.catalogue_sha256)
        )

    def _keep(self, twin: TwinDesired, catalogue: Catalogue) -> None:
        # The twin names the catalogue, so it comes last.
        for file, value in ((self._catalogue_file, catalogue), (self._twin_file, twin)):
            pending = file.with_suffix(".new")
            pending.write_text(value.model_dump_json(), encoding="utf-8")
            pending.replace(file)
