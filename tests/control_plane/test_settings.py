"""Settings come from the environment, and secrets from files."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from control_plane.security.scope import Role
from control_plane.settings import DemoAccount, Link, RoleName, Settings


def test_without_a_database_url_sqlite_lies_in_the_state_directory(tmp_path: Path) -> None:
    assert Settings(state_dir=tmp_path).store_url == f"sqlite:///{tmp_path}/etapiste.db"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "postgresql+psycopg://etapiste@db/etapiste",
        "PUBLIC_ORIGIN": "https://desk.example",
        "TURN_URLS": "turn:a:3478?transport=udp, turn:a:3478?transport=tcp",
        "LINKS": '[{"code":"booth","url":"http://127.0.0.1:8081/booth"}]',
        "DEMO_ACCOUNTS": '[{"username":"aino","password":"x","agency":"kela"}]',
        "RELAY_ONLY": "false",
    }.items():
        monkeypatch.setenv(f"ETAPISTE_{name}", value)
    settings = Settings()
    assert settings.store_url == "postgresql+psycopg://etapiste@db/etapiste"
    assert settings.secure
    assert settings.turn_servers == ("turn:a:3478?transport=udp", "turn:a:3478?transport=tcp")
    assert settings.links == (Link(code="booth", url="http://127.0.0.1:8081/booth"),)
    assert settings.demo_accounts == (
        DemoAccount(username="aino", password="x", agency="kela"),  # noqa: S106
    )
    assert not settings.relay_only


def test_the_turn_secret_is_read_from_its_file_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("north\n")
    settings = Settings(turn_secret_file=tmp_path / "secret")
    secret = settings.turn_secret()
    assert secret is not None
    assert secret.get_secret_value() == "north"
    assert "north" not in repr(secret)
    assert Settings().turn_secret() is None


def test_a_second_factor_is_demanded_of_roles_that_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(get_args(RoleName)) == {str(role) for role in Role}
    monkeypatch.setenv("ETAPISTE_SECOND_FACTOR_ROLES", '["owner","amdin"]')
    with pytest.raises(ValidationError, match="second_factor_roles"):
        Settings()
