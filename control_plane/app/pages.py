"""Where do the browsers' pages come from? Files that the build made; `/desk` is desk.html."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NOT_BUILT = "The pages are not built yet: run `make build` (or `npm run build`) and reload.\n"
# Names under assets/ hold a digest of their content: they never change.
FOR_EVER = "public, max-age=31536000, immutable"


class Pages(StaticFiles):
    """The built pages, or a clear word that they are not built."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._built = directory

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file; a page is found without its ending too."""
        if not (self._built / "index.html").exists():
            if path in {".", "desk", "sign-in"}:
                return PlainTextResponse(NOT_BUILT, status_code=503)
            raise HTTPException(404)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in path:  # noqa: PLR2004 - not found
                raise
            response = await super().get_response(f"{path}.html", scope)
        if path.startswith("assets/"):
            response.headers["Cache-Control"] = FOR_EVER
        else:
            response.headers["Cache-Control"] = "no-cache"
        return response
