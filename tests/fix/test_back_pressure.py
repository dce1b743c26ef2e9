"""A client that sends faster than it can be served is slowed by its own line, and one that is told more than can be
sent at once waits for it alone; nobody else notices."""

import os
import select
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fix.conftest import Client, fresh, log_off, order_fields, ping
from tests.support.fix_client import SOH
from tests.support.running_venue import RunningVenue, running_venue
from venue.domain import limits

BURST = 20_000
WORST_SECONDS = 0.5
SERVED_MEANWHILE = 10


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[RunningVenue]:
    with running_venue(tmp_path) as venue:
        yield venue


class Burst:
    """Messages of one broker, written at once; orders, unless told otherwise. expected: how many answers, where not one
    for each. answers: how many messages came, by MsgType and ExecType; session_messages: Heartbeats and TestRequests,
    by MsgType."""

    def __init__(
        self,
        client: Client,
        count: int,
        message_type: str = "D",
        fields: list[tuple[int, str]] | None = None,
        expected: int = 0,
    ) -> None:
        self.answers: Counter[bytes] = Counter()
        self.session_messages: Counter[bytes] = Counter()
        self._client = client
        self._expected = expected or count
        self._messages = b"".join(
            client.message(message_type, order_fields(fresh("burst"), "A-1") if fields is None else fields)
            for _ in range(count)
        )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_under_way(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join(60)
        assert not self.is_under_way

    def _run(self) -> None:
        sock, sent, rest = self._client.socket, 0, b""
        view = memoryview(self._messages)
        sock.setblocking(False)
        while sum(self.answers.values()) < self._expected:
            readable, writable, _ = select.select([sock], [sock] if sent < len(view) else [], [], 30)
            if writable:
                sent += sock.send(view[sent : sent + 65_536])
            if readable:
                data = sock.recv(1 << 18)
                assert data, f"the line was cut after {self.answers}"
                *messages, rest = (rest + data).split(b"8=FIX")
                for message in messages:
                    self._count(message)
                if rest.count(SOH + b"10=") and rest.endswith(SOH):
                    self._count(rest)
                    rest = b""
        sock.setblocking(True)

    def _count(self, message: bytes) -> None:
        _, found, kind = message.partition(SOH + b"35=")
        if found and kind[:1] in b"01":
            self.session_messages[kind[:1]] += 1
        elif found:
            exec_type = message.partition(SOH + b"150=")[2][:1]
            self.answers[kind[:1] + exec_type] += 1


def test_a_burst_slows_nobody_else_and_all_of_it_is_served(venue: RunningVenue) -> None:
    with Client(venue.order_entry, "BROKER_A") as a, Client(venue.order_entry, "BROKER_B") as b:
        a.logon()
        b.logon()
        burst = Burst(a, BURST)
        waits = _waits_during(burst, b)
        assert burst.answers == {b"80": BURST}
        assert max(waits) < WORST_SECONDS
        for client in (a, b):
            log_off(client)


def test_a_cascade_of_reports_to_one_holds_up_nobody_else(venue: RunningVenue) -> None:
    """All orders of a broker are cancelled at once; the other one's answers do not wait behind the reports of it."""
    with Client(venue.order_entry, "BROKER_A") as a, Client(venue.order_entry, "BROKER_B") as b:
        a.logon()
        b.logon()
        Burst(a, BURST).wait()
        everything = [(11, fresh("all")), (530, "7"), (60, "20260101-00:00:00")]
        cascade = Burst(a, 1, "q", everything, expected=BURST + 1)
        waits = _waits_during(cascade, b)
        assert cascade.answers == {b"84": BURST, b"r": 1}
        # Many answers in the time of one cascade, whatever the machine makes of it; behind it, there was one.
        assert len(waits) >= SERVED_MEANWHILE
        for client in (a, b):
            log_off(client)


def _waits_during(burst: Burst, client: Client) -> list[float]:
    """How long another client's orders waited for their reports meanwhile, in seconds."""
    waits = []
    while burst.is_under_way:
        name, began = fresh("b"), time.perf_counter()
        client.send("D", order_fields(name, account="B-1"))
        client.expect("8", 30, t11=name, t150="0")
        waits.append(time.perf_counter() - began)
        time.sleep(0.005)
    burst.wait()
    print(f"{len(waits)} orders of B meanwhile: median {sorted(waits)[len(waits) // 2]:.4f}, worst {max(waits):.4f} s")
    return waits


def test_a_burst_is_served_across_a_death_of_the_engine(venue: RunningVenue) -> None:
    """What was under way is handed over again; the window opens again."""
    with Client(venue.order_entry, "BROKER_A") as a:
        a.logon()
        burst = Burst(a, BURST // 4)
        while burst.answers.total() < BURST // 20:
            time.sleep(0.01)
        venue.kill("engine")
        burst.wait()
        assert burst.answers == {b"80": BURST // 4}
        log_off(a)


def test_a_burst_of_what_is_not_served_is_answered(venue: RunningVenue) -> None:
    """Rejected by QuickFIX, which the gateway does not see, and by the gateway, which hands nothing over."""
    with Client(venue.order_entry, "BROKER_A") as a:
        a.logon()
        for fields, answer in (([(999, "x")], b"3"), ([], b"j")):
            burst = Burst(a, 2_000, "V", [(262, "1"), (263, "0"), (264, "1"), *fields])
            burst.wait()
            assert burst.answers == {answer: 2_000}
        log_off(a)


def test_a_client_that_is_slowed_keeps_its_session(venue: RunningVenue) -> None:
    """The engine stands still for longer than HeartBtInt, and not long enough to count as away."""
    with Client(venue.order_entry, "BROKER_A") as a:
        a.logon(heartbeat=limits.MIN_HEARTBEAT_SECONDS)
        burst = Burst(a, BURST // 4)
        while burst.answers.total() < BURST // 20:
            time.sleep(0.01)
        engine = venue.pid("engine")
        os.kill(engine, signal.SIGSTOP)
        time.sleep(limits.MIN_HEARTBEAT_SECONDS + 3)
        os.kill(engine, signal.SIGCONT)
        burst.wait()
        assert burst.answers == {b"80": BURST // 4}
        assert burst.session_messages[b"0"] + burst.session_messages[b"1"] > 0
        ping(a)
        log_off(a)
