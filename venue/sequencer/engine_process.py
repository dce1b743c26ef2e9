"""The engine process: a plain single-threaded loop. Drain sockets, apply, append, fsync once, publish.

Nothing is published before it is durable. A peer that reads slowly is never waited for and never buffered for: it
keeps its place in the journal and is served from there, chunk by chunk, until it has caught up. While one fsync
runs, the next batch gathers in the sockets: that is the whole of group commit.
"""

import contextlib
import logging
import os
import selectors
import socket
import time
from collections import deque
from pathlib import Path

import msgspec

from venue.domain import limits
from venue.domain.commands import Command, Continue, PassTime
from venue.sequencer import codec
from venue.sequencer.cursor import JournalCursor
from venue.sequencer.journal import Journal
from venue.sequencer.link import HEAD, NO_FEED, FrameReader, FrameTooLarge, Hello, Welcome, frame, frames
from venue.sequencer.state_machine import StateMachine

log = logging.getLogger("venue.sequencer")

_RECEIVE_BYTES = 1 << 17
_WAIT_FOREVER = None
# Who is told as the operator of what is due.
_CLOCK = "clock"


class _Peer:
    """One connection. position: the last sequence that was put into its output. asks: it has sent commands."""

    __slots__ = (
        "asks",
        "backlog",
        "cursor",
        "greeted",
        "name",
        "output",
        "position",
        "priority",
        "reader",
        "sock",
        "wants_feed",
    )

    def __init__(self, sock: socket.socket, priority: bool) -> None:
        self.sock = sock
        self.priority = priority
        self.name = "?"
        self.greeted = False
        self.reader = FrameReader()
        self.backlog: deque[bytes] = deque()
        self.output = b""
        self.position = 0
        self.wants_feed = False
        self.asks = False
        self.cursor: JournalCursor | None = None


class EngineProcess:
    """Owns the journal and the state machine, which stand at the same sequence."""

    def __init__(self, journal: Journal, machine: StateMachine, socket_path: Path, priority_path: Path) -> None:
        """Binds both sockets. Raises OSError."""
        assert journal.last_sequence == machine.sequence, (journal.last_sequence, machine.sequence)
        self._journal = journal
        self._machine = machine
        self._at = _last_time(journal)
        self._selector = selectors.DefaultSelector()
        self._peers: dict[socket.socket, _Peer] = {}
        self._running = True
        self._wake_reader, self._wake_writer = os.pipe()
        self._selector.register(self._wake_reader, selectors.EVENT_READ, None)
        for path, priority in ((socket_path, False), (priority_path, True)):
            self._selector.register(_listen(path), selectors.EVENT_READ, priority)

    def run(self) -> None:
        """Until stop. Raises JournalFailed: then the process must end and recover."""
        # What the last life left unfinished is done before any peer is served.
        self.process([])
        while self._running:
            self._poll()
            batch = self._next_batch()
            if batch:
                self.process(batch)
            self._feed_the_late()
        self.close()

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._running = False
        os.write(self._wake_writer, b"x")

    def close(self) -> None:
        """Releases the journal and every socket."""
        self._journal.close()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def submit(self, commands: list[Command]) -> None:
        """Journals commands of the process's own, before it serves any peer. Raises JournalFailed."""
        if commands:
            self.process([codec.encode(command) for command in commands])

    def _poll(self) -> None:
        busy = any(peer.backlog for peer in self._peers.values()) or any(map(self._is_late, self._peers.values()))
        for key, events in self._selector.select(0 if busy else _WAIT_FOREVER):
            if isinstance(key.data, _Peer):
                self._serve(key.data, events)
            elif key.data is not None:
                self._accept(key.fileobj, key.data)  # type: ignore[arg-type]  # our listeners are sockets

    def _accept(self, listener: socket.socket, priority: bool) -> None:
        try:
            sock, _ = listener.accept()
        except OSError as error:
            log.warning("peer lost before it was let in: %s", error)
            return
        if len(self._peers) >= limits.MAX_PEERS:
            log.warning("peer refused: there are %d", len(self._peers))
            sock.close()
            return
        sock.setblocking(False)
        peer = _Peer(sock, priority)
        self._peers[sock] = peer
        self._selector.register(sock, selectors.EVENT_READ, peer)

    def _serve(self, peer: _Peer, events: int) -> None:
        if peer.sock not in self._peers:
            return
        try:
            if events & selectors.EVENT_WRITE:
                self._flush(peer)
            # A peer whose commands still wait is not read from: its socket holds it back.
            if events & selectors.EVENT_READ and not peer.backlog:
                data = peer.sock.recv(_RECEIVE_BYTES)
                if not data:
                    self._drop(peer, "")
                    return
                peer.backlog.extend(peer.reader.feed(data))
                if not peer.greeted and peer.backlog:
                    self._greet(peer, codec.decoder(Hello).decode(peer.backlog.popleft()))
        except BlockingIOError:
            return
        except (OSError, FrameTooLarge, msgspec.MsgspecError) as error:
            self._drop(peer, str(error))

    def _greet(self, peer: _Peer, hello: Hello) -> None:
        if hello.feed_from < HEAD:
            raise msgspec.ValidationError(f"feed from sequence {hello.feed_from}")
        self._fence(hello.name)
        last = self._journal.last_sequence
        peer.greeted = True
        peer.name = hello.name
        peer.wants_feed = hello.feed_from != NO_FEED
        peer.position = last if hello.feed_from == HEAD else hello.feed_from - 1
        self._write(peer, frame(codec.encode(Welcome(last, self._machine.reference()))))

    def _fence(self, name: str) -> None:
        """A peer that comes anew is told what is journalled, and asks its clients again for the rest: nothing that
        its former self left in a socket may be journalled after that."""
        for former in [peer for peer in self._peers.values() if peer.greeted and peer.name == name]:
            self._drop(former, "another of its name came")

    def _next_batch(self) -> list[bytes]:
        """Whole commands in the order of arrival, those of the priority lane first."""
        batch: list[bytes] = []
        peers = sorted((peer for peer in self._peers.values() if peer.backlog), key=lambda peer: not peer.priority)
        for peer in peers:
            peer.asks = True
            while peer.backlog and len(batch) < limits.MAX_BATCH_COMMANDS:
                batch.append(peer.backlog.popleft())
        return batch

    def process(self, batch: list[bytes]) -> None:
        """Apply, append, fsync, publish. What is due by a command's time is done before it, what it leaves unfinished
        before the next one, in records of their own."""
        machine, stamp = self._machine, msgspec.structs.force_setattr
        records: list[bytes] = []
        if machine.unfinished:
            self._finish(records)
        for payload in batch:
            try:
                command = codec.decode_command(payload)
            except msgspec.MsgspecError as error:
                log.error("a peer sent what is not a command", extra={"error": str(error)})
                continue
            self._at = max(self._at, time.time_ns())
            if machine.due <= self._at and not isinstance(command, PassTime):
                self._record(PassTime(self._at, _CLOCK), records)
            stamp(command, "at", self._at)
            self._record(command, records)
        self._commit(records)

    def _record(self, command: Command, records: list[bytes]) -> None:
        machine = self._machine
        events = machine.apply(command)
        records.append(codec.encode(codec.Record(machine.sequence, command, events)))
        if machine.unfinished:
            self._finish(records)

    def _finish(self, records: list[bytes]) -> None:
        """Goes on, in records of their own, at the time of the command that left the work. Of long work, what is done
        is committed now and then: a batch has a size."""
        machine, size = self._machine, sum(map(len, records))
        while machine.unfinished:
            if size > limits.MAX_BATCH_BYTES:
                self._commit(records)
                size = 0
            command = Continue(self._at)
            events = machine.apply(command)
            records.append(codec.encode(codec.Record(machine.sequence, command, events)))
            size += len(records[-1])

    def _commit(self, records: list[bytes]) -> None:
        """Makes the records durable, tells them, and empties the list."""
        if records:
            self._journal.append(records)
            self._journal.commit()
            self._publish(records)
            records.clear()

    def _publish(self, records: list[bytes]) -> None:
        last = self._journal.last_sequence
        before = last - len(records)
        chunk = frames(records)
        # First those that clients wait behind: each write wakes a process, which takes its share of the machine.
        for peer in sorted(self._peers.values(), key=lambda peer: not peer.asks):
            if peer.wants_feed and peer.position == before and not peer.output:
                peer.position = last
                self._try_write(peer, chunk)

    def _is_late(self, peer: _Peer) -> bool:
        return peer.wants_feed and not peer.output and peer.position < self._journal.last_sequence

    def _feed_the_late(self) -> None:
        for peer in list(self._peers.values()):
            if self._is_late(peer):
                cursor = peer.cursor
                if cursor is None or cursor.next_sequence != peer.position + 1:
                    if cursor is not None:
                        cursor.close()
                    cursor = peer.cursor = self._journal.cursor(peer.position + 1)
                payloads = cursor.read(limits.FEED_CHUNK_BYTES)
                peer.position += len(payloads)
                if payloads:
                    self._try_write(peer, frames(payloads))

    def _try_write(self, peer: _Peer, data: bytes) -> None:
        try:
            self._write(peer, data)
        except OSError as error:
            self._drop(peer, str(error))

    def _write(self, peer: _Peer, data: bytes) -> None:
        peer.output = peer.output + data if peer.output else data
        self._flush(peer)

    def _flush(self, peer: _Peer) -> None:
        if peer.output:
            with contextlib.suppress(BlockingIOError):
                peer.output = peer.output[peer.sock.send(peer.output) :]
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.output else 0)
        if self._selector.get_key(peer.sock).events != events:
            self._selector.modify(peer.sock, events, peer)

    def _drop(self, peer: _Peer, why: str) -> None:
        if self._peers.pop(peer.sock, None) is None:
            return
        if why:
            log.warning("peer dropped", extra={"peer": peer.name, "error": why})
        self._selector.unregister(peer.sock)
        if peer.cursor is not None:
            peer.cursor.close()
        peer.sock.close()


def _listen(path: Path) -> socket.socket:
    """A Unix socket that only this user can connect to. An old one of a process that died is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(limits.MAX_PEERS)
    listener.setblocking(False)
    return listener


def last_command(journal: Journal) -> Command | None:
    if journal.last_sequence == 0:
        return None
    with journal.cursor(journal.last_sequence) as cursor:
        while True:
            for payload in cursor.read(limits.FEED_CHUNK_BYTES):
                return codec.decode_record(payload).command


def _last_time(journal: Journal) -> int:
    """The time of the last record: time never goes back, whatever the clock does."""
    command = last_command(journal)
    return 0 if command is None else command.at
