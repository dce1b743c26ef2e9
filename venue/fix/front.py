"""The front door: a process between the brokers' sockets and the QuickFIX acceptors behind it.

It opens a connection to QuickFIX only when a whole, well framed Logon of a party known on that port has come in
time; from then on it passes on whole messages alone, each within the size limit, and drops a client that does not
read. What it cannot pass on it answers as the standard says: silence for strangers, Logout with Text for a bad
Logon, and in the place of an oversized message its header alone, which the gateway then rejects by its number.
"""

import logging
import selectors
import socket
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from venue.domain import limits
from venue.fix import logon, wire
from venue.fix.dialect import DIALECTS, GROUP_OUT_OF_ORDER, VALUE_INCORRECT, group_violation
from venue.fix.wire import Piece

log = logging.getLogger("venue.fix.front")
_RECEIVE_BYTES = 1 << 16
_LOGON_TYPE = b"\x0135=A\x01"
_LONGEST_HEAD = 32

_GROUP_COUNTS = tuple(
    {
        f"\x01{tag}=".encode()
        for dialect in DIALECTS.values()
        for type_ in dialect.supported_in
        for tag in dialect.in_messages[type_].groups
    }
)


class Door(NamedTuple):
    """One listening address, the acceptor behind it, and who may log on. comp_id: the venue's own; parties: CompID to
    the BeginString of its session."""

    host: str
    port: int
    backend_port: int
    comp_id: str
    parties: Mapping[str, str]


class _Pipe:
    """One client and, once it has logged on, its connection to the acceptor."""

    __slots__ = ("backend", "buffer", "client", "deadline", "discard", "door", "to_backend", "to_client")

    def __init__(self, client: socket.socket, door: Door, deadline: int) -> None:
        self.client = client
        self.door = door
        self.deadline: int | None = deadline
        self.backend: socket.socket | None = None
        self.buffer = b""
        self.discard = 0
        self.to_backend = bytearray()
        self.to_client = bytearray()


class Front:
    """A single-threaded loop over all doors. stop() may be called from a signal handler."""

    def __init__(self, doors: Iterable[Door]) -> None:
        """Listens. Raises OSError when a port is taken."""
        self._selector = selectors.DefaultSelector()
        self._pipes: dict[socket.socket, _Pipe] = {}
        self._listeners: list[socket.socket] = []
        self._running = True
        for door in doors:
            listener = socket.create_server((door.host, door.port), backlog=128)
            listener.setblocking(False)
            self._listeners.append(listener)
            self._selector.register(listener, selectors.EVENT_READ, door)

    def run(self) -> None:
        while self._running:
            for key, events in self._selector.select(1):
                if isinstance(key.data, Door):
                    self._accept(key.fileobj, key.data)  # type: ignore[arg-type]  # ours are all sockets
                else:
                    self._serve(key.fileobj, key.data, events)  # type: ignore[arg-type]
            self._drop_the_silent()
        for pipe in list(self._pipes.values()):
            self._close(pipe)
        for listener in self._listeners:
            listener.close()

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
        self._selector.register(client, selectors.EVENT_READ, pipe)

    def _make_room(self) -> bool:
        """Drops whoever has been silent longest before its Logon, so that a flood shuts no broker out."""
        silent = next((pipe for pipe in self._pipes.values() if pipe.backend is None), None)
        if silent is not None:
            self._close(silent)
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
                    self._close(pipe)
                elif sock is pipe.client:
                    self._from_client(pipe, data)
                else:
                    self._to_client(pipe, data)
        except BlockingIOError:
            return
        except OSError as error:
            log.info("connection lost", extra={"error": error.strerror or str(error)})
            self._close(pipe)

    def _from_client(self, pipe: _Pipe, data: bytes) -> None:
        pipe.buffer += data
        if pipe.backend is None:
            self._let_in(pipe)
        elif pipe.deadline is None:
            self._pass_on(pipe)

    def _pass_on(self, pipe: _Pipe) -> None:
        passed = self._cut(pipe)
        if passed and pipe.backend is not None:
            _send(pipe.backend, pipe.to_backend, passed)
            self._watch(pipe)

    def _cut(self, pipe: _Pipe) -> bytes:
        """Takes what may be passed on from the pipe's buffer; leaves the unfinished rest in it."""
        buffer, start, passed = pipe.buffer, 0, []
        while start < len(buffer):
            if pipe.discard:
                skipped = min(pipe.discard, len(buffer) - start)
                pipe.discard -= skipped
                start += skipped
                continue
            piece, end = wire.find(buffer, start)
            if piece is Piece.INCOMPLETE:
                break
            if piece is Piece.MESSAGE:
                message = buffer[start:end]
                # A Logon in a running session is one to reset it: the same terms hold.
                if buffer.find(_LOGON_TYPE, start, start + _LONGEST_HEAD) >= 0 and self._refuse_logon(pipe, message):
                    return b""
                passed.append(_in_group_order(message))
            elif piece is Piece.OVERSIZED:
                if len(buffer) - start < limits.MAX_LOGON_BYTES and len(buffer) < end:
                    break
                passed.append(_header_alone(buffer[start : start + limits.MAX_LOGON_BYTES], end - start))
                pipe.discard = min(end - start, limits.MAX_DISCARDED_BODY_BYTES)
                continue
            start = end
        pipe.buffer = buffer[start:]
        return b"".join(passed)

    def _let_in(self, pipe: _Pipe) -> None:
        """Looks at the first message, and passes it on alone: QuickFIX reads one from a new connection, and what came
        with it only when more comes."""
        piece, end = wire.find(pipe.buffer, 0)
        if piece is Piece.INCOMPLETE and len(pipe.buffer) <= limits.MAX_LOGON_BYTES:
            return
        first = pipe.buffer[:end]
        if piece is not Piece.MESSAGE or end > limits.MAX_LOGON_BYTES or not _is_logon(pipe.door, first):
            log.info("connection dropped: no valid logon", extra=_who(pipe, wire.fields_of(first[:512])))
            self._close(pipe)
            return
        if self._refuse_logon(pipe, first):
            return
        try:
            pipe.backend = socket.create_connection(("127.0.0.1", pipe.door.backend_port), timeout=1)
        except OSError:
            log.warning("logon refused: no acceptor", extra={"port": pipe.door.backend_port})
            self._close(pipe)
            return
        _prepare(pipe.backend)
        pipe.buffer = pipe.buffer[end:]
        _send(pipe.backend, pipe.to_backend, first)
        self._watch(pipe)

    def _refuse_logon(self, pipe: _Pipe, message: bytes) -> bool:
        fields = wire.fields_of(message)
        fault = ""
        if _is_logon(pipe.door, message):
            fault = logon.fault_of(message, pipe.door.parties[fields[49]], time.time())
        if fault:
            log.info("logon refused", extra={"session": fields[49], "reason": fault})
            _send(pipe.client, pipe.to_client, _logout(fields, fault))
            self._close(pipe)
        return bool(fault)

    def _to_client(self, pipe: _Pipe, data: bytes) -> None:
        answers_logon, pipe.deadline = pipe.deadline is not None, None
        _send(pipe.client, pipe.to_client, data)
        if len(pipe.to_client) > limits.MAX_CLIENT_BACKLOG_BYTES:
            log.warning("client dropped: it does not read", extra={"port": pipe.door.port})
            self._close(pipe)
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
        """Waits to write where bytes are left, and reads no more from a client than the acceptor takes."""
        answered = pipe.backend is None or pipe.deadline is None
        self._interest(pipe.client, pipe, answered and not pipe.to_backend, bool(pipe.to_client))
        if pipe.backend is not None:
            self._interest(pipe.backend, pipe, True, bool(pipe.to_backend))

    def _interest(self, sock: socket.socket, pipe: _Pipe, read: bool, write: bool) -> None:
        events = (selectors.EVENT_READ if read else 0) | (selectors.EVENT_WRITE if write else 0)
        registered = self._selector.get_map().get(sock)
        if not events:
            if registered is not None:
                self._selector.unregister(sock)
        elif registered is None:
            self._selector.register(sock, events, pipe)
        elif registered.events != events:
            self._selector.modify(sock, events, pipe)

    def _drop_the_silent(self) -> None:
        now = _now_ms()
        for pipe in [p for p in self._pipes.values() if p.deadline is not None and p.deadline < now]:
            log.info("connection dropped: no logon in time", extra={"port": pipe.door.port})
            self._close(pipe)

    def _close(self, pipe: _Pipe) -> None:
        if self._pipes.pop(pipe.client, None) is None:
            return
        for sock in (pipe.client, pipe.backend):
            if sock is not None:
                if sock in self._selector.get_map():
                    self._selector.unregister(sock)
                sock.close()


def _is_logon(door: Door, message: bytes) -> bool:
    return logon.is_from(message, wire.fields_of(message), door.comp_id, door.parties)


def _header_alone(head: bytes, size: int) -> bytes:
    fields = wire.fields_of(head[: head.rfind(b"\x01") + 1])
    return wire.refused(fields, VALUE_INCORRECT, "9", f"a message of {size} bytes is over {limits.MAX_BODY_BYTES}")


def _in_group_order(message: bytes) -> bytes:
    """The message, or its refusal. QuickFIX sorts the fields of a group before the gateway sees any."""
    if not any(count in message for count in _GROUP_COUNTS):
        return message
    pairs = [
        (tag, value) for tag, _, value in (part.partition("=") for part in message.decode("latin-1").split("\x01"))
    ]
    fields = dict(pairs)
    dialect = DIALECTS.get(fields["8"])
    spec = dialect.in_messages.get(fields.get("35", "")) if dialect is not None else None
    violation = group_violation(spec, pairs) if spec is not None else None
    if dialect is None or violation is None or violation[0] != GROUP_OUT_OF_ORDER:
        return message
    if pairs[-2][1] != f"{wire.checksum(message[:-7]):03d}":
        return message
    text = f"{dialect.field_names[violation[1]]}({violation[1]}) in its group"
    return wire.refused(wire.fields_of(message), *violation, text)


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
