"""When is a device alive and a booth ready?"""

from datetime import UTC, datetime, timedelta

import pytest

from control_plane.fleet.rules import (
    SILENT_AFTER,
    Told,
    distrust,
    earlier,
    readiness,
    silent,
)
from shared.commands import FINAL_COMMAND_STATES, CommandState
from shared.telemetry import Condition
from tests.control_plane.world import ready_ports

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_a_booth_with_everything_can_do_everything() -> None:
    can = readiness(Told(online=True, peripherals=ready_ports()), NOW)
    assert can.ready
    assert can.can_print
    assert can.can_show_papers
    assert can.why == ()


@pytest.mark.parametrize("online", [False, None])
def test_a_booth_without_its_device_is_not_ready(online: bool | None) -> None:  # noqa: FBT001
    can = readiness(Told(online=online, peripherals=ready_ports()), NOW)
    assert not can.ready
    assert can.why == ("offline",)


def test_a_printer_out_of_paper_spoils_the_printing_not_the_booth() -> None:
    can = readiness(Told(online=True, peripherals=ready_ports(printer=Condition.PAPER_OUT)), NOW)
    assert can.ready
    assert not can.can_print


def test_a_booth_whose_screen_is_gone_is_not_ready() -> None:
    can = readiness(Told(online=True, peripherals=ready_ports(screen=Condition.UNPLUGGED)), NOW)
    assert can.why == ("screen_missing",)


def test_what_a_device_does_not_name_is_never_promised() -> None:
    can = readiness(Told(online=True), NOW)
    assert can.ready
    assert not can.can_print
    assert not can.can_show_papers


def test_a_failed_check_keeps_the_booth_away_for_a_while() -> None:
    told = Told(
        online=True,
        distrusted_for="camera_failed",
        distrusted_until=NOW + distrust("camera_failed"),
    )
    assert readiness(told, NOW).why == ("camera_failed",)
    assert readiness(told, NOW + distrust("camera_failed")).ready


def test_a_booth_that_is_not_wiped_stays_away_for_good() -> None:
    told = Told(online=True, distrusted_for="booth_not_wiped", distrusted_until=None)
    assert not readiness(told, NOW + timedelta(days=9)).ready


def test_a_device_may_lose_two_heartbeats() -> None:
    assert not silent(NOW, NOW + SILENT_AFTER)
    assert silent(NOW, NOW + SILENT_AFTER + timedelta(seconds=1))


@pytest.mark.parametrize("state", [each for each in CommandState if each != CommandState.QUEUED])
def test_commands_only_advance(state: CommandState) -> None:
    assert state not in earlier(state)
    assert not earlier(state) & FINAL_COMMAND_STATES
    assert CommandState.QUEUED in earlier(state)
