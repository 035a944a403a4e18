"""Do the committed TypeScript types say what the code says?"""

import pytest

from provisioning.wire_schema import KINDS, Kind, committed, generate, wire_schema


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_types_are_those_that_the_code_gives(kind: Kind) -> None:
    assert generate(kind) == committed(kind).read_text(), (
        "run: .venv/bin/python -m provisioning.wire_schema"
    )


def test_what_tells_messages_apart_is_never_optional() -> None:
    schemas = wire_schema()["components"]["schemas"]
    assert "kind" in schemas["PrintOffer"]["required"]
    assert "kind" in schemas["Ping"]["required"]
