"""Who vouches for a DTLS certificate of this device, and who checks the other side's?

Only a visit needs it; its libraries are loaded then.
"""

from collections.abc import Callable

from edge_agent.clock import Clock
from edge_agent.uplink.identity import Identity
from shared.identifiers import RoomId
from shared.orders import NotProven
from shared.rooms import Participant, Signal

_OWN = frozenset({Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT})


class DeviceProver:
    """`ports.Prover` with the device's own key; the identity may be renewed meanwhile."""

    def __init__(self, *, identity: Callable[[], Identity], clock: Clock) -> None:
        self._identity = identity
        self._clock = clock

    def statement(self) -> str:
        """The issuer's word about the device's key."""
        return self._identity().trust.key_statement

    def prove(
        self,
        *,
        room: RoomId,
        participant: Participant,
        towards: Participant,
        attempt: int,
        fingerprint: str,
    ) -> str:
        """Vouch for a DTLS certificate of one of the booth's two participants."""
        if participant not in _OWN:
            raise ValueError("a device vouches for its own participants only")
        from shared.signing import FingerprintProof, sign_fingerprint  # noqa: PLC0415 - see above

        proof = FingerprintProof(
            room=room,
            participant=participant,
            towards=towards,
            attempt=attempt,
            fingerprint=fingerprint,
            iat=int(self._clock.now().timestamp()),
        )
        return sign_fingerprint(proof, key=self._identity().key)

    def check(self, signal: Signal, *, fingerprint: str, sub: str) -> None:
        """Was ``fingerprint`` vouched for by the sender, for this room, pair and attempt?"""
        from shared.signing import Holder, open_fingerprint  # noqa: PLC0415 - see above

        proven = open_fingerprint(
            signal.proof,
            signal.statement,
            issuers=self._identity().issuers,
            now=self._clock.now(),
        )
        said = proven.proof
        if proven.holder is not Holder.STAFF:
            raise NotProven("wrong_holder")
        if sub and proven.sub != sub:
            raise NotProven("another_holder")
        if said.room != signal.room_id:
            raise NotProven("wrong_room")
        if (said.participant, said.towards) != (signal.sender, signal.receiver):
            raise NotProven("wrong_pair")
        if said.attempt != signal.attempt:
            raise NotProven("wrong_attempt")
        if said.fingerprint != fingerprint:
            raise NotProven("wrong_fingerprint")
