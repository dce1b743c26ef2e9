"""The journal: numbered records in segment files, written in batches, each batch durable before it is told.

One writer at a time, kept by a lock on the directory. After any failed write or fsync the journal takes
nothing more: what the kernel then holds of the file is unknown, so the process must stop and recover.
"""

import errno
import fcntl
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from venue.domain import limits
from venue.sequencer import codec
from venue.sequencer.cursor import Durable, JournalCursor
from venue.sequencer.frames import GENESIS, HEADER_BYTES, JournalDamaged, SegmentHeader, pack_frames, pack_header
from venue.sequencer.segments import ChainWalk, SchemaTooNew, Segment, list_segments, open_segment, segment_path

__all__ = ["Journal", "JournalCursor", "JournalDamaged", "JournalFailed", "JournalLocked", "SchemaTooNew"]

log = logging.getLogger("venue.sequencer")

_UNFINISHED = ".unfinished"


class JournalFailed(Exception):
    """A write or fsync failed; the journal takes nothing more. Nothing since the last good commit may be told."""


class JournalLocked(Exception):
    """Another process, or this one, has the journal open for writing."""


class Journal:
    """The one writer. Sequences begin with 1; payloads are records as codec.encode gives them.

        journal = Journal.open(directory)
        journal.append(payloads)   # numbers, hashes and buffers them
        journal.commit()           # one write, one fdatasync: now they may be told

    last_sequence, last_hash: of the last durable record; 0 and the genesis hash when there is none.
    appended_sequence: of the last record appended, durable or not.
    """

    def __init__(self, directory: Path, lock: int) -> None:
        self.directory = directory
        self.last_sequence = 0
        self.last_hash = GENESIS
        self.appended_sequence = 0
        self._lock = lock
        self._file = -1
        self._failure = ""
        self._appended_hash = GENESIS
        self._parts: list[bytes] = []
        self._durable = Durable([], 0)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Locks the directory (made where missing), checks the last segment, cuts off a torn tail with a warning.

        Raises JournalLocked, JournalDamaged, SchemaTooNew, or JournalFailed where the disk refuses.
        """
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise JournalLocked(f"{directory}: the journal is open in another process") from None
        journal = cls(directory, lock)
        try:
            journal._recover_last_segment()
        except BaseException:
            journal.close()
            raise
        return journal

    @property
    def failure(self) -> str:
        """Why the journal takes nothing more; "" while it is well."""
        return self._failure

    def append(self, payloads: Iterable[bytes]) -> int:
        """Numbers and buffers records, all or none; durable only after commit. Returns appended_sequence.

        Raises JournalFailed; ValueError for a record above limits.MAX_RECORD_BYTES.
        """
        self._refuse_if_failed()
        parts: list[bytes] = []
        self.appended_sequence, self._appended_hash = pack_frames(
            parts, payloads, self.appended_sequence, self._appended_hash
        )
        self._parts += parts
        return self.appended_sequence

    def commit(self) -> int:
        """Writes all that was appended, as one write, and waits until the disk has it. Returns last_sequence.

        Raises JournalFailed; then nothing appended since the last good commit counts.
        """
        self._refuse_if_failed()
        if not self._parts:
            return self.last_sequence
        data = b"".join(self._parts)
        self._parts.clear()
        segment = self._durable.segments[-1]
        try:
            if segment.size + len(data) > limits.SEGMENT_BYTES and segment.size > HEADER_BYTES:
                segment = self._begin_segment()
            segment.note(self.last_sequence + 1, segment.size)
            _write_all(self._file, data)
            os.fdatasync(self._file)
        except OSError as error:
            raise self._fail(error) from error
        segment.size += len(data)
        self.last_sequence, self.last_hash = self.appended_sequence, self._appended_hash
        self._durable.last_sequence = self.last_sequence
        return self.last_sequence

    def cursor(self, from_sequence: int) -> JournalCursor:
        """A reader of the durable records from a sequence on, which may still lie in the future."""
        return JournalCursor(self._durable, from_sequence)

    def walk(self, from_sequence: int = 1) -> ChainWalk:
        """The durable records from a sequence on in checked batches, with the hash of the record before them."""
        return ChainWalk(self._durable.segments, from_sequence)

    def records(self, from_sequence: int = 1) -> Iterator[tuple[int, bytes]]:
        """(sequence, payload) of the durable records, CRCs and chain checked. Raises JournalDamaged."""
        for sequence, payloads in self.walk(from_sequence):
            yield from enumerate(payloads, sequence)

    def close(self) -> None:
        """Releases file and lock. What was appended and not committed is dropped."""
        self._failure = self._failure or "the journal is closed"
        self._parts.clear()
        for file in (self._file, self._lock):
            if file >= 0:
                os.close(file)
        self._file = self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _refuse_if_failed(self) -> None:
        if self._failure:
            raise JournalFailed(self._failure)

    def _fail(self, error: OSError) -> JournalFailed:
        self._failure = f"{self.directory}: the journal cannot be written: {error.strerror or error}"
        log.error("%s", self._failure)
        return JournalFailed(self._failure)

    def _recover_last_segment(self) -> None:
        for path in self.directory.glob(f"*{_UNFINISHED}"):
            path.unlink()
        segments = self._durable.segments
        segments += list_segments(self.directory)
        try:
            if segments:
                self._settle(segments[-1])
                self._check_last_segment()
            if not segments or segments[-1].version < codec.SCHEMA_VERSION:
                self._begin_segment()
        except OSError as error:
            raise self._fail(error) from error

    def _settle(self, segment: Segment) -> None:
        """Makes what is read from here on be what the disk has, not what memory kept of a write that failed."""
        self._file = os.open(segment.path, os.O_RDWR | os.O_APPEND)
        os.fsync(self._file)
        os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_DONTNEED)
        segment.size = os.fstat(self._file).st_size

    def _check_last_segment(self) -> None:
        segments = self._durable.segments
        segment = segments[-1]
        walk = ChainWalk(segments, segment.first_sequence)
        for _ in walk:
            pass
        if walk.torn_bytes:
            log.warning(
                "%s: offset %d, sequence %d: cut off %d bytes of a write that never finished",
                *(segment.path, walk.end, walk.sequence + 1, walk.torn_bytes),
            )
            os.ftruncate(self._file, walk.end)
            os.fsync(self._file)
        segment.size = walk.end
        self.last_sequence = self.appended_sequence = self._durable.last_sequence = walk.sequence
        self.last_hash = self._appended_hash = walk.hash

    def _begin_segment(self) -> Segment:
        """Starts the next segment file; it appears under its name whole and durable, or not at all."""
        header = SegmentHeader(codec.SCHEMA_VERSION, self.last_sequence + 1, self.last_hash)
        path = segment_path(self.directory, header.first_sequence)
        unfinished = path.with_suffix(_UNFINISHED)
        file = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        try:
            _write_all(file, pack_header(header))
            os.fsync(file)
            unfinished.rename(path)
            sync_directory(self.directory)
        except OSError:
            os.close(file)
            raise
        if self._file >= 0:
            os.close(self._file)
        self._file = file
        segments = self._durable.segments
        if segments and segments[-1].path == path:
            segments.pop()
        segments.append(open_segment(path))
        return segments[-1]


def sync_directory(directory: Path) -> None:
    """Makes the names in a directory durable."""
    file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    """One write; a short one is a failure, and its rest is not tried: the kernel would not take it."""
    written = os.write(file, data)
    if written < len(data):
        raise OSError(errno.EIO, f"short write, {written} of {len(data)} bytes: is the disk full?")
