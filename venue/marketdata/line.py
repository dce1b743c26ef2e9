"""A stream as it is published: who reads it, and its last messages, for readers that come back."""

from collections import deque
from typing import Generic, TypeVar

from venue.domain.limits import MAX_RESUMED_BYTES, MAX_RESUMED_INCREMENTS

Who = TypeVar("Who")


class Line(Generic[Who]):
    """readers: in the order that they came. idle: increments since the last one left."""

    __slots__ = ("_bytes", "_messages", "_next", "idle", "readers")

    def __init__(self, number: int) -> None:
        """number: of the stream's last increment."""
        self.readers: dict[Who, None] = {}
        self.idle = 0
        self._next = number + 1
        self._messages: deque[bytes] = deque()
        self._bytes = 0

    def add(self, message: bytes) -> None:
        """The next increment."""
        self._next += 1
        self.idle = 0 if self.readers else self.idle + 1
        self._messages.append(message)
        self._bytes += len(message)
        while self._bytes > MAX_RESUMED_BYTES or len(self._messages) > MAX_RESUMED_INCREMENTS:
            self._bytes -= len(self._messages.popleft())

    def since(self, number: int) -> list[bytes] | None:
        """The increments after that one; None: they are not kept any more."""
        missed = self._next - 1 - number
        if missed > len(self._messages):
            return None
        return list(self._messages)[len(self._messages) - missed :]

    @property
    def useless(self) -> bool:
        """Nobody reads it, and whoever left has missed more than is kept."""
        return not self.readers and self.idle > len(self._messages)
