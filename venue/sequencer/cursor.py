"""A reader's place in the journal: it follows the durable records from any sequence on, chunk by chunk."""

import os
from types import TracebackType
from typing import Self

from venue.sequencer.frames import FRAME_HEADER_BYTES, HEADER_BYTES, JournalDamaged, frame_bytes, split
from venue.sequencer.segments import Segment, holding, read_exactly, upcast

# How far one read looks for the place to begin, so that no reader stops the process for long.
SEEK_BYTES = 4 << 20


class Durable:
    """What readers may see of a journal: its segments up to their durable sizes, and the last durable sequence."""

    __slots__ = ("last_sequence", "segments")

    def __init__(self, segments: list[Segment], last_sequence: int) -> None:
        self.segments = segments
        self.last_sequence = last_sequence


class JournalCursor:
    """Reads payloads of durable records, in order. Made by Journal.cursor; close it when done.

    next_sequence: of the first record that the next read gives. CRCs are checked, the hash chain is not: that is
    recovery's and verify's work.
    """

    def __init__(self, durable: Durable, from_sequence: int) -> None:
        if from_sequence < 1:
            raise ValueError(f"records are numbered from 1, not {from_sequence}")
        self.next_sequence = from_sequence
        self._durable = durable
        self._place = holding(durable.segments, from_sequence)
        # Where the file stands: at from_sequence, or before it until reads have sought that far.
        self._at, self._offset = self._segment.near(from_sequence)
        self._file = os.open(self._segment.path, os.O_RDONLY)

    @property
    def behind(self) -> bool:
        """Whether there are durable records that were not read yet."""
        return self.next_sequence <= self._durable.last_sequence

    def read(self, max_bytes: int, through: int | None = None) -> list[bytes]:
        """The payloads of the records from next_sequence on, in today's schema: of as many as fit into max_bytes
        of file, but at least of one. through: the last sequence wanted.

        Work per call is bounded, so [] means caught up only when behind is False: far from the place to begin,
        a call may do no more than come nearer. Raises JournalDamaged.
        """
        last = self._durable.last_sequence
        if through is not None and through < last:
            last = through
        if self.next_sequence > last or not self._seek():
            return []
        self._enter_segment()
        payloads = self._take(max_bytes, last - self._at + 1)
        self.next_sequence = self._at
        return upcast(self._segment, payloads)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def _segment(self) -> Segment:
        return self._durable.segments[self._place]

    def _seek(self) -> bool:
        """Comes nearer to next_sequence; True once there."""
        budget = SEEK_BYTES
        while self._at < self.next_sequence and budget > 0:
            self._enter_segment()
            before = self._offset
            self._take(min(budget, 1 << 20), self.next_sequence - self._at)
            budget -= self._offset - before
        return self._at == self.next_sequence

    def _enter_segment(self) -> None:
        """At the end of a segment, goes on to the next."""
        while self._offset >= self._segment.size and self._place + 1 < len(self._durable.segments):
            following = self._durable.segments[self._place + 1]
            if following.first_sequence != self._at:
                what = f"the segment should begin with {self._at}: one is missing or cut"
                raise JournalDamaged(following.path, 0, self._at, what)
            self.close()
            self._file = os.open(following.path, os.O_RDONLY)
            self._place += 1
            self._offset = HEADER_BYTES

    def _take(self, max_bytes: int, count: int) -> list[bytes]:
        segment = self._segment
        left = segment.size - self._offset
        size = min(max(max_bytes, FRAME_HEADER_BYTES), left)
        data = read_exactly(self._file, self._offset, size, segment, self._at)
        payloads, consumed, _, fault = split(data, self._at, count, None)
        if not payloads and not fault and len(data) >= FRAME_HEADER_BYTES and frame_bytes(data) <= left:
            size = frame_bytes(data)
            data = read_exactly(self._file, self._offset, size, segment, self._at)
            payloads, consumed, _, fault = split(data, self._at, 1, None)
        if not payloads:
            what = fault or "the segment ends inside a record"
            raise JournalDamaged(segment.path, self._offset, self._at, what)
        # A fault behind good records is met again, and told, by the next read.
        segment.note(self._at, self._offset)
        self._at += len(payloads)
        self._offset += consumed
        return payloads
