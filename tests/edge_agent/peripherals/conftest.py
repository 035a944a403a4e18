"""The virtual printers, once for a session, and asserts that explain themselves in contracts."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite(
    "tests.edge_agent.peripherals.contract_ticket_printer",
    "tests.edge_agent.peripherals.contract_document_printer",
    "tests.edge_agent.peripherals.contract_document_camera",
    "tests.edge_agent.peripherals.contract_room",
)

from tests.virtual.print_stack import PrintStack, running_print_stack  # noqa: E402 - after the registration


@pytest.fixture(scope="session")
def print_stack() -> Iterator[PrintStack]:
    """CUPS with a virtual IPP printer behind it."""
    with running_print_stack() as stack:
        yield stack
