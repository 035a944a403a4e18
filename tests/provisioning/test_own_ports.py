"""Does each of several runs on one machine have ports that no other takes?"""

import socket
from pathlib import Path

from provisioning.own_ports import BLOCK, HOST, Block


def test_two_processes_never_get_the_same_port(tmp_path: Path) -> None:
    one, other = Block(tmp_path), Block(tmp_path)
    mine = {one.take(1) for _ in range(BLOCK)}
    theirs = {other.take(1) for _ in range(BLOCK)}
    assert not mine & theirs


def test_a_port_is_dealt_again_only_after_all_others(tmp_path: Path) -> None:
    block = Block(tmp_path)
    first = block.take(1)
    assert first not in [block.take(1) for _ in range(BLOCK // 2)]


def test_a_row_is_free_from_end_to_end(tmp_path: Path) -> None:
    block = Block(tmp_path)
    first = block.take(1)
    with socket.create_server((HOST, first + 3)):
        row = block.take(6)
    assert row > first + 3
    assert block.take(1) == row + 6
