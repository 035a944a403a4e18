"""What does the printer itself say over IPP? Two questions of RFC 8011, in RFC 8010's encoding.

CUPS keeps what it last heard, also of a printer that was unplugged since; only the printer
knows how it is, whether it is still the same run of it, and what became of a job.
"""

import http.client
import ssl
import struct
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_GET_JOBS, _GET_PRINTER_ATTRIBUTES = 0x000A, 0x000B
_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_INTEGER, _ENUM, _URI, _CHARSET, _LANGUAGE, _KEYWORD = 0x21, 0x23, 0x45, 0x47, 0x48, 0x44
_DELIMITERS = range(0x10)
_MAX_ANSWER = 1_000_000
_JOBS_ASKED_FOR = 50

Value = int | str


@dataclass(frozen=True, slots=True)
class PrinterWord:
    """The printer about itself."""

    state: int  # 3 idle, 4 processing, 5 stopped
    reasons: tuple[str, ...]
    uuid: str
    up_time_s: int | None


@dataclass(frozen=True, slots=True)
class JobWord:
    """The printer about one of its jobs; its memory of jobs ends with its run."""

    state: int  # 9: completed
    sheets: int | None


class NoAnswer(Exception):
    """Nobody there, or nothing that could be understood."""


def ask_printer(uri: str, *, timeout_s: float) -> PrinterWord:
    """How it is now (Get-Printer-Attributes); raises `NoAnswer`."""
    wanted = ("printer-state", "printer-state-reasons", "printer-uuid", "printer-up-time")
    answer = _ask(uri, _GET_PRINTER_ATTRIBUTES, wanted, (), timeout_s=timeout_s)
    found: dict[str, list[Value]] = {}
    for group in answer:
        found |= group.values
    return PrinterWord(
        state=_number(found.get("printer-state")) or 0,
        reasons=tuple(str(value) for value in found.get("printer-state-reasons", ())),
        uuid=str(next(iter(found.get("printer-uuid", ())), "")),
        up_time_s=_number(found.get("printer-up-time")),
    )


def ask_job(uri: str, name: str, *, timeout_s: float) -> JobWord | None:
    """What became of the job that we gave this name (Get-Jobs); None: it knows none such."""
    wanted = (
        "job-name",
        "job-state",
        "job-media-sheets-completed",
        "job-impressions-completed",
    )
    for which in ("completed", "not-completed"):
        more = (
            _attribute(_KEYWORD, "which-jobs", which.encode()),
            _attribute(_INTEGER, "limit", struct.pack(">i", _JOBS_ASKED_FOR)),
        )
        for group in _ask(uri, _GET_JOBS, wanted, more, timeout_s=timeout_s):
            if group.tag == _JOB and group.values.get("job-name") == [name]:
                # We print on one side only: an impression is a sheet.
                sheets = _number(group.values.get("job-media-sheets-completed"))
                impressions = _number(group.values.get("job-impressions-completed"))
                return JobWord(
                    state=_number(group.values.get("job-state")) or 0,
                    sheets=impressions if sheets is None else sheets,
                )
    return None


@dataclass(slots=True)
class _Group:
    tag: int
    values: dict[str, list[Value]] = field(default_factory=dict)


def _ask(
    uri: str, operation: int, wanted: tuple[str, ...], more: tuple[bytes, ...], *, timeout_s: float
) -> list[_Group]:
    head = struct.pack(">BBHiB", 1, 1, operation, 1, _OPERATION)
    asked = _attribute(_KEYWORD, "requested-attributes", wanted[0].encode()) + b"".join(
        _attribute(_KEYWORD, "", name.encode()) for name in wanted[1:]
    )
    request = b"".join(
        (
            head,
            _attribute(_CHARSET, "attributes-charset", b"utf-8"),
            _attribute(_LANGUAGE, "attributes-natural-language", b"en"),
            _attribute(_URI, "printer-uri", uri.encode()),
            *more,
            asked,
            bytes([_END]),
        )
    )
    answer = _post(uri, request, timeout_s=timeout_s)
    try:
        return _read(answer)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise NoAnswer from None


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    written = name.encode()
    return struct.pack(f">BH{len(written)}sH", tag, len(written), written, len(value)) + value


def _post(uri: str, body: bytes, *, timeout_s: float) -> bytes:
    parts = urlsplit(uri)
    host, port = parts.hostname or "", parts.port or 631
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    if parts.scheme == "ipps":
        # Printers certify themselves; nothing secret is asked or told here.
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=trusting)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/ipp"})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise NoAnswer
        return answer.read(_MAX_ANSWER)
    except (OSError, http.client.HTTPException):
        raise NoAnswer from None
    finally:
        connection.close()


def _read(answer: bytes) -> list[_Group]:
    (status,) = struct.unpack_from(">H", answer, 2)
    if status >= 0x0100:  # noqa: PLR2004 - RFC 8011 §4.1.6: below are the successful ones
        raise NoAnswer
    groups: list[_Group] = []
    name, at = "", 8
    while answer[at] != _END:
        tag = answer[at]
        at += 1
        if tag in _DELIMITERS:
            groups.append(_Group(tag))
            continue
        (length,) = struct.unpack_from(">H", answer, at)
        at += 2
        if length:  # an empty name: one more value of the attribute before
            name = answer[at : at + length].decode()
        at += length
        (size,) = struct.unpack_from(">H", answer, at)
        at += 2
        groups[-1].values.setdefault(name, []).append(_value(tag, answer[at : at + size]))
        at += size
    return groups


def _value(tag: int, raw: bytes) -> Value:
    if tag in {_INTEGER, _ENUM}:
        return int(struct.unpack(">i", raw)[0])
    return raw.decode(errors="replace")


def _number(values: list[Value] | None) -> int | None:
    first = values[0] if values else None
    return first if isinstance(first, int) else None
