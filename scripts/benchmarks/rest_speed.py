"""Signed reads over REST against a bare FastAPI handler, on the same server and with the same load."""

import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue, free_port
from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.money import Amount
from venue.ops.config import DataDirectory
from venue.ops.rest_config import demo_key_id, read_private_key
from venue.sidecar.client import SigningClient

_REQUESTS = 6_000
_CONNECTIONS = 16
_RECEIVE_BYTES = 1 << 16
_TARGETS = ("/v1/instruments", "/v1/balances")
_FIRM = "BROKER_A"


class Load(NamedTuple):
    """rate: answers a second; p99: microseconds from request to answer."""

    rate: float
    p99: float


def rest_rows(rounds: int, directory: Path) -> list[Row]:
    """One row for each read; it and the bare handler take turns."""
    rows = []
    with _venue(directory) as (port, client), _bare() as bare_port:
        plain = [b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"] * _REQUESTS
        for target in _TARGETS:
            loads: dict[str, list[Load]] = {"ours": [], "bare": []}

            def ours(target: str = target, kept: list[Load] = loads["ours"]) -> float:
                # Signed just before: a request is good for half a minute.
                kept.append(measured(port, [_signed(client, target) for _ in range(_REQUESTS)]))
                return kept[-1].rate

            def bare(kept: list[Load] = loads["bare"]) -> float:
                kept.append(measured(bare_port, plain))
                return kept[-1].rate

            ours_rates, bare_rates = in_turns(rounds, ours, bare)
            p99, bare_p99 = (median([load.p99 for load in loads[side]]) for side in ("ours", "bare"))
            rows.append(
                Row(
                    f"signed GET {target}, {_CONNECTIONS} connections",
                    f"{median(ours_rates):,.0f}/s, p99 {p99 / 1000:.1f} ms",
                    f"bare FastAPI {median(bare_rates):,.0f}/s, {bare_p99 / 1000:.1f} ms",
                    median_ratio(ours_rates, bare_rates),
                    0.5,
                )
            )
    return rows


def measured(port: int, requests: list[bytes]) -> Load:
    """All of them, each connection with one under way at a time. Every answer must be 200."""
    waiting = iter(requests)
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        for _ in range(_CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ, [0.0])
        started = time.perf_counter()
        for key in list(selector.get_map().values()):
            _ask(key, waiting, selector)
        while selector.get_map():
            for key, _ in selector.select():
                _take(key.fileobj)  # type: ignore[arg-type]  # our own sockets
                times.append(time.perf_counter() - key.data[0])
                _ask(key, waiting, selector)
        elapsed = time.perf_counter() - started
    times.sort()
    return Load(len(times) / elapsed, times[len(times) * 99 // 100] * 1e6)


def _ask(key: selectors.SelectorKey, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    request = next(waiting, None)
    assert isinstance(key.fileobj, socket.socket)
    if request is None:
        selector.unregister(key.fileobj)
        key.fileobj.close()
        return
    key.data[0] = time.perf_counter()
    key.fileobj.sendall(request)


def _take(connection: socket.socket) -> None:
    """One answer."""
    data = connection.recv(_RECEIVE_BYTES)
    assert data.startswith(b"HTTP/1.1 200"), data[:300]
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(_RECEIVE_BYTES)


def _signed(client: SigningClient, target: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in client.headers("GET", target).items()]
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: bench", *lines, "", ""]).encode()


@contextmanager
def _venue(directory: Path) -> Iterator[tuple[int, SigningClient]]:
    """A venue whose broker has two accounts with some funds."""
    venue = RunningVenue(directory, rest=True)
    try:
        venue.start()
        operator = Operator(venue)
        operator.order(OpenLedger(0, "bench"))
        for number, (account, asset) in enumerate((a, s) for a in ("A-1", "A-2") for s in ("BTC", "ETH", "USD")):
            operator.order(CreditAccount(0, "bench", f"credit-{number}", account, asset, Amount(10**12 + number)))
        key_id, port = demo_key_id(_FIRM), venue.ports["rest"]
        private = read_private_key(DataDirectory(venue.data).sidecar, key_id)
        with SigningClient("127.0.0.1", port, key_id, private) as client:
            yield port, client
    finally:
        venue.stop()


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    program = Path(__file__).parent / "bare_rest.py"
    server = subprocess.Popen([sys.executable, str(program), str(port)], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield port
    finally:
        server.terminate()
        server.communicate()
