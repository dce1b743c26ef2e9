"""A FIX client on a raw socket: it sends exactly what a test says, well formed or not, and reads what comes."""

import socket
import time
from collections.abc import Iterable
from typing import Self

SOH = b"\x01"


class Received:
    """One message as it came. m[35] is the first value of a tag; pairs are all of them in order."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        parts = [part.partition(b"=") for part in raw.split(SOH) if part]
        self.pairs = [(int(tag), value.decode("latin-1")) for tag, _, value in parts]

    def __getitem__(self, tag: int) -> str:
        return next(value for t, value in self.pairs if t == tag)

    def get(self, tag: int, default: str | None = None) -> str | None:
        return next((value for t, value in self.pairs if t == tag), default)

    def __contains__(self, tag: int) -> bool:
        return any(t == tag for t, _ in self.pairs)

    def __repr__(self) -> str:
        return self.raw.replace(SOH, b"|").decode("latin-1")


def timestamp(offset_seconds: float = 0.0) -> str:
    now = time.time() + offset_seconds
    return time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}"


def encode(body: Iterable[tuple[int, str]], begin_string: str = "FIX.4.4") -> bytes:
    """A message with right BodyLength and CheckSum around the given fields, 35 first."""
    text = b"".join(f"{tag}={value}".encode("latin-1") + SOH for tag, value in body)
    head = f"8={begin_string}".encode() + SOH + f"9={len(text)}".encode() + SOH + text
    return head + f"10={sum(head) & 255:03d}".encode() + SOH


class FixClient:
    """next_out: MsgSeqNum of the next message that send numbers by itself."""

    def __init__(
        self,
        port: int,
        comp_id: str,
        target: str = "VENUE",
        host: str = "127.0.0.1",
        begin_string: str = "FIX.4.4",
    ) -> None:
        self.comp_id, self.target, self.begin_string = comp_id, target, begin_string
        self.next_out = 1
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cuts the line without a word."""
        self.socket.close()

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def message(
        self,
        message_type: str,
        fields: Iterable[tuple[int, str]] = (),
        header: Iterable[tuple[int, str]] = (),
        seq: int | None = None,
    ) -> bytes:
        """A numbered message; header: further header fields, or replacements of 49, 56, 34, 52."""
        if seq is None:
            seq = self.next_out
            self.next_out += 1
        head = {35: message_type, 49: self.comp_id, 56: self.target, 34: str(seq), 52: timestamp()}
        head.update(dict(header))
        return encode([*head.items(), *fields], self.begin_string)

    def send(
        self,
        message_type: str,
        fields: Iterable[tuple[int, str]] = (),
        header: Iterable[tuple[int, str]] = (),
        seq: int | None = None,
    ) -> None:
        self.send_raw(self.message(message_type, fields, header, seq))

    def receive(self, timeout: float = 5.0) -> Received | None:
        """The next message; None when the line was cut. Raises TimeoutError when nothing comes."""
        deadline = time.monotonic() + timeout
        while True:
            end = self._buffer.find(SOH + b"10=")
            if end >= 0 and (stop := self._buffer.find(SOH, end + 4)) >= 0:
                raw, self._buffer = self._buffer[: stop + 1], self._buffer[stop + 1 :]
                return Received(raw)
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"nothing came in {timeout} s; buffered: {self._buffer!r}")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._buffer += data

    def expect(self, message_type: str, timeout: float = 5.0, **tags: str) -> Received:
        """The next message that is not a heartbeat, which must be of this type; tags as t39="0"."""
        while True:
            message = self.receive(timeout)
            assert message is not None, f"the line was cut; expected 35={message_type}"
            if message[35] == "0" and message_type != "0":
                continue
            assert message[35] == message_type, f"expected 35={message_type}, got {message!r}"
            for name, value in tags.items():
                assert message.get(int(name[1:])) == value, f"expected {name[1:]}={value} in {message!r}"
            return message

    def expect_cut(self, timeout: float = 5.0) -> None:
        message = self.receive(timeout)
        assert message is None, f"expected the line to be cut, got {message!r}"

    def expect_nothing(self, timeout: float = 0.3) -> None:
        try:
            message = self.receive(timeout)
        except TimeoutError:
            return
        raise AssertionError(f"expected silence, got {message!r}")

    def logon(self, heartbeat: int = 30, reset: bool = True, seq: int | None = None) -> Received:
        """Logs on and returns the answer. reset: 141=Y, so that both sides start from 1."""
        if reset:
            self.next_out = 1
        fields = [(98, "0"), (108, str(heartbeat))] + ([(141, "Y")] if reset else [])
        self.send("A", fields, seq=seq)
        return self.expect("A")

    def order(
        self, client_order_id: str, side: str = "1", quantity: str = "1", price: str | None = "100", **more: str
    ) -> None:
        """A NewOrderSingle for BTC-USD, a GTC limit order unless told otherwise; more: t59="3", t55="ETH-USD" ..."""
        fields = {
            11: client_order_id,
            55: "BTC-USD",
            54: side,
            60: timestamp(),
            38: quantity,
            40: "2" if price is not None else "1",
            59: "1",
        }
        if price is not None:
            fields[44] = price
        account = {"BROKER_A": "A-1", "BROKER_B": "B-1", "BROKER_42": "C-1"}.get(self.comp_id)
        if account:
            fields[1] = account
        if self.begin_string == "FIX.4.2":
            fields[21] = "1"
        fields.update({int(name[1:]): value for name, value in more.items()})
        self.send("D", [(tag, value) for tag, value in fields.items() if value != ""])
