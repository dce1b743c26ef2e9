"""QuickFIX's acceptor without a thread of its own: it works while it is served, and never waits.

With a thread of its own it would cost more than all else that an order costs: QuickFIX lets go of the interpreter in
each of its calls, and two busy threads then pass it to and fro several times for every order.

QuickFIX can look at its sockets once, but does not tell which they are. They are found among the process's own, so that
the gateway can wait for them and for the engine at once. One that QuickFIX closes leaves the epoll by itself.

QuickFIX takes a connection that it finds whatever it is served for, and that one would be overlooked. So what it takes
for the socket that listens is a descriptor that is never ready, but for the moments in which it is to take one.
"""

import os
import select
import socket
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import quickfix as fix

from venue.fix.descriptors import borrowed, bytes_taken, is_open, sockets

_DESCRIPTOR = struct.Struct("i")


class Acceptor:
    """One port, one epoll that it shares with the gateway."""

    def __init__(self, application: fix.Application, settings: Path, port: int, epoll: select.epoll) -> None:
        """Makes the sessions; nobody can connect yet. settings: a QuickFIX settings file."""
        loaded = fix.SessionSettings(str(settings))
        self._quickfix = fix.SocketAcceptor(application, fix.FileStoreFactory(loaded), loaded)
        self._port = port
        self._epoll = epoll
        # The socket that listens, where QuickFIX looks for it, and what stands there else.
        self._listener = self._place = -1
        self._deaf = os.eventfd(0)
        # Where QuickFIX tells itself of a connection that did not take all that was to be written.
        self._wakers: set[int] = set()
        # Such connections, and how many bytes each had taken when last looked at.
        self._owing: dict[int, int] = {}

    def open(self) -> None:
        """Listens. QuickFIX listens on every interface; only the front door, on this machine, may reach it."""
        before = set(sockets())
        try:
            self._quickfix.poll()
        except fix.FIXException as error:
            raise RuntimeError(f"the FIX acceptor cannot listen on port {self._port}: is it taken? {error}") from error
        for descriptor in set(sockets()) - before:
            with borrowed(descriptor) as sock:
                if _listens(sock):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
                    self._place = descriptor
                    continue
                if sock.family == socket.AF_UNIX:
                    self._wakers.add(descriptor)
            self._epoll.register(descriptor, select.EPOLLIN)
        self._listener = os.dup(self._place)
        self._epoll.register(self._listener, select.EPOLLIN)
        os.dup2(self._deaf, self._place)

    def serve(self, ready: Sequence[tuple[int, int]]) -> None:
        """Once for each of ready: descriptors of its own, as the epoll gave them."""
        for descriptor, _ in ready:
            if descriptor in self._wakers:
                self._note_owing(descriptor)
        self._quickfix.poll()
        again = False
        for descriptor, _ in ready:
            if descriptor == self._listener:
                self._take_connection()
            elif descriptor in self._owing:
                self._look_at_owing(descriptor)
            # QuickFIX ends the session of a line that it closed the next time that it is served.
            again = again or not is_open(descriptor)
        if again:
            self._quickfix.poll()

    def keep_time(self, sessions: Iterable[fix.Session]) -> None:
        """Heartbeats, TestRequests and Logouts that are due; QuickFIX itself looks for them only when nobody sends."""
        now = fix.UtcTimeStamp.now()
        for session in sessions:
            session.next(now)
        self._quickfix.poll()

    def stop(self) -> None:
        self._quickfix.stop(True)
        os.close(self._listener)
        os.close(self._deaf)

    def _take_connection(self) -> None:
        """One, or none where QuickFIX has to clear up first: then it is asked for again."""
        os.dup2(self._listener, self._place)
        self._quickfix.poll()
        os.dup2(self._deaf, self._place)
        for descriptor in sockets():
            with borrowed(descriptor) as sock:
                ours = sock.family == socket.AF_INET and sock.getsockname()[1] == self._port
            if ours:
                try:
                    self._epoll.register(descriptor, select.EPOLLIN)
                except FileExistsError:
                    continue

    def _note_owing(self, waker: int) -> None:
        """Before QuickFIX takes the word from it."""
        with borrowed(waker) as sock:
            said = sock.recv(_DESCRIPTOR.size, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        (descriptor,) = _DESCRIPTOR.unpack(said)
        try:
            self._epoll.modify(descriptor, select.EPOLLIN | select.EPOLLOUT)
        except OSError:
            # It was closed since.
            return
        self._owing[descriptor] = -1

    def _look_at_owing(self, descriptor: int) -> None:
        """QuickFIX writes one message each time it finds the connection writable: if it wrote none, none is left."""
        taken = bytes_taken(descriptor)
        if taken == self._owing[descriptor]:
            del self._owing[descriptor]
            if taken >= 0:
                self._epoll.modify(descriptor, select.EPOLLIN)
        else:
            self._owing[descriptor] = taken


def _listens(sock: socket.socket) -> bool:
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
