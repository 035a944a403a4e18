"""How is a document put together from its frames? In memory only, and within its limits.

What is here outlives a connection: on the next one the receiver says from where to go on.
"""

import hashlib
from dataclasses import dataclass, field

from shared.documents import MAX_DOCUMENT, Announced, TransferReceived, read_frame
from shared.envelope import NotUnderstood
from shared.identifiers import JobId, TransferId

AT_ONCE = 2
TELL_EVERY = 512 * 1024


@dataclass(slots=True)
class _Coming:
    job: JobId
    announced: Announced
    data: bytearray = field(default_factory=bytearray)
    told: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    """A document that is all here and has the digest that was announced."""

    job: JobId
    transfer: TransferId
    document: bytes


class DocumentReceiver:
    """What is coming into one room."""

    def __init__(self) -> None:
        self._coming: dict[TransferId, _Coming] = {}

    def expect(self, job: JobId, announced: Announced) -> TransferReceived:
        """A document is announced; the answer says from where to send it, or why not."""
        transfer = announced.transfer_id
        if announced.size > MAX_DOCUMENT:
            return _word(transfer, 0, reason="too_large")
        known = self._coming.get(transfer)
        if known is not None and known.announced == announced:
            return _word(transfer, len(known.data))
        # The same job sent anew, by a page that was loaded again, replaces what it had begun.
        self._coming = {one: coming for one, coming in self._coming.items() if coming.job != job}
        if len(self._coming) >= AT_ONCE:
            return _word(transfer, 0, reason="too_many_transfers")
        self._coming[transfer] = _Coming(job, announced)
        return _word(transfer, 0)

    def take(self, message: bytes) -> tuple[TransferReceived | None, Whole | None]:
        """One frame; what to answer, and the document when it is whole."""
        try:
            transfer, offset, chunk = read_frame(message)
        except NotUnderstood:
            return None, None
        coming = self._coming.get(transfer)
        # Frames come in order: a gap belongs to a run that was given up, a repeat is no news.
        news = b"" if coming is None else chunk[max(0, len(coming.data) - offset) :]
        if coming is None or not news or offset > len(coming.data):
            return None, None
        if len(coming.data) + len(news) > coming.announced.size:
            return self._fail(transfer, "too_long"), None
        coming.data += news
        here = len(coming.data)
        if here == coming.announced.size:
            return self._finish(transfer, coming)
        if here - coming.told < TELL_EVERY:
            return None, None
        coming.told = here
        return _word(transfer, here), None

    def resume(self) -> list[TransferReceived]:
        """After a new connection: from where each unfinished document goes on."""
        return [_word(transfer, len(coming.data)) for transfer, coming in self._coming.items()]

    def refuse(self, transfer: TransferId, reason: str) -> TransferReceived:
        """It is not wanted after all."""
        return self._fail(transfer, reason)

    def drop_job(self, job: JobId) -> list[TransferReceived]:
        """The job was cancelled."""
        ids = [transfer for transfer, coming in self._coming.items() if coming.job == job]
        return [self._fail(transfer, "cancelled") for transfer in ids]

    def forget(self) -> None:
        """The room is closed."""
        self._coming.clear()

    def _finish(
        self, transfer: TransferId, coming: _Coming
    ) -> tuple[TransferReceived, Whole | None]:
        document = bytes(coming.data)
        if hashlib.sha256(document).hexdigest() != coming.announced.sha256:
            return self._fail(transfer, "wrong_digest"), None
        del self._coming[transfer]
        whole = Whole(job=coming.job, transfer=transfer, document=document)
        return _word(transfer, len(document), whole=True), whole

    def _fail(self, transfer: TransferId, reason: str) -> TransferReceived:
        coming = self._coming.pop(transfer, None)
        return _word(transfer, len(coming.data) if coming else 0, reason=reason)


def _word(
    transfer: TransferId, offset: int, *, whole: bool = False, reason: str = ""
) -> TransferReceived:
    return TransferReceived(transfer_id=transfer, offset=offset, whole=whole, reason=reason)
