"""Does a device obey nobody but its control plane? What joserfc signs, opened by hand."""

import json
import subprocess
import sys
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey

from shared.orders import ORDER_TYPE, CommandKeys, NotProven, open_order
from shared.signing import sign_order

SALLA = "d-salla-01"
KEY = OKPKey.generate_key("Ed25519")
NEXT_KEY = OKPKey.generate_key("Ed25519")
BOTH = {"keys": [key.as_dict(private=False) for key in (KEY, NEXT_KEY)]}
KEYS = CommandKeys.read(BOTH)
CLAIMS = json.dumps({"aud": SALLA, "msg": '{"v":1}'})
HEADER: dict[str, Any] = {"alg": "Ed25519", "typ": ORDER_TYPE, "kid": KEY.thumbprint()}


def part(content: str) -> str:
    return urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: str = CLAIMS, key: OKPKey = KEY) -> str:
    """With a true signature over whatever stands in the header."""
    said = f"{part(json.dumps(header))}.{part(claims)}"
    raw = key.private_key
    assert isinstance(raw, Ed25519PrivateKey)
    return f"{said}.{urlsafe_b64encode(raw.sign(said.encode())).rstrip(b'=').decode()}"


@pytest.mark.parametrize("key", [KEY, NEXT_KEY], ids=["old key", "new key"])
def test_an_order_opens_with_any_key_of_the_set(key: OKPKey) -> None:
    order = sign_order(b'{"v":1}', device=SALLA, key=key)
    assert open_order(order, device=SALLA, keys=KEYS) == b'{"v":1}'
    assert open_order(order.encode(), device=SALLA, keys=KEYS) == b'{"v":1}'


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_every_envelope_comes_out_as_it_went_in(text: str) -> None:
    envelope = text.encode("utf-8", errors="replace")
    order = sign_order(envelope, device=SALLA, key=KEY)
    assert open_order(order, device=SALLA, keys=KEYS) == envelope


def test_an_order_for_another_device_is_refused() -> None:
    order = sign_order(b"{}", device=SALLA, key=KEY)
    with pytest.raises(NotProven, match="wrong_audience"):
        open_order(order, device="d-inari-01", keys=KEYS)


def test_an_order_of_a_strange_key_is_refused() -> None:
    stranger = OKPKey.generate_key("Ed25519")
    order = sign_order(b"{}", device=SALLA, key=stranger)
    with pytest.raises(NotProven, match="bad_signature"):
        open_order(order, device=SALLA, keys=KEYS)
    under_our_name = signed(HEADER, key=stranger)
    with pytest.raises(NotProven, match="bad_signature"):
        open_order(under_our_name, device=SALLA, keys=KEYS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"alg": "EdDSA"}, "bad_signature"),
        ({"alg": "ES256"}, "bad_signature"),
        ({"alg": "none"}, "bad_signature"),
        ({"alg": None}, "bad_signature"),
        ({"crit": ["exp"], "exp": 1}, "bad_signature"),
        ({"crit": ["b64"], "b64": False}, "bad_signature"),
        ({"crit": None}, "bad_signature"),
        ({"jwk": KEY.as_dict(private=False)}, "bad_signature"),
        ({"kid": NEXT_KEY.thumbprint()}, "bad_signature"),
        ({"kid": ["a", "list"]}, "bad_signature"),
        ({"typ": "JWT"}, "wrong_type"),
        ({"typ": "etapiste-key+jws"}, "wrong_type"),
    ],
    ids=lambda given: given if isinstance(given, str) else "+".join(given),
)
def test_no_header_chooses_what_is_done(changed: dict[str, Any], reason: str) -> None:
    assert open_order(signed(HEADER), device=SALLA, keys=KEYS) == b'{"v":1}'
    with pytest.raises(NotProven, match=reason):
        open_order(signed(HEADER | changed), device=SALLA, keys=KEYS)


@pytest.mark.parametrize("missing", ["alg", "kid", "typ"])
def test_a_header_must_be_whole(missing: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != missing}
    with pytest.raises(NotProven):
        open_order(signed(header), device=SALLA, keys=KEYS)


@pytest.mark.parametrize("claims", ["", "[]", "{}", '{"aud": 1, "msg": "x"}', "null"])
def test_signed_claims_of_another_form_are_malformed(claims: str) -> None:
    with pytest.raises(NotProven):
        open_order(signed(HEADER, claims), device=SALLA, keys=KEYS)


@settings(max_examples=300)
@given(st.data())
def test_an_order_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    order = sign_order(b'{"v":1}', device=SALLA, key=KEY)
    # The last character of a base64url part carries unused bits: the parts before it do not.
    place = data.draw(st.integers(0, len(order) - 2))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_.+/= \n"))
    if order[place] == letter or order[place + 1 : place + 2] in {".", ""}:
        return
    with pytest.raises(NotProven):
        open_order(order[:place] + letter + order[place + 1 :], device=SALLA, keys=KEYS)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_junk_is_no_order(junk: str | bytes) -> None:
    with pytest.raises(NotProven):
        open_order(junk, device=SALLA, keys=KEYS)


@settings(max_examples=300)
@given(
    header=st.dictionaries(
        st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk"]),
        st.sampled_from(["Ed25519", "EdDSA", ORDER_TYPE, KEY.thumbprint(), "x"])
        | st.none()
        | st.booleans()
        | st.lists(st.sampled_from(["b64", "exp"]), max_size=2),
    ),
    key=st.sampled_from([KEY, NEXT_KEY]),
)
def test_nothing_opens_here_that_joserfc_would_refuse(header: dict[str, Any], key: OKPKey) -> None:
    token = signed(HEADER | header, key=key)
    try:
        open_order(token, device=SALLA, keys=KEYS)
    except NotProven:
        return
    try:
        known = KeySet.import_key_set(BOTH)  # type: ignore[arg-type]
        opened = jws.deserialize_compact(token, known, algorithms=["Ed25519"])
    except (JoseError, ValueError) as refusal:
        pytest.fail(f"joserfc refuses it: {refusal!r}")
    assert opened.headers()["typ"] == ORDER_TYPE


def test_a_command_key_is_named_as_the_rfc_names_it() -> None:
    # RFC 8037, appendix A.2 and A.3.
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    keys = CommandKeys.read({"keys": [jwk | {"kid": "what somebody calls it"}]})
    assert list(keys.by_name) == ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]
    assert list(KEYS.by_name) == [KEY.thumbprint(), NEXT_KEY.thumbprint()]


def test_what_is_no_ed25519_key_is_no_command_key() -> None:
    others = [
        ECKey.generate_key("P-256").as_dict(private=False),
        {"kty": "OKP", "crv": "Ed25519", "x": "c2hvcnQ"},
        {"kty": "OKP", "crv": "Ed448", "x": "x"},
        "nothing",
    ]
    keys = CommandKeys.read({"keys": [*others, *BOTH["keys"]]})
    assert keys.by_name.keys() == KEYS.by_name.keys()
    assert not CommandKeys.read({}).by_name


def test_who_only_obeys_loads_neither_joserfc_nor_cryptography() -> None:
    script = "import sys, shared.orders; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "nacl.signing" in found
    assert not {"joserfc", "cryptography"} & set(found)
