"""What hands can do on the bench, and what the bench page is told."""

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from edge_agent.peripherals.registry import open_peripherals
from edge_agent.ports import Bench, Peripherals, Place
from edge_agent.settings import DriverSettings
from shared.telemetry import Condition, Port
from tests.edge_agent.peripherals.contract_ticket_printer import SLIP

EVERY_PORT = (
    Port.TICKET_PRINTER,
    Port.DOCUMENT_PRINTER,
    Port.DOCUMENT_CAMERA,
    Port.CALL_BUTTON,
    Port.LAMP,
    Port.PRESENCE,
)


@pytest.fixture
def opened() -> tuple[Peripherals, Bench]:
    peripherals, bench = open_peripherals(
        {port: DriverSettings(driver="simulated") for port in EVERY_PORT}
    )
    assert bench is not None
    return peripherals, bench


def state(bench: Bench) -> dict[str, Any]:
    return dict(bench.state())


async def test_the_bench_shows_everything_that_there_is(
    opened: tuple[Peripherals, Bench],
) -> None:
    _, bench = opened
    assert state(bench) == {
        "ticket_printer": {"condition": "ready", "slips": []},
        "document_printer": {"condition": "ready", "sheets": [], "paper": 50},
        "camera": {
            "condition": "ready",
            "sheet": None,
            "sheets": [
                {"name": "letter", "url": "/bench/camera/letter.png"},
                {"name": "id-card", "url": "/bench/camera/id-card.png"},
            ],
        },
        "lamp": False,
        "presence": False,
        "buttons": ["waiting_area", "booth"],
        "journal": [],
    }


async def test_a_slip_comes_out_as_a_picture_and_the_bench_rings(
    opened: tuple[Peripherals, Bench],
) -> None:
    peripherals, bench = opened
    assert peripherals.ticket_printer
    changes = bench.changed()
    rung = asyncio.ensure_future(anext(changes))  # noqa: TID251 - a test's own waiting
    await asyncio.sleep(0)
    await peripherals.ticket_printer.print_ticket(SLIP)
    await asyncio.wait_for(rung, 1)
    (slip,) = state(bench)["ticket_printer"]["slips"]
    assert slip["url"] == f"/bench/slip/{slip['id']}.png"
    picture = bench.picture("slip", slip["id"])
    assert picture is not None
    assert Image.open(io.BytesIO(picture)).format == "PNG"


@pytest.mark.parametrize(
    ("fault", "mend", "condition"),
    [
        ("paper_out", "paper_in", Condition.PAPER_OUT),
        ("cover_open", "cover_close", Condition.COVER_OPEN),
        ("unplug", "plug", Condition.UNPLUGGED),
        ("busy", "free", Condition.BUSY),
    ],
)
@pytest.mark.parametrize("port", [Port.TICKET_PRINTER, Port.DOCUMENT_PRINTER])
async def test_the_switches_turn_the_printers(
    opened: tuple[Peripherals, Bench], port: Port, fault: str, mend: str, condition: Condition
) -> None:
    peripherals, bench = opened
    printer = next(one for one in peripherals.all() if one.port is port)
    await bench.act({"action": fault, "port": port})
    assert await printer.status() is condition
    await bench.act({"action": mend, "port": port})
    assert await printer.status() is Condition.READY
    assert state(bench)["journal"] == [fault, mend]


async def test_hands_press_come_lay_and_clear(opened: tuple[Peripherals, Bench]) -> None:
    peripherals, bench = opened
    assert peripherals.call_button
    pressed = asyncio.ensure_future(anext(peripherals.call_button.presses()))  # noqa: TID251 - as above
    await asyncio.sleep(0)
    await bench.act({"action": "press", "place": "booth"})
    assert await asyncio.wait_for(pressed, 1) is Place.BOOTH
    await bench.act({"action": "presence", "value": True})
    await bench.act({"action": "sheet", "name": "letter"})
    assert state(bench)["presence"]
    assert state(bench)["camera"]["sheet"] == "letter"
    await bench.act({"action": "clear"})
    assert state(bench)["camera"]["sheet"] is None


async def test_a_picture_of_ones_own_lies_under_the_camera_until_it_is_cleared(
    opened: tuple[Peripherals, Bench],
) -> None:
    _, bench = opened
    written = io.BytesIO()
    Image.new("RGB", (100, 140), "red").save(written, "JPEG")
    await bench.add_sheet(written.getvalue())
    assert state(bench)["camera"]["sheet"] == "uploaded"
    assert bench.picture("camera", "uploaded")
    await bench.act({"action": "clear"})
    assert bench.picture("camera", "uploaded") is None


async def test_a_visitor_leaves_with_the_own_papers_and_what_was_printed_stays_in_sight(
    opened: tuple[Peripherals, Bench],
) -> None:
    peripherals, bench = opened
    assert peripherals.ticket_printer
    await peripherals.ticket_printer.print_ticket(SLIP)
    await bench.act({"action": "presence", "value": True})
    written = io.BytesIO()
    Image.new("RGB", (100, 140), "red").save(written, "JPEG")
    await bench.add_sheet(written.getvalue())
    bench.visitor_left()
    left = state(bench)
    assert not left["presence"]
    assert left["camera"]["sheet"] is None
    assert [sheet["name"] for sheet in left["camera"]["sheets"]] == ["letter", "id-card"]
    assert len(left["ticket_printer"]["slips"]) == 1
    assert left["journal"][-1] == "visitor_left"


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action": "reboot"},
        {"action": "paper_out"},
        {"action": "paper_out", "port": "screen"},
        {"action": "press", "place": "roof"},
        {"action": "sheet", "name": "../../etc/passwd"},
    ],
)
async def test_what_the_bench_does_not_know_is_a_value_error(
    opened: tuple[Peripherals, Bench], action: dict[str, Any]
) -> None:
    _, bench = opened
    with pytest.raises(ValueError, match=r".*"):
        await bench.act(action)


@pytest.mark.parametrize(
    ("kind", "id_"), [("slip", "x"), ("sheet", "x"), ("camera", "x"), ("x", "x")]
)
def test_a_picture_that_is_not_there_is_none(
    opened: tuple[Peripherals, Bench], kind: str, id_: str
) -> None:
    _, bench = opened
    assert bench.picture(kind, id_) is None
