"""Segment files, read-only: which there are, where a sequence stands in them, and the walk along the hash chain.

Readers need no lock: a writer only ever appends, and a new segment appears under its name whole.
"""

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from venue.sequencer import codec
from venue.sequencer.frames import (
    FRAME_HEADER_BYTES,
    GENESIS,
    HEADER_BYTES,
    JournalDamaged,
    SegmentHeader,
    frame_bytes,
    is_torn,
    split,
    unpack_header,
)

SUFFIX = ".journal"
CHUNK_BYTES = 256 << 10
# One index entry (16 bytes) for so many bytes of journal, at most.
INDEX_SPACING_BYTES = 128 << 10


class SchemaTooNew(Exception):
    """A file was written by a newer version of the venue; only an upgrade can read it."""

    def __init__(self, file: Path, version: int) -> None:
        super().__init__(
            f"{file}: schema version {version} is newer than {codec.SCHEMA_VERSION}, the newest that this version of "
            "the venue reads: upgrade the venue"
        )
        self.file = file
        self.version = version

    def __reduce__(self) -> tuple[type["SchemaTooNew"], tuple[Path, int]]:
        return SchemaTooNew, (self.file, self.version)


class Segment:
    """One segment file. size: the bytes of it that may be read; grows only with what is durable."""

    __slots__ = ("_offsets", "_sequences", "first_sequence", "path", "previous_hash", "size", "version")

    def __init__(self, path: Path, header: SegmentHeader, size: int) -> None:
        self.path = path
        self.version, self.first_sequence, self.previous_hash = header
        self.size = size
        self._sequences = array("Q", [self.first_sequence])
        self._offsets = array("Q", [HEADER_BYTES])

    def note(self, sequence: int, offset: int) -> None:
        """Remembers where a record begins, unless a place near enough is known."""
        if offset >= self._offsets[-1] + INDEX_SPACING_BYTES:
            self._sequences.append(sequence)
            self._offsets.append(offset)

    def near(self, sequence: int) -> tuple[int, int]:
        """The last known (sequence, offset) at or before sequence."""
        place = bisect_right(self._sequences, sequence) - 1
        return self._sequences[place], self._offsets[place]


class Batch(NamedTuple):
    """Checked records, consecutive from sequence. Payloads are in today's schema, whatever the file's."""

    sequence: int
    payloads: list[bytes]


def segment_path(directory: Path, first_sequence: int) -> Path:
    return directory / f"{first_sequence:020d}{SUFFIX}"


def list_segments(directory: Path) -> list[Segment]:
    """All segments by first sequence, their headers checked. Raises JournalDamaged or SchemaTooNew."""
    segments = [open_segment(path) for path in sorted(directory.glob(f"*{SUFFIX}"))]
    if segments and (segments[0].first_sequence, segments[0].previous_hash) != (1, GENESIS):
        raise JournalDamaged(
            segments[0].path, 0, 1, "the journal does not begin with this segment: the first is missing"
        )
    return segments


def open_segment(path: Path) -> Segment:
    with path.open("rb") as file:
        header = unpack_header(file.read(HEADER_BYTES))
        size = os.fstat(file.fileno()).st_size
    named = int(path.stem) if path.stem.isdecimal() else 0
    if isinstance(header, str):
        raise JournalDamaged(path, 0, named, header)
    if header.first_sequence != named:
        raise JournalDamaged(path, 0, named, f"the file's header says that it begins with {header.first_sequence}")
    if header.version > codec.SCHEMA_VERSION:
        raise SchemaTooNew(path, header.version)
    return Segment(path, header, size)


def holding(segments: list[Segment], sequence: int) -> int:
    """The place in segments of the one that holds sequence, or would."""
    return max(0, bisect_right(segments, sequence, key=lambda segment: segment.first_sequence) - 1)


def upcast(segment: Segment, payloads: list[bytes]) -> list[bytes]:
    if segment.version == codec.SCHEMA_VERSION:
        return payloads
    return [codec.upcast_payload(segment.version, payload) for payload in payloads]


def read_exactly(file: int, offset: int, size: int, segment: Segment, sequence: int) -> bytes:
    """size bytes of a segment at offset. Raises JournalDamaged where they cannot be read."""
    try:
        data = os.pread(file, size, offset)
    except OSError as error:
        raise JournalDamaged(segment.path, offset, sequence, f"cannot be read: {error.strerror}") from error
    if len(data) < size:
        raise JournalDamaged(segment.path, offset, sequence, f"{size} bytes were expected, {len(data)} are there")
    return data


class ChainWalk:
    """Walks segments from a sequence on and checks every byte: CRCs and the whole chain.

    sequence, hash: of the last record walked over; before the first batch, of the one before from_sequence.
    torn_bytes: known at the end; what follows the last whole record in the last file, left by an unfinished write.
    Raises JournalDamaged. Starting amid a segment walks over what precedes, to know the hash there.
    """

    def __init__(self, segments: list[Segment], from_sequence: int = 1) -> None:
        self._segments = segments[holding(segments, from_sequence) :]
        self._start = from_sequence
        first = self._segments[0]
        self.sequence, self.hash = first.first_sequence - 1, first.previous_hash
        self.torn_bytes = 0
        self.end = HEADER_BYTES
        self._batches = self._walk()
        while self.sequence < from_sequence - 1 and (batch := next(self._batches, None)) is not None:
            assert batch.sequence < from_sequence

    @property
    def bytes_left(self) -> int:
        """How much is still to be walked over, before the first batch is asked for."""
        return sum(segment.size for segment in self._segments) - self.end

    def __iter__(self) -> Iterator[Batch]:
        return self._batches

    def _walk(self) -> Iterator[Batch]:
        for segment in self._segments:
            if (segment.first_sequence, segment.previous_hash) != (self.sequence + 1, self.hash):
                what = (
                    f"the segment does not follow from record {self.sequence}: one is missing, changed or out of order"
                )
                raise JournalDamaged(segment.path, 0, self.sequence + 1, what)
            yield from self._walk_segment(segment, segment is self._segments[-1])

    def _walk_segment(self, segment: Segment, last: bool) -> Iterator[Batch]:
        self.end, want = HEADER_BYTES, CHUNK_BYTES
        file = os.open(segment.path, os.O_RDONLY)
        try:
            while self.end < segment.size:
                sequence = self.sequence + 1
                data = read_exactly(file, self.end, min(want, segment.size - self.end), segment, sequence)
                want = CHUNK_BYTES
                segment.note(sequence, self.end)
                count = self._start - sequence if sequence < self._start else len(data)
                payloads, consumed, self.hash, fault = split(data, sequence, count, self.hash)
                self.sequence += len(payloads)
                self.end += consumed
                if payloads:
                    yield Batch(sequence, upcast(segment, payloads))
                elif not fault and self.end + len(data) < segment.size and len(data) >= FRAME_HEADER_BYTES:
                    want = frame_bytes(data)
                if fault or (not payloads and self.end + len(data) >= segment.size):
                    self._end_or_damage(segment, file, last, fault)
                    return
        finally:
            os.close(file)

    def _end_or_damage(self, segment: Segment, file: int, last: bool, fault: str) -> None:
        rest = read_exactly(file, self.end, segment.size - self.end, segment, self.sequence + 1)
        if not last or not is_torn(rest, self.sequence + 1, self.hash):
            what = fault or "the segment ends inside a record"
            raise JournalDamaged(segment.path, self.end, self.sequence + 1, what)
        self.torn_bytes = len(rest)
