"""FIX on a byte stream: where a message ends, and how one is written.

Source: FIX 4.4 volume 1, message format: 8=, 9= and 35= first, in this order; BodyLength(9) counts from the
byte after its own SOH up to the SOH before 10=.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from venue.domain.limits import MAX_BODY_BYTES

SOH = "\x01"
REFUSED = "VENUE-REFUSED"
_HEAD = re.compile(rb"8=(FIX\.\d\.\d|FIXT\.1\.1)\x019=(\d{1,9})\x01")
_TRAILER = re.compile(rb"10=\d{3}\x01")
_TRAILER_BYTES = 7
_LONGEST_HEAD = 32


class Piece(Enum):
    """What stands at the front of a buffer."""

    MESSAGE = auto()
    GARBLED = auto()
    OVERSIZED = auto()
    INCOMPLETE = auto()


class Found(NamedTuple):
    """piece, and how many bytes of the buffer it takes (for OVERSIZED: the bytes of the whole message)."""

    piece: Piece
    end: int


def find(buffer: bytes, start: int) -> Found:
    """What stands at start: a well framed message, or bytes that belong to none."""
    head = _HEAD.match(buffer, start)
    if head is None:
        rest = len(buffer) - start
        if rest < _LONGEST_HEAD and _may_become_head(buffer[start:]):
            return Found(Piece.INCOMPLETE, start)
        return Found(Piece.GARBLED, _next_head(buffer, start + 1))
    length = int(head[2])
    end = head.end() + length + _TRAILER_BYTES
    if length > MAX_BODY_BYTES:
        return Found(Piece.OVERSIZED, end)
    if end > len(buffer):
        return Found(Piece.INCOMPLETE, start)
    if buffer[end - _TRAILER_BYTES - 1] != 1 or not _TRAILER.match(buffer, end - _TRAILER_BYTES):
        return Found(Piece.GARBLED, _next_head(buffer, head.end()))
    return Found(Piece.MESSAGE, end)


def checksum(data: bytes) -> int:
    return sum(data) & 0xFF


def message(fields: Iterable[tuple[int, str]], begin_string: str = "FIX.4.4") -> bytes:
    """A whole message with BodyLength and CheckSum. fields start with 35."""
    body = "".join(f"{tag}={value}{SOH}" for tag, value in fields).encode("ascii", "replace")
    head = f"8={begin_string}{SOH}9={len(body)}{SOH}".encode() + body
    return head + f"10={checksum(head):03d}{SOH}".encode()


def refused(fields: dict[int, str], reason: int, tag: str, text: str) -> bytes:
    """What the front door passes on in the place of a message that it does not: a News (B) with the message's header,
    and a Headline(148) by which the gateway rejects it. reason, tag: SessionRejectReason(373), RefTagID(371)."""
    kept = [(kept_tag, fields[kept_tag]) for kept_tag in (49, 56, 34, 52, 43, 122) if kept_tag in fields]
    headline = f"{REFUSED} {fields.get(35, 'B')} {reason} {tag} {text}"
    return message([(35, "B"), *kept, (148, headline)], fields.get(8, "FIX.4.4"))


def fields_of(data: bytes) -> dict[int, str]:
    """Tag to value of a message without repeated tags; what is not tag=value is left out."""
    fields: dict[int, str] = {}
    for part in data.split(b"\x01"):
        tag, equals, value = part.partition(b"=")
        if equals and tag.isdigit() and len(tag) < 10:
            fields.setdefault(int(tag), value.decode("ascii", "replace"))
    return fields


def _next_head(buffer: bytes, start: int) -> int:
    found = buffer.find(b"8=FIX", start)
    if found >= 0:
        return found
    for keep in range(4, 0, -1):
        if buffer.endswith(b"8=FIX"[:keep]):
            return max(start, len(buffer) - keep)
    return len(buffer)


def _may_become_head(rest: bytes) -> bool:
    return (
        re.fullmatch(
            rb"8?|8=(F|FI|FIX|FIX\.|FIX\.\d|FIX\.\d\.|FIX\.\d\.\d|FIXT[.1]{0,4})?"
            rb"|8=(FIX\.\d\.\d|FIXT\.1\.1)\x01(9|9=\d{0,9})?",
            rest,
        )
        is not None
    )
