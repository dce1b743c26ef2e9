"""The front door: a process between the brokers' sockets and the QuickFIX acceptors behind it.

It opens a connection to QuickFIX only when a whole, well framed Logon of a party known on that port has come in
time; from then on it passes on whole messages alone, each within the size limit and no more of them than may be under
way at once, and drops a client that does not read. What it cannot pass on it answers as the standard says: silence
for strangers, Logout with Text for a bad Logon, and in the place of a message that QuickFIX cannot take its header
alone, which the gateway then rejects by its number.
"""

import logging
import selectors
import socket
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from venue.domain import limits
from venue.fix import logon, wire
from venue.fix.positions import MessageStore
from venue.fix.progress import Progress, Window
from venue.fix.resend_budget import ResendBudget
from venue.fix.screening import oversized, resend_request, screened
from venue.fix.wire import Piece

log = logging.getLogger("venue.fix.front")
_RECEIVE_BYTES = 1 << 16
_MESSAGE_TYPE = b"\x0135="
_LONGEST_HEAD = 32
# QuickFIX may drop a new connection for an old one that it has just closed.
_LOGON_TRIES = 3


class Door(NamedTuple):
    """One listening address, the acceptor behind it, and who may log on. comp_id: the venue's own; parties: CompID to
    the BeginString of its session; store: where the gateway keeps what it knows of each."""

    host: str
    port: int
    backend_port: int
    comp_id: str
    parties: Mapping[str, str]
    store: Path

    def messages_of(self, party: str) -> MessageStore:
        return MessageStore(self.store, self.parties[party], self.comp_id, party)


class _Pipe:
    """One client and, once it has logged on, its connection to the acceptor. deadline: for the answer to its Logon,
    then None. held: more has come than may be under way."""

    __slots__ = (
        *("backend", "begin", "buffer", "client", "deadline", "discard", "door", "foreign", "held"),
        *("logon", "party", "to_backend", "to_client", "tries", "window"),
    )

    def __init__(self, client: socket.socket, door: Door, deadline: int) -> None:
        self.client = client
        self.door = door
        self.deadline: int | None = deadline
        self.backend: socket.socket | None = None
        self.window: Window | None = None
        self.party = ""
        self.begin = b"8="
        self.logon = b""
        self.tries = 0
        self.buffer = b""
        self.discard = 0
        self.held = False
        self.foreign = False
        self.to_backend = bytearray()
        self.to_client = bytearray()


class Front:
    """A single-threaded loop over all doors. stop() may be called from a signal handler."""

    def __init__(self, doors: Iterable[Door]) -> None:
        """Listens. Raises OSError when a port is taken."""
        self._selector = selectors.DefaultSelector()
        self._pipes: dict[socket.socket, _Pipe] = {}
        # What each connection is registered for: the selector's own map is slow to say that it is not.
        self._watched: dict[socket.socket, int] = {}
        self._held: dict[_Pipe, None] = {}
        self._looked_ms = 0
        self._resends: defaultdict[Path, ResendBudget] = defaultdict(ResendBudget)
        self._listeners: list[socket.socket] = []
        self._running = True
        for door in doors:
            listener = socket.create_server((door.host, door.port), backlog=128)
            listener.setblocking(False)
            self._listeners.append(listener)
            self._selector.register(listener, selectors.EVENT_READ, door)

    def run(self) -> None:
        while self._running:
            for key, events in self._selector.select(limits.HELD_CLIENTS_EVERY_MS / 1000 if self._held else 1):
                if isinstance(key.data, Door):
                    self._accept(key.fileobj, key.data)  # type: ignore[arg-type]  # ours are all sockets
                else:
                    self._serve(key.fileobj, key.data, events)  # type: ignore[arg-type]
            if self._held:
                self._look_after_the_held()
            self._drop_the_silent()
        for pipe in list(self._pipes.values()):
            self._close(pipe, "the venue is closing")
        for listener in self._listeners:
            listener.close()

    def _look_after_the_held(self) -> None:
        """Every millisecond at most: their windows move with every answer, and few of them open one."""
        now = _now_ms()
        if now != self._looked_ms:
            self._looked_ms = now
            for pipe in list(self._held):
                self._pass_on(pipe)

    def stop(self) -> None:
        self._running = False

    def _accept(self, listener: socket.socket, door: Door) -> None:
        try:
            client, address = listener.accept()
        except OSError:
            return
        if len(self._pipes) >= limits.MAX_CONNECTIONS and not self._make_room():
            log.warning("connection refused: too many", extra={"address": address[0]})
            client.close()
            return
        _prepare(client)
        pipe = _Pipe(client, door, _now_ms() + limits.LOGON_TIMEOUT_MS)
        self._pipes[client] = pipe
        self._interest(client, pipe, True, False)

    def _make_room(self) -> bool:
        """Drops whoever has been silent longest before its Logon, so that a flood shuts no broker out."""
        silent = next((pipe for pipe in self._pipes.values() if pipe.backend is None), None)
        if silent is not None:
            self._close(silent, "too many connections")
        return silent is not None

    def _serve(self, sock: socket.socket, pipe: _Pipe, events: int) -> None:
        if pipe.client not in self._pipes:
            return
        try:
            if events & selectors.EVENT_WRITE:
                self._flush(pipe)
            if events & selectors.EVENT_READ:
                data = sock.recv(_RECEIVE_BYTES)
                if not data:
                    self._ended(pipe, sock, "closed the line")
                elif sock is pipe.client:
                    self._from_client(pipe, data)
                else:
                    self._to_client(pipe, data)
        except BlockingIOError:
            return
        except OSError as error:
            self._ended(pipe, sock, f"lost the line: {error.strerror or error}")

    def _ended(self, pipe: _Pipe, sock: socket.socket, how: str) -> None:
        if sock is pipe.client:
            self._close(pipe, f"the client {how}")
        elif pipe.deadline is not None and pipe.tries < _LOGON_TRIES:
            self._leave_backend(pipe)
            self._connect(pipe)
        else:
            self._close(pipe, f"the gateway {how}")

    def _from_client(self, pipe: _Pipe, data: bytes) -> None:
        pipe.buffer += data
        if pipe.backend is None:
            self._let_in(pipe)
        elif pipe.deadline is None:
            self._pass_on(pipe)

    def _pass_on(self, pipe: _Pipe) -> None:
        passed = self._cut(pipe)
        if pipe.client not in self._pipes or pipe.backend is None:
            return
        if pipe.held:
            self._held[pipe] = None
        else:
            self._held.pop(pipe, None)
        if passed:
            try:
                _send(pipe.backend, pipe.to_backend, passed)
            except OSError as error:
                self._ended(pipe, pipe.backend, f"lost the line: {error.strerror or error}")
                return
        self._watch(pipe)

    def _cut(self, pipe: _Pipe) -> bytes:
        """Takes what may be passed on from the pipe's buffer; leaves the rest in it. Closes the pipe for a bad
        Logon."""
        assert pipe.window is not None
        buffer, start, passed = pipe.buffer, 0, list[bytes]()
        room = pipe.window.room(_now_ms())
        pipe.held = False
        while start < len(buffer):
            if pipe.discard:
                skipped = min(pipe.discard, len(buffer) - start)
                pipe.discard -= skipped
                start += skipped
                continue
            piece, end = wire.find(buffer, start)
            if piece is Piece.INCOMPLETE:
                break
            if len(passed) >= room:
                pipe.held = True
                break
            if piece is Piece.MESSAGE:
                message = self._passable(pipe, buffer[start:end])
                if pipe.client not in self._pipes:
                    return b""
                if message:
                    passed.append(message)
            elif piece is Piece.OVERSIZED:
                if len(buffer) - start < limits.MAX_LOGON_BYTES and len(buffer) < end:
                    break
                passed.append(oversized(buffer[start : start + limits.MAX_LOGON_BYTES]))
                pipe.discard = min(end - start, limits.MAX_DISCARDED_BODY_BYTES)
                continue
            start = end
        pipe.buffer = buffer[start:]
        pipe.window.passed_on(len(passed))
        return b"".join(passed)

    def _passable(self, pipe: _Pipe, message: bytes) -> bytes:
        """The message, its refusal, or nothing."""
        at = message.find(_MESSAGE_TYPE, 0, _LONGEST_HEAD) + len(_MESSAGE_TYPE)
        message_type = message[at : at + 2]
        # A Logon in a running session is one to reset it: the same terms hold.
        if message_type == b"A\x01" and self._refuse_logon(pipe, message):
            return b""
        if not message.startswith(pipe.begin):
            # QuickFIX answers each with a Logout; one is enough.
            pipe.foreign, told = True, pipe.foreign
            return b"" if told else message
        if message_type == b"2\x01":
            store = pipe.door.messages_of(pipe.party)
            budget = self._resends[store.path]
            return resend_request(screened(message), store.next_sender, budget, time.monotonic_ns())
        return screened(message)

    def _let_in(self, pipe: _Pipe) -> None:
        """Looks at the first message, and passes it on alone: QuickFIX reads one from a new connection, and what came
        with it only when more comes."""
        piece, end = wire.find(pipe.buffer, 0)
        if piece is Piece.INCOMPLETE and len(pipe.buffer) <= limits.MAX_LOGON_BYTES:
            return
        first = pipe.buffer[:end]
        if piece is not Piece.MESSAGE or end > limits.MAX_LOGON_BYTES or not _is_logon(pipe.door, first):
            log.info("connection dropped: no valid logon", extra=_who(pipe, wire.fields_of(first[:512])))
            self._close(pipe, "no valid logon")
            return
        if self._refuse_logon(pipe, first):
            return
        pipe.party, pipe.logon = wire.fields_of(first)[49], first
        pipe.begin = f"8={pipe.door.parties[pipe.party]}\x01".encode()
        pipe.buffer = pipe.buffer[end:]
        self._connect(pipe)

    def _connect(self, pipe: _Pipe) -> None:
        pipe.tries += 1
        try:
            pipe.backend = socket.create_connection(("127.0.0.1", pipe.door.backend_port), timeout=1)
            progress = Progress(pipe.door.store / f"{pipe.party}.progress")
            progress.connects_from(pipe.backend.getsockname()[1])
            pipe.window = Window(progress, _now_ms())
            _prepare(pipe.backend)
            _send(pipe.backend, pipe.to_backend, pipe.logon)
        except OSError:
            log.warning("logon refused: no acceptor", extra={"port": pipe.door.backend_port})
            self._close(pipe, "no acceptor")
            return
        pipe.window.passed_on(1)
        self._watch(pipe)

    def _leave_backend(self, pipe: _Pipe) -> None:
        if pipe.backend is not None:
            self._unwatch(pipe.backend)
            pipe.backend.close()
            pipe.backend = None
            pipe.to_backend.clear()

    def _refuse_logon(self, pipe: _Pipe, message: bytes) -> bool:
        fields = wire.fields_of(message)
        fault = ""
        if _is_logon(pipe.door, message):
            party = fields[49]
            following = pipe.door.messages_of(party).next_sender
            fault = logon.fault_of(message, pipe.door.parties[party], following, time.time())
        if fault:
            log.info("logon refused", extra={"session": fields[49], "reason": fault})
            _send(pipe.client, pipe.to_client, _logout(fields, fault))
            self._close(pipe, "a bad Logon")
        return bool(fault)

    def _to_client(self, pipe: _Pipe, data: bytes) -> None:
        answers_logon, pipe.deadline = pipe.deadline is not None, None
        _send(pipe.client, pipe.to_client, data)
        if len(pipe.to_client) > limits.MAX_CLIENT_BACKLOG_BYTES:
            log.warning("client dropped: it does not read", extra={"session": pipe.party, "port": pipe.door.port})
            self._close(pipe, "the client does not read")
            return
        if answers_logon:
            self._pass_on(pipe)
        if pipe.client in self._pipes:
            self._watch(pipe)

    def _flush(self, pipe: _Pipe) -> None:
        _send(pipe.client, pipe.to_client)
        if pipe.backend is not None:
            _send(pipe.backend, pipe.to_backend)
        self._watch(pipe)

    def _watch(self, pipe: _Pipe) -> None:
        """Waits to write where bytes are left, and reads no more from a client than is taken."""
        read = pipe.backend is None or (pipe.deadline is None and not pipe.held)
        self._interest(pipe.client, pipe, read and not pipe.to_backend, bool(pipe.to_client))
        if pipe.backend is not None:
            self._interest(pipe.backend, pipe, True, bool(pipe.to_backend))

    def _interest(self, sock: socket.socket, pipe: _Pipe, read: bool, write: bool) -> None:
        events = (selectors.EVENT_READ if read else 0) | (selectors.EVENT_WRITE if write else 0)
        registered = self._watched.get(sock, 0)
        if not events:
            self._unwatch(sock)
        elif not registered:
            self._selector.register(sock, events, pipe)
            self._watched[sock] = events
        elif registered != events:
            self._selector.modify(sock, events, pipe)
            self._watched[sock] = events

    def _unwatch(self, sock: socket.socket) -> None:
        if self._watched.pop(sock, 0):
            self._selector.unregister(sock)

    def _drop_the_silent(self) -> None:
        now = _now_ms()
        for pipe in [p for p in self._pipes.values() if p.deadline is not None and p.deadline < now]:
            log.info("connection dropped: no logon in time", extra={"port": pipe.door.port})
            self._close(pipe, "no logon in time")

    def _close(self, pipe: _Pipe, reason: str) -> None:
        if self._pipes.pop(pipe.client, None) is None:
            return
        if pipe.party:
            log.info("line closed", extra={"session": pipe.party, "reason": reason})
        self._held.pop(pipe, None)
        self._leave_backend(pipe)
        self._unwatch(pipe.client)
        pipe.client.close()


def _is_logon(door: Door, message: bytes) -> bool:
    return logon.is_from(message, wire.fields_of(message), door.comp_id, door.parties)


def _logout(fields: dict[int, str], text: str) -> bytes:
    now = time.gmtime()
    sending_time = time.strftime("%Y%m%d-%H:%M:%S", now)
    return wire.message(
        [(35, "5"), (34, "1"), (49, fields[56]), (52, sending_time), (56, fields[49]), (58, text)], fields[8]
    )


def _who(pipe: _Pipe, fields: dict[int, str]) -> dict[str, object]:
    """For the log: what a stranger said of itself, cut."""
    named = {"sender": 49, "target": 56, "begin_string": 8}
    return {"port": pipe.door.port, **{name: ascii(fields.get(tag, "")[:32]) for name, tag in named.items()}}


def _send(sock: socket.socket, backlog: bytearray, data: bytes = b"") -> None:
    """Sends what the kernel takes, the backlog first, and keeps the rest in it."""
    try:
        if not backlog:
            sent = sock.send(data)
            backlog += data[sent:]
        else:
            backlog += data
            del backlog[: sock.send(backlog)]
    except BlockingIOError:
        if not backlog:
            backlog += data


def _prepare(sock: socket.socket) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
