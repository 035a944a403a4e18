"""Where do the screens' tokens come from?"""

from pathlib import Path

from edge_agent.ports import Screen
from edge_agent.screens.tokens import open_tokens


def test_tokens_are_kept_over_a_restart_and_only_for_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "screens.json"
    first = open_tokens(file, {})
    assert file.stat().st_mode & 0o777 == 0o600
    assert open_tokens(file, {}) == first
    assert len(set(first.by_screen.values())) == len(Screen)
    assert not first.allow(Screen.BOOTH, "")
    assert open_tokens(file, {"booth": "given"}).allow(Screen.BOOTH, "given")
