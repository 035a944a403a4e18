"""What an administrator does from the command line, with the real files and database."""

import asyncio
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from control_plane.cli import main
from control_plane.database import open_engine, open_store
from control_plane.security.tables import account, audit, device_claim, integration
from control_plane.service_points.operations import import_seed
from provisioning.own_ports import own_ports
from tests.clock import FakeClock
from tests.control_plane.world import seed

PASSWORD = "correct horse battery\n"  # noqa: S105 - of a test


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory that the commands work on."""
    directory = tmp_path / "state"
    monkeypatch.setenv("ETAPISTE_STATE_DIR", str(directory))
    monkeypatch.setenv("ETAPISTE_DEVICE_PORT", "8082")
    monkeypatch.setenv("ETAPISTE_MQTT_PORT", str(own_ports()))
    monkeypatch.setenv("ETAPISTE_MQTT_DEVICE_PORT", str(own_ports()))
    assert run("migrate").exit_code == 0
    return directory


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=given)


def add_admin(password: str = PASSWORD) -> Result:
    words = ["staff", "add", "Root", "--name", "The First", "--role", "admin"]
    return run(*words, "--password-stdin", given=password)


def ask(state: Path, query: sa.Select[tuple[object, ...]]) -> list[sa.Row[tuple[object, ...]]]:
    engine = open_engine(f"sqlite:///{state / 'etapiste.db'}")
    with engine.connect() as connection:
        rows = list(connection.execute(query))
    engine.dispose()
    return rows


def test_the_first_administrator_comes_from_the_command_line(state: Path) -> None:
    done = add_admin()
    assert done.exit_code == 0, done.output
    (row,) = ask(state, sa.select(account))
    assert (row.username, row.roles, row.alias) == ("root", "admin", "The First")
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD.strip() not in str(row)


def test_a_second_account_of_that_name_is_refused(state: Path) -> None:
    add_admin()
    done = add_admin()
    assert done.exit_code == 1
    assert "username_taken" in done.output
    assert len(ask(state, sa.select(account))) == 1


@pytest.mark.parametrize("password", ["short\n", "\n", ""])
def test_a_weak_password_is_refused(state: Path, password: str) -> None:
    assert add_admin(password).exit_code == 1
    assert ask(state, sa.select(account)) == []


def test_a_lost_second_factor_is_taken_away_from_the_command_line(state: Path) -> None:
    add_admin()
    [row] = ask(state, sa.select(account))
    assert run("staff", "reset-second-factor", row.username).exit_code == 0
    actions = [each.action for each in ask(state, sa.select(audit))]
    assert actions == ["account.added", "account.second_factor_reset"]
    unknown = run("staff", "reset-second-factor", "nobody")
    assert (unknown.exit_code, unknown.output.strip()) == (1, "not_found")


def test_a_clerk_without_an_agency_is_refused(state: Path) -> None:
    words = ["staff", "add", "aino", "--name", "Aino", "--role", "clerk", "--password-stdin"]
    assert run(*words, given=PASSWORD).exit_code == 1
    assert run(*words, "--agency", "kela", given=PASSWORD).exit_code == 0
    assert len(ask(state, sa.select(account))) == 1


def test_a_name_that_is_no_name_is_refused(state: Path) -> None:
    done = run("staff", "add", "a b", "--name", "x", "--role", "admin", "--password-stdin")
    assert done.exit_code == 1
    assert "username" in done.output
    assert state.exists()


def test_a_claim_is_a_private_file_with_all_that_a_device_needs(
    state: Path, tmp_path: Path
) -> None:
    out = tmp_path / "claim.json"
    done = run("device", "claim", "d-salla-01", "--out", str(out))
    assert done.exit_code == 0, done.output
    claim = json.loads(out.read_text())
    assert set(claim) == {"claim_id", "secret", "device", "endpoint", "service_ca_pem"}
    assert claim["device"] == "d-salla-01"
    assert claim["endpoint"] == "https://localhost:8082"
    assert "BEGIN CERTIFICATE" in claim["service_ca_pem"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (row,) = ask(state, sa.select(device_claim))
    assert row.id == claim["claim_id"]


def test_a_name_that_is_no_devices_gets_no_claim(state: Path, tmp_path: Path) -> None:
    done = run("device", "claim", "control-plane", "--out", str(tmp_path / "claim.json"))
    assert done.exit_code == 1
    assert not (tmp_path / "claim.json").exists()
    assert ask(state, sa.select(device_claim)) == []


def test_a_checkpoint_finds_a_log_that_was_cut_off(state: Path, tmp_path: Path) -> None:
    add_admin()
    kept = tmp_path / "checkpoint"
    kept.write_text(run("audit", "checkpoint").output)
    assert run("audit", "verify", "--checkpoint", str(kept)).exit_code == 0
    engine = open_engine(f"sqlite:///{state / 'etapiste.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_delete"))
        connection.execute(sa.text("DELETE FROM audit"))
    engine.dispose()
    assert run("audit", "verify").exit_code == 0  # an empty log is a whole log
    done = run("audit", "verify", "--checkpoint", str(kept))
    assert done.exit_code == 1
    assert "NOT INTACT at row 1: cut_off" in done.output


def test_a_checkpoint_of_another_key_is_refused(state: Path, tmp_path: Path) -> None:
    forged = tmp_path / "checkpoint"
    forged.write_text("a.b.c")
    assert run("audit", "verify", "--checkpoint", str(forged)).exit_code == 1
    assert state.exists()


def test_the_brokers_files_are_written_and_a_revocation_reaches_them(
    state: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "broker"
    done = run("broker", "config", "--dir", str(directory))
    assert done.exit_code == 0, done.output
    assert "set_tcp_nodelay true" in (directory / "mosquitto.conf").read_text()
    before = (directory / "device-crls.pem").read_bytes()
    words = ["device", "revoke", "d-salla-01", "--reason", "stolen"]
    assert run(*words, "--broker-dir", str(directory)).exit_code == 0
    assert (directory / "device-crls.pem").read_bytes() != before
    assert (state / "tls" / "control-plane.crt").exists()


def test_the_api_describes_itself(state: Path) -> None:
    described = json.loads(run("openapi").output)
    assert "/api/v1/session" in described["paths"]
    assert state.exists()


def test_the_program_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "control_plane", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "serve" in done.stdout


def test_a_day_is_replayed_in_every_form_and_other_choices_need_their_agency(
    state: Path,
) -> None:
    day = ["replay", "--day", "2026-11-27"]
    assert "0 numbers, 0 served, 0 decisions" in run(*day).output
    assert json.loads(run(*day, "--format", "json").output)["difference"] is None
    assert "<h1>Replay of 2026-11-27</h1>" in run(*day, "--format", "html").output
    choices = state / "choices.json"
    choices.write_text('{"shorter_first": {"gain": 2, "mean_minutes": 14, "cap_minutes": 30}}')
    assert run(*day, "--policy", str(choices)).exit_code == 1
    assert run(*day, "--agency", "kela", "--policy", str(choices)).exit_code == 0
    choices.write_text('{"rate": 0}')
    assert run(*day, "--agency", "kela", "--policy", str(choices)).exit_code == 1


def test_a_region_is_planned_from_a_file_of_volumes(state: Path) -> None:
    volumes = state / "volumes.toml"
    volumes.write_text('[[agencies]]\ncode = "kela"\nvisits_per_day = 20\n')
    asked = ["plan", "--points", "2", "--volumes", str(volumes), "--days", "2"]
    assert "clerks:" in run(*asked).output
    assert json.loads(run(*asked, "--format", "json").output)["met"] is True
    assert run(*asked, "--target", "soon").exit_code == 1
    assert run("plan", "--points", "2", "--volumes", str(state / "none.toml")).exit_code == 1


def test_a_contact_centre_is_let_in_named_its_clerks_and_shut_out(state: Path) -> None:
    refused = run("integration", "add", "--agency", "kela", "--name", "Kela OC")
    assert (refused.exit_code, "not_found" in refused.output) == (1, True)
    founded(state)
    made = run("integration", "add", "--agency", "kela", "--name", "Kela OC")
    assert made.exit_code == 0, made.output
    identity, token = made.output.split()
    assert token.startswith("eti_")
    (row,) = ask(state, sa.select(integration))
    assert row.rights == "contacts presence queue routing"
    assert token not in str(row)
    assert f"{identity} kela Kela OC" in run("integration", "list").output

    stranger = run("integration", "clerks", identity, "agent-7=nobody")
    assert (stranger.exit_code, "no_such_clerks" in stranger.output) == (1, True)
    words = ["staff", "add", "aino", "--name", "Aino", "--role", "clerk", "--agency", "kela"]
    assert run(*words, "--password-stdin", given=PASSWORD).exit_code == 0
    named = run("integration", "clerks", identity, "agent-7=aino")
    assert named.output == "1 clerks are known by name\n"

    renewed = run("integration", "token", identity)
    assert renewed.output.startswith("eti_")
    assert renewed.output.strip() != token
    url = "https://contact-centre.example.fi/hooks"
    assert run("integration", "webhook", identity, "http://x.fi/").exit_code == 1
    assert run("integration", "webhook", identity, url).output.startswith("whsec_")
    assert run("integration", "secret", identity).output.startswith("whsec_")
    assert run("integration", "revoke", identity).exit_code == 0
    assert identity not in run("integration", "list").output


def founded(state: Path) -> None:
    async def found() -> None:
        store = open_store(f"sqlite:///{state / 'etapiste.db'}")
        await store.run(lambda tx: import_seed(tx, seed(), FakeClock().now()))
        await store.close()

    asyncio.run(found())


def test_an_installation_is_backed_up_and_stands_up_elsewhere(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_admin()
    key, file, kept = tmp_path / "key", tmp_path / "backup.age", tmp_path / "checkpoint"
    made = run("backup-key", str(key))
    assert made.exit_code == 0, made.output
    assert state.exists()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    public = made.output.strip()
    done = run("backup", str(file), "--recipient", public)
    assert done.exit_code == 0, done.output
    kept.write_text(run("audit", "checkpoint").output)
    monkeypatch.setenv("ETAPISTE_STATE_DIR", str(tmp_path / "elsewhere"))
    words = ["restore", str(file), "--identity", str(key), "--checkpoint", str(kept)]
    restored = run(*words)
    assert restored.exit_code == 0, restored.output
    assert "audit log intact" in restored.output
    (row,) = ask(tmp_path / "elsewhere", sa.select(account.c.username))
    assert row.username == "root"
    assert run("audit", "verify", "--checkpoint", str(kept)).exit_code == 0
    actions = ask(tmp_path / "elsewhere", sa.select(audit.c.action).order_by(audit.c.seq))
    assert [each.action for each in actions][-2:] == ["backup.made", "backup.restored"]


def test_a_backup_says_what_is_wrong(state: Path, tmp_path: Path) -> None:
    key, file = tmp_path / "key", tmp_path / "backup.age"
    public = run("backup-key", str(key)).output.strip()
    assert run("backup-key", str(key)).exit_code == 1  # another key would open no old backup
    assert "public key" in run("backup", str(file), "--recipient", "nobody").output
    assert not file.exists()
    assert run("backup", str(file), "--recipient", public).exit_code == 0
    again = run("backup", str(file), "--recipient", public)
    assert again.exit_code == 1
    assert "there already" in again.output
    over = run("restore", str(file), "--identity", str(key))
    assert over.exit_code == 1
    assert "not empty" in over.output
    assert run("restore", str(file), "--identity", str(tmp_path / "none")).exit_code == 1
    assert state.exists()
