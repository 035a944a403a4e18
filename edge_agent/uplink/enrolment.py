"""How does a device get its certificate, keep it fresh, and fetch what is too large for MQTT?

All of it over the one HTTPS endpoint of the control plane. At first the claim's secret proves
who we are, later our own certificate.
"""

import hashlib
import json
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
from pydantic import SecretStr, ValidationError

from edge_agent.clock import Clock
from edge_agent.errors import ConfigurationError, Offline
from edge_agent.uplink import certificates, tls
from edge_agent.uplink import identity as identities
from edge_agent.uplink.identity import Bundle, Identity, Mqtt, Trust
from shared.envelope import Wire
from shared.identifiers import DeviceName
from shared.twin import Catalogue

RENEW_BEFORE_END = timedelta(days=10)  # certificates live for 30 days: renewed at 20
_ANSWER = aiohttp.ClientTimeout(total=20)
_LARGEST_ANSWER = 4 * 1024 * 1024

W = TypeVar("W", bound=Wire)


class Claim(Wire):
    """The file that support made for this device; it is good for one enrolment."""

    claim_id: str
    secret: SecretStr
    device: DeviceName
    endpoint: str
    service_ca_pem: str


class _Given(Wire):
    """What the endpoint answers to an enrolment or a renewal."""

    device: DeviceName
    certificate_pem: str
    chain_pem: str
    bundle: Bundle
    key_statement: str
    mqtt: Mqtt


class _TrustGiven(Wire):
    """The same without a certificate."""

    device: DeviceName
    bundle: Bundle
    key_statement: str
    mqtt: Mqtt


def read_claim(file: Path) -> Claim:
    """The claim in a file, or `ConfigurationError`."""
    try:
        return Claim.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigurationError(f"the claim {file} cannot be read") from error


async def enrol(claim: Claim, *, state_dir: Path, clock: Clock) -> Identity:
    """Swap a claim for a certificate; the key is made here. The claim is used up then."""
    made = await certificates.new_key(claim.device)
    secure = tls.context(service_ca_pem=claim.service_ca_pem, clock=clock, pem=None)
    answer = await _ask(
        secure,
        "POST",
        claim.endpoint.rstrip("/") + "/device/v1/enrol",
        {
            "claim_id": claim.claim_id,
            "secret": claim.secret.get_secret_value(),
            "csr_pem": made.csr_pem,
        },
    )
    given = _read(_Given, answer)
    if given.device != claim.device:
        raise ConfigurationError("the control plane named another device than the claim does")
    return await _keep(state_dir, made.key_pem, given, endpoint=claim.endpoint)


def due_for_renewal(identity: Identity, *, now: datetime) -> bool:
    """Is it time for a fresh certificate?"""
    return now >= identity.not_after - RENEW_BEFORE_END


async def renew(identity: Identity, *, state_dir: Path, clock: Clock) -> Identity:
    """A new key and a new certificate, proven by the present one."""
    made = await certificates.new_key(identity.device)
    answer = await _ask(
        _own_context(identity, clock),
        "POST",
        identity.trust.endpoint.rstrip("/") + "/device/v1/renew",
        {"csr_pem": made.csr_pem},
    )
    given = _read(_Given, answer)
    if given.device != identity.device:
        raise ConfigurationError("the control plane renewed another device's certificate")
    return await _keep(state_dir, made.key_pem, given, endpoint=identity.trust.endpoint)


async def refresh_trust(identity: Identity, *, state_dir: Path, clock: Clock) -> Identity:
    """Fetch the keys that may command and certify now; they rotate with an overlap."""
    answer = await _ask(
        _own_context(identity, clock),
        "GET",
        identity.trust.endpoint.rstrip("/") + "/device/v1/bundle",
    )
    given = _read(_TrustGiven, answer)
    trust = Trust(
        device=identity.device,
        endpoint=identity.trust.endpoint,
        bundle=given.bundle,
        key_statement=_statement(identity, given),
        mqtt=given.mqtt,
        certificate_until=identity.not_after,
    )
    if trust == identity.trust:
        return identity
    identities.store_trust(state_dir, identity, trust)
    return _loaded(state_dir)


def _statement(identity: Identity, given: _TrustGiven) -> str:
    """The kept one as long as it still says the same: each signature looks different."""
    kept = identity.trust.key_statement
    same_words = kept.rpartition(".")[0] == given.key_statement.rpartition(".")[0]
    if same_words and given.bundle.issuers == identity.trust.bundle.issuers:
        return kept
    return given.key_statement


async def fetch_catalogue(identity: Identity, sha256: str, *, clock: Clock) -> Catalogue:
    """The catalogue with this digest, or `Offline` when it cannot be had as it must be."""
    answer = await _ask(
        _own_context(identity, clock),
        "GET",
        identity.trust.endpoint.rstrip("/") + f"/device/v1/catalogue/{sha256}",
    )
    if hashlib.sha256(answer).hexdigest() != sha256:
        raise Offline("catalogue_digest")
    return _read(Catalogue, answer)


def _own_context(identity: Identity, clock: Clock) -> ssl.SSLContext:
    return tls.context(
        service_ca_pem=identity.trust.bundle.service_ca_pem, clock=clock, pem=identity.pem
    )


async def _keep(state_dir: Path, key_pem: str, given: _Given, *, endpoint: str) -> Identity:
    until = await certificates.end_of(given.certificate_pem)
    identities.store(
        state_dir,
        key_pem=key_pem.encode(),
        certificate_pem=given.certificate_pem,
        chain_pem=given.chain_pem,
        trust=Trust(
            device=given.device,
            endpoint=endpoint,
            bundle=given.bundle,
            key_statement=given.key_statement,
            mqtt=given.mqtt,
            certificate_until=until,
        ),
    )
    return _loaded(state_dir)


def _loaded(state_dir: Path) -> Identity:
    loaded = identities.load(state_dir)
    if loaded is None:
        raise ConfigurationError("the identity could not be written")
    return loaded


async def _ask(
    secure: ssl.SSLContext, method: str, url: str, body: dict[str, str] | None = None
) -> bytes:
    try:
        async with (
            aiohttp.ClientSession(timeout=_ANSWER, trust_env=False) as session,
            session.request(method, url, json=body, ssl=secure, allow_redirects=False) as answer,
        ):
            content = await answer.content.read(_LARGEST_ANSWER + 1)
            while not answer.content.at_eof() and len(content) <= _LARGEST_ANSWER:
                content += await answer.content.read(_LARGEST_ANSWER + 1 - len(content))
            if answer.status >= 500:  # noqa: PLR2004 - a server's own trouble, RFC 9110 §15.6
                raise Offline(f"status_{answer.status}")
            if answer.status != 200:  # noqa: PLR2004
                raise ConfigurationError(f"the control plane refused: {_code(content)}")
            if len(content) > _LARGEST_ANSWER:
                raise Offline("answer_too_large")
            return content
    except (TimeoutError, aiohttp.ClientError, OSError) as trouble:
        raise Offline(type(trouble).__name__) from trouble


def _code(content: bytes) -> str:
    try:
        return str(json.loads(content)["code"])[:64]
    except (ValueError, KeyError, TypeError):
        return "no code given"


def _read(kind: type[W], content: bytes) -> W:
    try:
        return kind.model_validate_json(content)
    except ValidationError:
        raise Offline("answer_not_understood") from None
