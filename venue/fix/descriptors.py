"""The process's own sockets, those of QuickFIX among them, which it opens and closes and tells nobody of."""

import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager

# tcpi_notsent_bytes, then tcpi_bytes_sent and tcpi_bytes_retrans. Source: linux/tcp.h.
_TCP_INFO_BYTES = 216
_NOT_SENT, _NOT_SENT_AT = struct.Struct("I"), 144
_SENT, _SENT_AT = struct.Struct("QQ"), 200


def sockets() -> Iterator[int]:
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield descriptor
        except OSError:
            # That of the listing itself.
            continue


@contextmanager
def borrowed(descriptor: int) -> Iterator[socket.socket]:
    """As a socket of Python, which leaves it open. Raises OSError."""
    sock = socket.socket(fileno=descriptor)
    try:
        yield sock
    finally:
        sock.detach()


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def bytes_taken(descriptor: int) -> int:
    """How many bytes a TCP connection was ever given to send; -1 when it is closed."""
    try:
        with borrowed(descriptor) as sock:
            told = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return -1
    (not_sent,) = _NOT_SENT.unpack_from(told, _NOT_SENT_AT)
    sent, again = _SENT.unpack_from(told, _SENT_AT)
    taken: int = sent - again + not_sent
    return taken


def connection_from(port: int) -> int:
    """The TCP connection with this port at its other end; -1 for none that can be found."""
    try:
        return next((descriptor for descriptor in sockets() if _is_from(port, descriptor)), -1)
    except OSError:
        return -1


def _is_from(port: int, descriptor: int) -> bool:
    try:
        with borrowed(descriptor) as sock:
            return sock.family == socket.AF_INET and bool(sock.getpeername()[1] == port)
    except OSError:
        # One that listens.
        return False


@contextmanager
def gathering(descriptor: int) -> Iterator[None]:
    """What is written to a TCP connection meanwhile goes out at the end, as one. Whatever else the descriptor may have
    become, nothing is done to it; -1: as ever."""
    gathers = descriptor >= 0 and _gather(descriptor, True)
    try:
        yield
    finally:
        if gathers:
            _gather(descriptor, False)


def _gather(descriptor: int, on: bool) -> bool:
    try:
        with borrowed(descriptor) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)
    except OSError:
        return False
    return True
