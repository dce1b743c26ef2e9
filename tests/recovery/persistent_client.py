"""A FIX client as a careful broker runs one: it keeps its sequence numbers and what it sent, logs on again after
every drop, answers ResendRequests, asks for what it missed, and complains of everything a counterparty may not do.

It runs in the test's own thread: whoever holds it calls poll.
"""

import socket
import time
from collections.abc import Callable, Iterable

from tests.support.fix_client import SOH, Received, encode, timestamp

_ADMIN = frozenset("012345A")
_LOGON_SECONDS = 3.0
_PAUSE_SECONDS = 0.05
_HEARTBEAT_SECONDS = 10.0

Fields = list[tuple[int, str]]
Condition = Callable[[], bool]


class PersistentClient:
    """next_out, next_in: sequence numbers. messages: what came in order, each number once, admin left out."""

    def __init__(self, port: int, comp_id: str, heartbeat: int = 30, begin_string: str = "FIX.4.4") -> None:
        self.port, self.comp_id, self.heartbeat, self.begin_string = port, comp_id, heartbeat, begin_string
        self.next_out = self.next_in = 1
        self.messages: list[Received] = []
        self.faults: list[str] = []
        self.logged_on = False
        self.logons = self.repeats = 0
        self.reset_next_logon = False
        self._sent: dict[int, tuple[str, Fields, str]] = {}
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._asked_from = 0
        self._next_try = self._deadline = self._last_sent = 0.0

    # What a test does with it.

    def poll(self) -> None:
        """Reads what has come, answers it, and keeps the line up. Never waits for more than a connect."""
        now = time.monotonic()
        if self._socket is None:
            if now >= self._next_try:
                self._connect(now)
            return
        if not self.logged_on and now > self._deadline:
            self.drop()
            return
        if self.logged_on and now - self._last_sent > _HEARTBEAT_SECONDS:
            self.send("0", [])
        self._receive()

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.poll()
            time.sleep(0.001)

    def wait(self, what: str, condition: Condition, seconds: float = 20) -> None:
        wait_all([self], what, condition, seconds)

    def log_on(self) -> None:
        self.wait("logon", lambda: self.logged_on)

    def log_off(self) -> None:
        """Says Logout, waits for the answer and stays away until the next log_on."""
        self.send("5", [])
        self.wait("logout", lambda: not self.logged_on)
        self.stay_away()

    def stay_away(self) -> None:
        self.drop()
        self._next_try = float("inf")

    def come_back(self, reset: bool = False) -> None:
        """reset: with ResetSeqNumFlag(141)=Y."""
        self.reset_next_logon = reset
        self._next_try = 0.0
        self.log_on()

    def drop(self) -> None:
        """Cuts the line without a word; the next poll connects again."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer, self.logged_on, self._asked_from = None, b"", False, 0
        self._next_try = time.monotonic() + _PAUSE_SECONDS

    def send(self, message_type: str, fields: Fields) -> int:
        """Numbers, keeps and sends a message; it counts as sent even when the line breaks. Returns its number."""
        number, now = self.next_out, timestamp()
        self.next_out += 1
        self._sent[number] = (message_type, fields, now)
        self._write(message_type, number, now, [], fields)
        return number

    @property
    def complete(self) -> bool:
        """Logged on, with no known gap."""
        return self.logged_on and not self._asked_from

    # The session layer.

    def _connect(self, now: float) -> None:
        try:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=1)
        except OSError:
            self._next_try = now + _PAUSE_SECONDS
            return
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._deadline = now + _LOGON_SECONDS
        fields = [(98, "0"), (108, str(self.heartbeat))]
        if self.reset_next_logon:
            self.next_out = self.next_in = 1
            self._sent.clear()
            fields.append((141, "Y"))
        self.send("A", fields)

    def _write(self, message_type: str, number: int, now: str, header: Fields, fields: Fields) -> None:
        if self._socket is None:
            return
        self._last_sent = time.monotonic()
        head = [(35, message_type), (49, self.comp_id), (56, "VENUE"), (34, str(number)), *header, (52, now)]
        data = encode([*head, *fields], self.begin_string)
        try:
            self._socket.setblocking(True)
            self._socket.settimeout(2)
            self._socket.sendall(data)
            self._socket.setblocking(False)
        except OSError:
            self.drop()

    def _receive(self) -> None:
        try:
            while self._socket is not None:
                data = self._socket.recv(1 << 16)
                if not data:
                    self.drop()
                    return
                self._buffer += data
                self._cut()
        except BlockingIOError:
            return
        except OSError:
            self.drop()

    def _cut(self) -> None:
        while (end := self._buffer.find(SOH + b"10=")) >= 0 and (stop := self._buffer.find(SOH, end + 4)) >= 0:
            raw, self._buffer = self._buffer[: stop + 1], self._buffer[stop + 1 :]
            self._take(Received(raw))

    def _take(self, message: Received) -> None:
        kind, number, possible_duplicate = message[35], int(message[34]), message.get(43) == "Y"
        if kind == "A":
            self._logon_answered(message)
        if kind == "2":
            self._resend(int(message[7]), int(message[16]))
        if kind == "4" and message.get(123) != "Y":
            self.faults.append(f"a hard sequence reset: {message!r}")
        if number > self.next_in:
            if not self._asked_from:
                self._asked_from = self.next_in
                self.send("2", [(7, str(self.next_in)), (16, "0")])
        elif number < self.next_in:
            self.repeats += 1
            if not possible_duplicate:
                self.faults.append(f"number {number} again, {self.next_in} was due: {message!r}")
        else:
            self.next_in = int(message[36]) if kind == "4" else number + 1
            self._asked_from = 0
            self._process(kind, message)

    def _logon_answered(self, message: Received) -> None:
        self.logged_on = True
        self.logons += 1
        if self.reset_next_logon and (message.get(141) != "Y" or message[34] != "1"):
            self.faults.append(f"a logon with reset answered with {message!r}")
        self.reset_next_logon = False

    def _process(self, kind: str, message: Received) -> None:
        if kind == "1":
            self.send("0", [(112, message[112])])
        elif kind == "5":
            self.drop()
        elif kind not in _ADMIN:
            self.messages.append(message)
        elif kind == "3":
            self.faults.append(f"a Reject: {message!r}")

    def _resend(self, first: int, last: int) -> None:
        last = last or self.next_out - 1
        gap = 0
        for number in range(first, min(last, self.next_out - 1) + 1):
            kind, fields, sent_at = self._sent[number]
            if kind in _ADMIN:
                gap = gap or number
                continue
            if gap:
                self._gap_fill(gap, number)
                gap = 0
            self._write(kind, number, timestamp(), [(43, "Y"), (122, sent_at)], fields)
        if gap:
            self._gap_fill(gap, last + 1)

    def _gap_fill(self, number: int, new: int) -> None:
        now = timestamp()
        self._write("4", number, now, [(43, "Y"), (122, now)], [(123, "Y"), (36, str(new))])


def wait_all(clients: Iterable[PersistentClient], what: str, condition: Condition, seconds: float = 20) -> None:
    """Polls all of them until condition holds."""
    clients = list(clients)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"no {what} in {seconds} s; {[c.faults for c in clients]}"
        for client in clients:
            client.poll()
        time.sleep(0.001)


def body_of(message: Received) -> tuple[tuple[int, str], ...]:
    """A report without what the session layer put on it, and without PossResend: the same whenever it is sent."""
    skip = (8, 9, 10, 34, 43, 49, 52, 56, 97, 122)
    return tuple(sorted((tag, value) for tag, value in message.pairs if tag not in skip))
