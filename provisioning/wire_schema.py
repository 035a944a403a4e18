"""Which types of the wire and of the API do the pages know? Generated, and committed.

``python -m provisioning.wire_schema`` writes ``shared/web/src/generated/{wire,api}.d.ts`` by
`openapi-typescript` from the shared models and from the control plane's own OpenAPI; a test
makes them again and compares.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from control_plane.app import create_app
from control_plane.settings import Settings
from shared import documents, notes, rooms, signing, telemetry, tickets, twin, visits

# What a page says or hears: over the room's channels, its signals and its screen's socket.
MODELS: tuple[type[BaseModel], ...] = (
    rooms.Signal,
    rooms.IceServer,
    documents.Announced,
    documents.PrintOffer,
    documents.PrintCancel,
    documents.PrintProgress,
    documents.TakeStill,
    documents.StillTaken,
    documents.TransferReceived,
    documents.SetBooth,
    documents.BoothState,
    notes.NoteOffer,
    notes.NoteWithdraw,
    notes.NoteRead,
    notes.NoteProgress,
    notes.NoteHere,
    documents.Ping,
    documents.Pong,
    signing.KeyStatement,
    signing.FingerprintProof,
    telemetry.PeripheralStatus,
    tickets.TicketIssued,
    tickets.Refused,
    tickets.CalledNumber,
    tickets.AgencyState,
    twin.AgencyOffer,
    visits.PrepareVisit,
    visits.CallVisitor,
)

# An enum that no model above holds, and that pages still name.
OUTCOMES = [outcome.value for outcome in visits.Outcome]


def wire_schema() -> dict[str, Any]:
    """The shared models as ``components.schemas`` of an OpenAPI document without paths."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in MODELS],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = definitions["$defs"]
    for schema in schemas.values():
        _require_constants(schema)
    schemas["Outcome"] = {"type": "string", "enum": OUTCOMES}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Etäpiste: the wire", "version": "1"},
        "paths": {},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _require_constants(schema: dict[str, Any]) -> None:
    # ``kind`` has a default in Python, and on the wire it is what tells the messages apart.
    constants = [name for name, field in schema.get("properties", {}).items() if "const" in field]
    required = schema.get("required", [])
    if constants:
        schema["required"] = [*constants, *(name for name in required if name not in constants)]


def api_schema() -> dict[str, Any]:
    """The control plane's OpenAPI, as its ``/openapi.json`` gives it."""
    return create_app(Settings()).openapi()


Kind = Literal["wire", "api"]
KINDS: tuple[Kind, ...] = ("wire", "api")

ROOT = Path(__file__).parent.parent


def committed(kind: Kind) -> Path:
    """Where the generated types stand."""
    return ROOT / "shared/web/src/generated" / f"{kind}.d.ts"


def generate(kind: Kind) -> str:
    """The TypeScript types of one schema; needs the npm workspaces to be installed."""
    schema = wire_schema() if kind == "wire" else api_schema()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "schema.json", Path(folder) / "types.d.ts"
        source.write_text(json.dumps(schema, ensure_ascii=False))
        tool = ROOT / "node_modules/.bin/openapi-typescript"
        # A field with a default may be missing on the wire: senders leave defaults out.
        options = ["--output", str(target), "--default-non-nullable", "false"]
        subprocess.run([tool, source, *options], check=True, capture_output=True)  # noqa: S603 - our own tool
        return target.read_text()


def main() -> None:
    """Write every kind where it is committed."""
    for kind in KINDS:
        committed(kind).write_text(generate(kind))


if __name__ == "__main__":
    main()
