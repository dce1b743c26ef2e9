"""The journal's bytes: segment headers and record frames, packed and taken apart again. No files here.

Segment header: magic, schema version, first sequence, hash of the record before it, CRC-32 of all that.
Record frame: payload length, CRC-32 over (length, sequence), payload, SHA-256 of (previous hash, payload),
CRC-32 over (payload, hash). Integers little-endian.

The length has a check of its own, so that a flipped bit in it is damage and never looks like a torn tail.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from venue.domain import limits

GENESIS = sha256(b"venue journal, before the first record").digest()
MAGIC = b"VENUEJ\r\n"
HASH_BYTES = 32

_HEADER = Struct("<8sIQ32s")
_CRC = Struct("<I")
_FRAME_HEADER = Struct("<II")
_LENGTH_CHECK = Struct("<IQ")

HEADER_BYTES = _HEADER.size + _CRC.size
FRAME_HEADER_BYTES = _FRAME_HEADER.size
TRAILER_BYTES = HASH_BYTES + _CRC.size
FRAME_OVERHEAD_BYTES = FRAME_HEADER_BYTES + TRAILER_BYTES


class JournalDamaged(Exception):
    """Bytes of the journal are not what was written. offset: where in file; sequence: of the record there."""

    def __init__(self, file: Path, offset: int, sequence: int, what: str) -> None:
        super().__init__(f"{file}: offset {offset}, sequence {sequence}: {what}")
        self.file = file
        self.offset = offset
        self.sequence = sequence
        self.what = what

    def __reduce__(self) -> tuple[type["JournalDamaged"], tuple[Path, int, int, str]]:
        return JournalDamaged, (self.file, self.offset, self.sequence, self.what)


class SegmentHeader(NamedTuple):
    version: int
    first_sequence: int
    previous_hash: bytes


class Frames(NamedTuple):
    """What split found. fault: why it stopped; "" where the bytes or the sequences asked for ran out."""

    payloads: list[bytes]
    consumed: int
    last_hash: bytes
    fault: str


def pack_header(header: SegmentHeader) -> bytes:
    body = _HEADER.pack(MAGIC, *header)
    return body + _CRC.pack(crc32(body))


def unpack_header(data: bytes) -> SegmentHeader | str:
    """The header, or what is wrong with it."""
    if len(data) < HEADER_BYTES:
        return "the segment header is cut short"
    if _CRC.unpack_from(data, _HEADER.size)[0] != crc32(data[: _HEADER.size]):
        return "the segment header fails its CRC"
    magic, version, first_sequence, previous_hash = _HEADER.unpack_from(data)
    if magic != MAGIC:
        return "not a journal segment"
    return SegmentHeader(version, first_sequence, previous_hash)


def pack_frames(parts: list[bytes], payloads: Iterable[bytes], sequence: int, last_hash: bytes) -> tuple[int, bytes]:
    """Adds the frames of payloads, numbered after sequence, to parts. Returns the last sequence and hash."""
    add, pack_check, pack_frame, pack_crc = parts.extend, _LENGTH_CHECK.pack, _FRAME_HEADER.pack, _CRC.pack
    for payload in payloads:
        length = len(payload)
        if length > limits.MAX_RECORD_BYTES:
            raise ValueError(f"a record of {length} bytes is above the limit of {limits.MAX_RECORD_BYTES}")
        sequence += 1
        last_hash = sha256(last_hash + payload).digest()
        head = pack_frame(length, crc32(pack_check(length, sequence)))
        add((head, payload, last_hash, pack_crc(crc32(last_hash, crc32(payload)))))
    return sequence, last_hash


def split(data: bytes, sequence: int, count: int, last_hash: bytes | None) -> Frames:
    """Takes up to count frames from data; the first has the number sequence.

    last_hash: of the record before, to check the chain; None: CRCs alone are checked.
    """
    payloads: list[bytes] = []
    unpack_frame, pack_check, unpack_crc = _FRAME_HEADER.unpack_from, _LENGTH_CHECK.pack, _CRC.unpack_from
    position, size, chain, fault = 0, len(data), last_hash or b"", ""
    for number in range(sequence, sequence + count):
        body = position + FRAME_HEADER_BYTES
        if body > size:
            break
        length, check = unpack_frame(data, position)
        if check != crc32(pack_check(length, number)):
            fault = "the record's length and number fail their CRC"
            break
        hash_at = body + length
        crc_at = hash_at + HASH_BYTES
        if crc_at + 4 > size:
            break
        payload, digest = data[body:hash_at], data[hash_at:crc_at]
        if unpack_crc(data, crc_at)[0] != crc32(digest, crc32(payload)):
            fault = "the record fails its CRC"
            break
        if last_hash is not None and sha256(chain + payload).digest() != digest:
            fault = "the record does not follow from the one before it: the hash chain is broken"
            break
        chain = digest
        payloads.append(payload)
        position = crc_at + 4
    return Frames(payloads, position, chain, fault)


def frame_bytes(data: bytes) -> int:
    """The size of the frame that data begins with, whose header is whole and good."""
    length: int = _FRAME_HEADER.unpack_from(data)[0]
    return length + FRAME_OVERHEAD_BYTES


def is_torn(rest: bytes, sequence: int, last_hash: bytes) -> bool:
    """Whether rest, from a record's start to the end of the last file, is what an unfinished write leaves.

    True: the file ends inside the frame, or nothing but zeros follow some point in it. One flipped
    byte of a whole record never looks like that.
    """
    written = rest.rstrip(b"\0")
    if len(rest) < FRAME_HEADER_BYTES or len(written) < FRAME_HEADER_BYTES:
        return True
    length, check = _FRAME_HEADER.unpack_from(rest)
    if check != crc32(_LENGTH_CHECK.pack(length, sequence)):
        return False
    trailer_at = FRAME_HEADER_BYTES + length
    end = trailer_at + TRAILER_BYTES
    if len(rest) < end or len(written) <= trailer_at:
        return True
    if len(written) > end:
        return False
    # The payload is whole, so the trailer it should have is known: a single wrong byte is damage.
    parts: list[bytes] = []
    pack_frames(parts, [rest[FRAME_HEADER_BYTES:trailer_at]], sequence - 1, last_hash)
    expected = b"".join(parts[2:])
    zeroed = len(written) - trailer_at
    missing = len(expected[zeroed:].replace(b"\0", b""))
    return rest[trailer_at : trailer_at + zeroed] == expected[:zeroed] and missing >= 2
