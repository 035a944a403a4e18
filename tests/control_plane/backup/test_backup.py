"""Does an open day stand up again on an empty machine, and is nothing half done when it cannot?"""

import asyncio
import stat
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa

from control_plane import backup, migrations
from control_plane.backup import BackupRefused, Recipients, Restored, dumps
from control_plane.backup.archive import Manifest
from control_plane.backup.restoring import NUMBERS_SKIPPED
from control_plane.database import Store, Tx, open_engine, open_store
from control_plane.security import (
    accounts,
    audit,
    audit_check,
    enrolment,
    password_links,
    second_factor,
)
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from control_plane.security.scope import Scope
from control_plane.security.tables import device_claim, password_link, recovery_code, session
from control_plane.security.tables import second_factor as factor
from control_plane.settings import Settings
from control_plane.tickets.tables import tickets
from control_plane.visits.tables import visits
from shared.identifiers import DeviceName
from tests.clock import FakeClock
from tests.control_plane.plane import browser, joined_app, sign_in
from tests.control_plane.world import World
from tests.postgres import Postgres

SYSTEM = Scope.system("command-line")
IDENTITY, PUBLIC = backup.new_identity()


@dataclass
class Installation:
    """A state directory and a database of it."""

    settings: Settings

    @property
    def backend(self) -> str:
        return dumps.backend_of(self.settings.store_url)

    def make(self, out: Path, now: FakeClock) -> Manifest:
        return backup.make(self.settings, out, recipients(), now=now.now())

    def restore(self, file: Path, *checkpoints: str, identity: str = IDENTITY) -> Restored:
        keys, now = backup.identities_of(identity), FakeClock().now()
        return backup.restore(self.settings, file, keys, now=now, checkpoints=checkpoints)

    def rows(self, table: sa.Table) -> list[tuple[object, ...]]:
        engine = open_engine(self.settings.store_url)
        with engine.connect() as connection:
            found = connection.execute(sa.select(table).order_by(*table.primary_key))
            rows = [tuple(row) for row in found]
        engine.dispose()
        return rows

    def checkpoint(self, now: FakeClock) -> str:
        with dumps.looking_at(self.settings.store_url) as connection:
            head = audit_check.head(Tx(connection), now=now.now())
        return audit_check.sign(head, key=Keyring(self.settings.state_dir).audit)

    @property
    def untouched(self) -> bool:
        parts = {each.name for each in self.settings.state_dir.iterdir()}
        return not parts & {"ca", "keys", "tls"} and dumps.is_empty(self.settings.store_url)


def recipients() -> Recipients:
    return backup.recipients_of([PUBLIC])


@pytest.fixture
def here(empty_url: str, tmp_path: Path, clock: FakeClock) -> Installation:
    """An installation at its beginning, on either database."""
    state = tmp_path / "here"
    FileIssuers(state, now=clock.now())
    Keyring(state).command_keys(clock.now())
    migrations.upgrade(empty_url)
    return Installation(Settings(state_dir=state, database_url=empty_url))


@pytest.fixture
def there(
    here: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    """An empty machine with a database of the same kind."""
    state = tmp_path / "there"
    if here.backend == "sqlite":
        yield Installation(Settings(state_dir=state))
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield Installation(Settings(state_dir=state, database_url=server.url(name)))
    server.drop(name)


@dataclass
class OpenDay:
    """Somebody is served, two wait, and a device's claim is on its way."""

    waiting: tuple[int, int]
    called: int


async def open_day(store: Store, clock: FakeClock, settings: Settings) -> OpenDay:
    app, joined = joined_app(settings, store, clock)
    world = await World(store, clock, setup=joined.setup).found()
    await world.device_up()
    await world.clerk()
    numbers = [(await world.take()).number for _ in range(3)]
    async with browser(app, settings) as http:
        page = await sign_in(http, "aino")
        called = (await page.post("/desk/next", key="k")).json()
    await world.run(
        lambda tx: enrolment.make_claim(tx, SYSTEM, DeviceName("d-kemi-01"), now=clock.now())
    )
    assert called["number"] == numbers[0]
    return OpenDay((numbers[1], numbers[2]), numbers[0])


def lived(installation: Installation, clock: FakeClock) -> OpenDay:
    async def live() -> OpenDay:
        store = open_store(installation.settings.store_url)
        try:
            return await open_day(store, clock, installation.settings)
        finally:
            await store.close()

    return asyncio.run(live())


def write(installation: Installation, operation: Callable[[Tx], None]) -> None:
    async def run() -> None:
        store = open_store(installation.settings.store_url)
        await store.run(operation)
        await store.close()

    asyncio.run(run())


def test_an_open_day_goes_on_where_it_was(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    day = lived(here, clock)
    made = here.make(tmp_path / "backup.age", clock)
    restored = there.restore(tmp_path / "backup.age")
    assert restored.manifest == made
    assert restored.audit.intact
    for table in (tickets, visits):
        assert there.rows(table) == here.rows(table)
        assert here.rows(table)
    clock.pass_(minutes=1)

    async def go_on() -> tuple[tuple[int, ...], int]:
        store = open_store(there.settings.store_url)
        app, joined = joined_app(there.settings, store, clock)
        world = World(store, clock, setup=joined.setup)
        await world.device_up()
        async with browser(app, there.settings) as http:
            # A clerk of the same agency; the one who was in the visit has not come back yet.
            await world.clerk("bea")
            page = await sign_in(http, "bea")
            await world.device_up("d-kemi-01")
            desk = (await page.get("/desk")).json()
        new = (await world.take()).number
        await store.close()
        return tuple(each["number"] for each in desk["queue"]), new

    waiting, new = asyncio.run(go_on())
    assert waiting == day.waiting
    # Numbers that may have been given after the backup are given to nobody again.
    assert new == max(day.waiting) + NUMBERS_SKIPPED + 1


def test_what_must_not_come_back_does_not(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    lived(here, clock)
    keys = Keyring(here.settings.state_dir)

    def promised(tx: Tx) -> None:
        """Of the clerk: a link for a new password, and a second factor with its codes."""
        [clerk] = accounts.listed(tx, SYSTEM)
        password_links.make(tx, SYSTEM, clerk.id, clock.now())
        generation = second_factor.begin(tx, SYSTEM, clerk.id, clock.now())
        secret = keys.factor_secret(str(clerk.id), generation)
        code = second_factor.code_at(secret, int(clock.now().timestamp()) // second_factor.STEP_S)
        second_factor.confirm(
            tx, SYSTEM, clerk.id, code, secret_of=keys.factor_secret, now=clock.now()
        )

    write(here, promised)
    here.make(tmp_path / "backup.age", clock)
    for table in (session, password_link, recovery_code):
        assert here.rows(table)
    there.restore(tmp_path / "backup.age")
    for table in (session, password_link, recovery_code):
        assert there.rows(table) == []
    assert there.rows(factor) == here.rows(factor)
    ((*_, expires_at, _tries, used_at),) = there.rows(device_claim)
    assert (expires_at, used_at) == (clock.now(), None)


def test_keys_and_issuers_are_the_same_and_their_owners_only(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    here.make(tmp_path / "backup.age", clock)
    there.restore(tmp_path / "backup.age")
    for part in ("ca", "keys"):
        was = here.settings.state_dir / part
        for file in (each for each in was.rglob("*") if each.is_file()):
            now = there.settings.state_dir / part / file.relative_to(was)
            assert now.read_bytes() == file.read_bytes()
            assert stat.S_IMODE(now.stat().st_mode) == stat.S_IMODE(file.stat().st_mode)
    assert stat.S_IMODE((tmp_path / "backup.age").stat().st_mode) == 0o600


def test_nothing_can_be_read_in_the_file(
    here: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    lived(here, clock)
    here.make(tmp_path / "backup.age", clock)
    content = (tmp_path / "backup.age").read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    for word in (b"aino", b"PRIVATE KEY", b"manifest", b"d-salla-01"):
        assert word not in content
    assert [each.name for each in here.settings.state_dir.glob(".backup-*")] == []


def test_a_key_of_somebody_else_opens_nothing(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    here.make(tmp_path / "backup.age", clock)
    with pytest.raises(BackupRefused, match="cannot be opened"):
        there.restore(tmp_path / "backup.age", identity=backup.new_identity()[0])
    assert there.untouched


@pytest.mark.parametrize("at", [0.1, 0.5, 0.99])
def test_a_changed_file_is_refused(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path, at: float
) -> None:
    file = tmp_path / "backup.age"
    here.make(file, clock)
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 1
    file.write_bytes(content)
    with pytest.raises(BackupRefused):
        there.restore(file)
    assert there.untouched


def test_a_file_cut_short_is_refused(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    file = tmp_path / "backup.age"
    here.make(file, clock)
    file.write_bytes(file.read_bytes()[:-100_000])
    with pytest.raises(BackupRefused):
        there.restore(file)
    assert there.untouched


def test_an_archive_of_something_else_is_refused(there: Installation, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear reader")
    with tarfile.open(tmp_path / "plain.tar", "w") as tar:
        tar.add(tmp_path / "letter", "letter")
    pyrage.encrypt_file(
        str(tmp_path / "plain.tar"), str(tmp_path / "x.age"), list(recipients().keys)
    )
    with pytest.raises(BackupRefused, match="not a backup"):
        there.restore(tmp_path / "x.age")
    assert there.untouched


def test_nothing_is_put_over_anything(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    file = tmp_path / "backup.age"
    here.make(file, clock)
    there.restore(file)
    before = there.rows(tickets)
    with pytest.raises(BackupRefused, match="not empty"):
        there.restore(file)
    for part in ("ca", "keys"):
        (there.settings.state_dir / part).rename(there.settings.state_dir / f"old-{part}")
    with pytest.raises(BackupRefused, match="database is not empty"):
        there.restore(file)
    assert there.rows(tickets) == before
    with pytest.raises(BackupRefused, match="there already"):
        here.make(file, clock)


def test_a_log_that_was_written_anew_does_not_hold_a_checkpoint_kept_elsewhere(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    file = tmp_path / "backup.age"
    here.make(file, clock)
    write(here, lambda tx: audit.record(tx, SYSTEM, "test", subject="x", now=clock.now()))
    later = here.checkpoint(clock)
    with pytest.raises(BackupRefused, match="does not hold"):
        there.restore(file, later)
    assert there.untouched
    # It was as empty as before: the same file without the later word goes in.
    assert there.restore(file).audit.intact


def test_what_fails_at_the_very_end_leaves_nothing_behind(
    here: Installation,
    there: Installation,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here.make(tmp_path / "backup.age", clock)
    rename = Path.rename

    def disk_full(part: Path, to: Path) -> Path:
        if part.name == "keys":
            raise OSError("no space left on device")
        return rename(part, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", disk_full)
        with pytest.raises(OSError, match="no space"):
            there.restore(tmp_path / "backup.age")
    assert there.untouched
    assert there.restore(tmp_path / "backup.age").audit.intact


def test_a_checkpoint_of_another_installation_is_refused(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    here.make(tmp_path / "backup.age", clock)
    alien = audit_check.Checkpoint(size=1, hash="0" * 64, at=clock.now())
    token = audit_check.sign(alien, key=Keyring(tmp_path / "alien").audit)
    with pytest.raises(BackupRefused, match="signature"):
        there.restore(tmp_path / "backup.age", token)
    assert there.untouched


def test_a_backup_of_the_other_kind_of_database_is_refused(
    here: Installation, clock: FakeClock, tmp_path: Path, postgres: Postgres
) -> None:
    here.make(tmp_path / "backup.age", clock)
    other = "" if here.backend == "postgresql" else postgres.url(postgres.create())
    there = Installation(Settings(state_dir=tmp_path / "other", database_url=other))
    with pytest.raises(BackupRefused, match=f"a backup of {here.backend}"):
        there.restore(tmp_path / "backup.age")
    assert there.untouched


def test_a_backup_of_a_later_version_is_refused(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    engine = open_engine(here.settings.store_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    here.make(tmp_path / "backup.age", clock)
    with pytest.raises(BackupRefused, match="later version"):
        there.restore(tmp_path / "backup.age")
    assert there.untouched


@pytest.mark.parametrize("words", [[], ["age1nothing"], ["ssh-ed25519 AAAA"]])
def test_a_recipient_must_be_one(words: list[str]) -> None:
    with pytest.raises(BackupRefused, match="public key"):
        backup.recipients_of(words)


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1NONE\n"])
def test_an_identity_file_must_hold_a_key(text: str) -> None:
    with pytest.raises(BackupRefused, match="no age secret key"):
        backup.identities_of(text)


def test_every_recipient_can_open_it(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    second, public = backup.new_identity()
    both = backup.recipients_of([PUBLIC, public, PUBLIC])
    assert both.names == (PUBLIC, public)
    backup.make(here.settings, tmp_path / "backup.age", both, now=clock.now())
    assert there.restore(tmp_path / "backup.age", identity=second).audit.intact


def test_changes_meanwhile_are_in_it_whole_or_not_at_all(
    here: Installation, there: Installation, clock: FakeClock, tmp_path: Path
) -> None:
    """Beside a writer that never stops, the copy is of one moment: its rows are its manifest's."""

    async def write_meanwhile() -> int:
        store = open_store(here.settings.store_url)
        written = 0
        copying = asyncio.create_task(  # noqa: TID251 - awaited below
            asyncio.to_thread(here.make, tmp_path / "backup.age", clock)
        )
        while not copying.done():
            await store.run(
                lambda tx: audit.record(tx, SYSTEM, "test", subject="x", now=clock.now())
            )
            written += 1
        await copying
        await store.close()
        return written

    assert asyncio.run(write_meanwhile()) > 0
    assert there.restore(tmp_path / "backup.age").audit.intact
