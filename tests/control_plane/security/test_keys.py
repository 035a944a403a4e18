"""Keys are made once, kept privately, and rotate with an overlap."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr

from control_plane.security import key_statements
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring, kept, new_p256
from control_plane.security.turn import Turn, credential
from shared.identifiers import RoomId, new_uuid
from shared.orders import CommandKeys, NotProven, open_order
from shared.signing import Holder, open_statement
from tests.clock import FakeClock

SALLA = "d-salla-01"


def test_keys_stay_the_same_and_are_readable_by_their_owner_only(
    tmp_path: Path, clock: FakeClock
) -> None:
    first = Keyring(tmp_path)
    first.command_keys(clock.now())
    second = Keyring(tmp_path)
    assert first.issuers() == second.issuers()
    assert first.command_keys(clock.now()) == second.command_keys(clock.now())
    FileIssuers(tmp_path, now=clock.now())
    for path in tmp_path.rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_many_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: kept(path, new_p256), range(16)))
    assert len(made) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_an_order_is_for_one_device(keyring: Keyring, clock: FakeClock) -> None:
    order = keyring.sign_order(SALLA, b'{"a":1}', now=clock.now())
    keys = CommandKeys.read(keyring.command_keys(clock.now()))
    assert open_order(order, device=SALLA, keys=keys) == b'{"a":1}'
    with pytest.raises(NotProven):
        open_order(order, device="d-inari-01", keys=keys)


def test_a_new_command_key_is_known_30_days_before_it_signs(
    keyring: Keyring, clock: FakeClock
) -> None:
    def published() -> CommandKeys:
        return CommandKeys.read(keyring.command_keys(clock.now()))

    def opens(order: str, keys: CommandKeys) -> bool:
        try:
            return open_order(order, device=SALLA, keys=keys) == b"{}"
        except NotProven:
            return False

    first = published()
    clock.pass_(days=90)
    both = published()
    assert len(both.by_name) == 2
    clock.pass_(days=29)
    assert opens(keyring.sign_order(SALLA, b"{}", now=clock.now()), first)
    clock.pass_(days=1)
    order = keyring.sign_order(SALLA, b"{}", now=clock.now())
    assert not opens(order, first)
    assert opens(order, both)
    clock.pass_(days=30)
    assert opens(order, published())
    assert len(published().by_name) == 1


def test_published_keys_hold_no_private_part(keyring: Keyring, clock: FakeClock) -> None:
    for key in keyring.command_keys(clock.now())["keys"] + keyring.issuers()["keys"]:
        assert "d" not in key


def test_a_devices_key_statement_lives_as_long_as_its_certificate(
    keyring: Keyring, issuers: FileIssuers, clock: FakeClock
) -> None:
    key = new_p256()
    certificate = issuers.certify_device(SALLA, key.public_key(), now=clock.now())
    token = key_statements.for_device(SALLA, certificate, key=keyring.statements)
    trust = KeySet.import_key_set(keyring.issuers())  # type: ignore[arg-type]
    known = open_statement(token, issuers=trust, now=clock.now())
    assert (known.sub, known.holder) == (SALLA, Holder.DEVICE)
    clock.pass_(days=30)
    with pytest.raises(NotProven, match="expired"):
        open_statement(token, issuers=trust, now=clock.now())


def test_a_private_part_that_a_browser_sent_is_not_passed_on(
    keyring: Keyring, clock: FakeClock
) -> None:
    whole = ECKey.generate_key("P-256").as_dict(private=True)
    token = key_statements.for_staff(
        "staff-1", whole, until=clock.now() + timedelta(hours=1), key=keyring.statements
    )
    trust = KeySet.import_key_set(keyring.issuers())  # type: ignore[arg-type]
    assert set(open_statement(token, issuers=trust, now=clock.now()).jwk) == {
        "kty",
        "crv",
        "x",
        "y",
    }


@pytest.mark.parametrize(
    "name", ["", "+", "#", "control-plane", "svc:control-plane:1", "d-", "d-A", "d-a/b", "d-a b"]
)
def test_no_certificate_is_made_for_a_name_that_is_no_devices(
    issuers: FileIssuers, clock: FakeClock, name: str
) -> None:
    with pytest.raises(ValueError, match="name"):
        issuers.certify_device(name, new_p256().public_key(), now=clock.now())


def test_certificates_verify_up_to_the_root_and_devices_are_no_servers(
    issuers: FileIssuers, clock: FakeClock
) -> None:
    key = new_p256().public_key()
    service_ca, root = x509.load_pem_x509_certificates(issuers.service_chain())
    served = issuers.certify_service("broker", key, hosts=("localhost",), now=clock.now())
    builder = PolicyBuilder().store(Store([root])).time(clock.now())
    server = builder.build_server_verifier(x509.DNSName("localhost"))
    assert server.verify(served, [service_ca])
    device_ca, _ = x509.load_pem_x509_certificates(issuers.device_chain())
    device = issuers.certify_device(SALLA, key, now=clock.now())
    with pytest.raises(VerificationError):
        server.verify(device, [device_ca])


def test_turn_credentials_are_what_coturn_computes(clock: FakeClock) -> None:
    turn = Turn(("turn:127.0.0.1:8085?transport=udp",), SecretStr("north"))
    room = RoomId(new_uuid())
    (server,) = turn.servers(room, now=clock.now())
    expiry, label = server.username.split(":")
    assert int(expiry) == int((clock.now() + timedelta(hours=4)).timestamp())
    assert label == str(room)
    assert server.urls == turn.urls
    assert Turn((), None).servers(room, now=clock.now()) == ()
    # A fixed value from `openssl dgst -sha1 -hmac north -binary | base64`.
    assert credential("1795514400:room", SecretStr("north")) == "e/MXGux8Tmd8shvpyEfRLhD4UWo="
