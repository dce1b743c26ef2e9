"""A FIX client made for load: orders are encoded before the clock starts, answers are only counted."""

import select
import socket
import statistics
import time

SOH = b"\x01"
REPORT = b"\x0135=8\x01"
LOGOUT = b"\x0135=5\x01"
ORDER_ID = b"\x0111="


class Load:
    """One session, logged on with 141=Y."""

    def __init__(self, port: int, comp_id: str = "BROKER_A", account: str = "A-1") -> None:
        self._comp_id = comp_id.encode()
        self._account = account.encode()
        self._next = 1
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._run = str(time.time_ns()).encode()
        self._socket.sendall(self._message(b"A", b"98=0\x01108=30\x01141=Y\x01"))
        assert b"\x0135=A\x01" in self._socket.recv(65536)

    def close(self) -> None:
        """Logs out: what was not confirmed would come again to the next of its name, and be counted with its own."""
        self._socket.sendall(self._message(b"5", b""))
        received = b""
        while LOGOUT not in received:
            more = self._socket.recv(65536)
            assert more, "no answer to the Logout"
            received = received[-len(LOGOUT) :] + more
        self._socket.close()

    def orders(self, count: int) -> list[bytes]:
        """Limit orders that rest: buys over a range of prices, none crossing."""
        made = []
        for _ in range(count):
            n = self._next
            body = b"11=%s-%d\x011=%s\x0138=1\x0140=2\x0144=%d\x0154=1\x0155=BTC-USD\x0159=1\x0160=%s\x01" % (
                self._run,
                n,
                self._account,
                20000 + n % 500,
                _now(),
            )
            made.append(self._message(b"D", body))
        return made

    def pipelined(self, orders: list[bytes]) -> float:
        """Orders per second, from the first sent to the last New report received."""
        self._socket.setblocking(False)
        data, sent, reports, tail = b"".join(orders), 0, 0, b""
        view = memoryview(data)
        start = time.perf_counter()
        while reports < len(orders):
            writable = [self._socket] if sent < len(data) else []
            readable, writable, _ = select.select([self._socket], writable, [], 30)
            if writable:
                sent += self._socket.send(view[sent : sent + 65536])
            if readable:
                received = self._socket.recv(1 << 18)
                assert received, "the venue cut the line"
                received = tail + received
                reports += received.count(REPORT)
                tail = received[-(len(REPORT) - 1) :]
        seconds = time.perf_counter() - start
        self._socket.setblocking(True)
        return len(orders) / seconds

    def one_at_a_time(self, orders: list[bytes]) -> float:
        """Median round trip in microseconds."""
        times = []
        for order in orders:
            at = order.index(ORDER_ID)
            wanted = order[at : order.index(SOH, at + 1) + 1]
            start = time.perf_counter()
            self._socket.sendall(order)
            received = b""
            while not (wanted in received and received.endswith(SOH) and b"\x0110=" in received):
                received += self._socket.recv(65536)
            times.append(time.perf_counter() - start)
        return statistics.median(times) * 1e6

    def _message(self, message_type: bytes, body: bytes) -> bytes:
        text = b"35=%s\x0134=%d\x0149=%s\x0152=%s\x0156=VENUE\x01%s" % (
            message_type, self._next, self._comp_id, _now(), body,
        )  # fmt: skip
        self._next += 1
        head = b"8=FIX.4.4\x019=%d\x01%s" % (len(text), text)
        return b"%s10=%03d\x01" % (head, sum(head) & 255)


def _now() -> bytes:
    return time.strftime("%Y%m%d-%H:%M:%S", time.gmtime()).encode()
