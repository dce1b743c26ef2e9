"""The wire between the engine process and its peers: length-prefixed frames on a Unix socket.

A peer says Hello, is told Welcome, then sends commands and receives the feed: every durable record from the
sequence that it asked for, in order, without gaps. Two sockets, one protocol: what comes on the priority lane
is applied before what waits on the other.
"""

import contextlib
import socket
import struct
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from venue.domain.limits import MAX_FRAME_BYTES, MAX_RECORD_BYTES
from venue.domain.reference import Reference
from venue.sequencer import codec

NO_FEED = 0
_LENGTH = struct.Struct(">I")
_RECEIVE_BYTES = 1 << 18


class Hello(Struct, frozen=True, array_like=True):
    """feed_from: the first sequence that the peer wants; NO_FEED for commands only; HEAD for what comes next."""

    name: str
    feed_from: int


HEAD = -1


class Welcome(Struct, frozen=True, array_like=True):
    """last_sequence: the newest durable record as the peer was let in; reference is of that position."""

    last_sequence: int
    reference: Reference


class LinkLost(ConnectionError):
    """The engine process went away, or was never there."""


class FrameTooLarge(ValueError):
    """A frame announces more bytes than any honest one has."""


def frame(payload: bytes) -> bytes:
    return _LENGTH.pack(len(payload)) + payload


def frames(payloads: Iterable[bytes | memoryview]) -> bytes:
    """All of them as one buffer, to be sent with one call."""
    parts: list[bytes | memoryview] = []
    for payload in payloads:
        parts.append(_LENGTH.pack(len(payload)))
        parts.append(payload)
    return b"".join(parts)


class FrameReader:
    """Cuts a byte stream into frames; keeps the unfinished rest."""

    __slots__ = ("_limit", "_rest")

    def __init__(self, limit: int = MAX_FRAME_BYTES) -> None:
        self._rest = b""
        self._limit = limit

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads completed by data. Raises FrameTooLarge."""
        buffer = self._rest + data if self._rest else data
        payloads: list[bytes] = []
        position, end = 0, len(buffer)
        while position + 4 <= end:
            (length,) = _LENGTH.unpack_from(buffer, position)
            if length > self._limit:
                raise FrameTooLarge(length)
            stop = position + 4 + length
            if stop > end:
                break
            payloads.append(buffer[position + 4 : stop])
            position = stop
        self._rest = buffer[position:]
        return payloads


class Link:
    """A peer's end. send may be called from one thread while another receives."""

    def __init__(self, path: Path, name: str, feed_from: int) -> None:
        """Connects and waits for the welcome. Raises LinkLost."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._reader = FrameReader(MAX_RECORD_BYTES + MAX_FRAME_BYTES)
        self._received: list[bytes] = []
        try:
            self._socket.connect(str(path))
            self.send(codec.encode(Hello(name, feed_from)))
            welcome, *self._received = self.receive()
        except OSError as error:
            self._socket.close()
            raise LinkLost(f"no engine at {path}: {error.strerror or error}") from error
        self.welcome: Welcome = codec.decoder(Welcome).decode(welcome)

    def send(self, command: bytes) -> None:
        """Hands one encoded command to the kernel. Raises OSError when the engine is gone."""
        self._socket.sendall(_LENGTH.pack(len(command)) + command)

    def send_now(self, data: bytes | memoryview) -> int:
        """Hands whole frames, or what is left of them, to the kernel: how many bytes it took without waiting. Raises
        OSError when the engine is gone."""
        try:
            return self._socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def fileno(self) -> int:
        """To wait for it with others."""
        return self._socket.fileno()

    def send_all(self, commands: Iterable[bytes]) -> None:
        self._socket.sendall(frames(commands))

    def receive(self, timeout: int | None = None) -> list[bytes]:
        """The next encoded records, at least one unless timeout seconds pass. Raises LinkLost."""
        if self._received:
            received, self._received = self._received, []
            return received
        if timeout is not None:
            self._socket.settimeout(timeout)
        try:
            while True:
                data = self._socket.recv(_RECEIVE_BYTES)
                if not data:
                    raise LinkLost("the engine closed the link")
                payloads = self._reader.feed(data)
                if payloads:
                    return payloads
        except TimeoutError:
            return []
        except LinkLost:
            raise
        except OSError as error:
            raise LinkLost(str(error)) from error
        finally:
            if timeout is not None:
                self._socket.settimeout(None)

    def receive_now(self) -> list[bytes]:
        """The encoded records that have come, [] for none. Raises LinkLost."""
        if self._received:
            received, self._received = self._received, []
            return received
        try:
            data = self._socket.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except OSError as error:
            raise LinkLost(str(error)) from error
        if not data:
            raise LinkLost("the engine closed the link")
        return self._reader.feed(data)

    def finish(self) -> None:
        """Tells the engine that no more comes; it closes the link, and receive then raises LinkLost."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Wakes a thread that waits in receive, which then raises LinkLost."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
