"""What waits for one reader. A slow one costs nobody else anything: past its bounds, what waits is dropped, and a fresh
snapshot is owed in its place, which is made when the reader comes to take it."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from venue.domain.limits import MAX_OUTBOX_BYTES, MAX_OUTBOX_INCREMENTS

Key = TypeVar("Key", bound=Hashable)


class Waiting(NamedTuple, Generic[Key]):
    """message: an encoded increment of the stream; None: a snapshot of it, as it is now, is owed."""

    stream: Key
    message: bytes | None


class Outbox(Generic[Key]):
    """Keys name streams. What take returns is in the right order for each stream, if snapshots are made before the next
    offer: a stream that is owed a snapshot has nothing else waiting. Never blocks, and never refuses.

    conflated: how often increments were dropped; dropped: how many.
    """

    __slots__ = ("_bytes", "_max_bytes", "_max_increments", "_owed", "_queue", "conflated", "dropped")

    def __init__(self, max_increments: int = MAX_OUTBOX_INCREMENTS, max_bytes: int = MAX_OUTBOX_BYTES) -> None:
        self._max_increments = max_increments
        self._max_bytes = max_bytes
        self._queue: deque[tuple[Key, bytes]] = deque()
        self._bytes = 0
        self._owed: dict[Key, None] = {}
        self.conflated = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._owed) + len(self._queue)

    def owe(self, stream: Key) -> None:
        """A snapshot, to a reader that subscribes, or has fallen behind."""
        self._owed[stream] = None

    def offer(self, stream: Key, message: bytes) -> None:
        """An increment; passed over where a snapshot is owed, which will have it."""
        if stream in self._owed:
            self.dropped += 1
            return
        if len(self._queue) >= self._max_increments or self._bytes + len(message) > self._max_bytes:
            self._conflate(stream)
            return
        self._queue.append((stream, message))
        self._bytes += len(message)

    def take(self, most: int) -> list[Waiting[Key]]:
        """The next ones, so many at most: snapshots that are owed, then increments, oldest first."""
        taken: list[Waiting[Key]] = []
        while self._owed and len(taken) < most:
            stream = next(iter(self._owed))
            del self._owed[stream]
            taken.append(Waiting(stream, None))
        while self._queue and len(taken) < most:
            stream, message = self._queue.popleft()
            self._bytes -= len(message)
            taken.append(Waiting(stream, message))
        return taken

    def forget(self, stream: Key) -> None:
        """Nothing of a stream that the reader has unsubscribed from."""
        self._owed.pop(stream, None)
        self._queue = deque(waiting for waiting in self._queue if waiting[0] != stream)
        self._bytes = sum(len(message) for _, message in self._queue)

    def clear(self) -> None:
        """Nothing waits, nothing is owed."""
        self._owed.clear()
        self._queue.clear()
        self._bytes = 0

    def _conflate(self, stream: Key) -> None:
        self.conflated += 1
        self.dropped += len(self._queue) + 1
        for waiting, _ in self._queue:
            self._owed[waiting] = None
        self._owed[stream] = None
        self._queue.clear()
        self._bytes = 0
