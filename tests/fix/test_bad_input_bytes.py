"""What is wrong on the wire: sizes, garbage, slowness and numbers of connections. Whoever does it loses at most his
own line; the others are served as if nothing were, and no process ends."""

import os
import random
import re
import socket
import time
from collections.abc import Iterator

import pytest

from tests.fix.conftest import Client, Line, fresh, log_off, order_fields, ping
from tests.support.fix_client import SOH
from tests.support.running_venue import RunningVenue
from venue.domain import limits

PROCESSES = ("engine", "replica", "order_entry", "drop_copy", "front")
FUZZ_SEED = 20260101
FUZZ_SECONDS = 20


@pytest.fixture(scope="module")
def healthy(fix_venue: RunningVenue) -> Iterator[Client]:
    """Broker B, who does nothing wrong."""
    with Client(fix_venue.order_entry, "BROKER_B") as client:
        client.logon()
        yield client
        log_off(client)


@pytest.fixture(autouse=True)
def nothing_breaks(fix_venue: RunningVenue, healthy: Client) -> Iterator[None]:
    """After each test: B is served, every process is the one that it was, and no log tells of an exception."""
    before = {name: fix_venue.pid(name) for name in PROCESSES}
    yield
    round_trip(healthy)
    assert {name: fix_venue.pid(name) for name in PROCESSES} == before
    for path in (fix_venue.data / "log").glob("*.log"):
        for row in path.read_text().splitlines():
            assert '"level": "error"' not in row, row
            assert '"level": "critical"' not in row, row
            assert '"exception"' not in row, row


def round_trip(client: Client) -> float:
    """Seconds from an order to its report."""
    name = fresh("b")
    began = time.perf_counter()
    client.send("D", [(tag, value if tag != 1 else "B-1") for tag, value in order_fields(name)])
    client.expect("8", t11=name, t150="0")
    return time.perf_counter() - began


def slowest_round_trip(client: Client, seconds: float) -> float:
    deadline = time.monotonic() + seconds
    slowest = 0.0
    while time.monotonic() < deadline:
        slowest = max(slowest, round_trip(client))
        time.sleep(0.02)
    return slowest


@pytest.mark.parametrize("size", [limits.MAX_BODY_BYTES + 1, 20_000, 5_000_000])
def test_an_oversized_message_is_rejected_by_its_number(client: Client, healthy: Client, size: int) -> None:
    """Reject 5 for BodyLength(9); the message after it is served."""
    client.send("D", [(11, "x" * size)])
    answer = client.expect("3", t45="2", t371="9", t372="D", t373="5")
    body = int(re.fullmatch(rf"a body of (\d+) bytes is over {limits.MAX_BODY_BYTES}", answer[58])[1])  # type: ignore[index]
    assert size < body < size + 100
    ping(client)


def test_a_message_of_the_largest_size_is_read(line: Line, client: Client) -> None:
    name = fresh("s")
    rest = len(client.message("D", [*line.application_message(name), (58, "")], seq=2))
    client.send("D", [*line.application_message(name), (58, "x" * (limits.MAX_BODY_BYTES - rest))])
    line.expect_answer(client, name)


@pytest.mark.parametrize("claimed", ["20000", "5000000", "999999999"])
def test_a_body_length_that_lies_harms_nobody_else(line: Line, client: Client, healthy: Client, claimed: str) -> None:
    """The liar's own messages are taken for the body; a new connection is heard again."""
    good = client.message("1", [(112, "X")])
    client.send_raw(good.replace(good.split(SOH)[1], b"9=" + claimed.encode(), 1))
    client.send("1", [(112, "Y")])
    assert slowest_round_trip(healthy, 0.3) < 1
    client.close()
    time.sleep(0.1)
    with line.logged_on() as second:
        ping(second)
        log_off(second)


@pytest.mark.parametrize("how", ["random", "zeros", "8=FIX", "8=FIX.4.4|9=", "\x01" * 100, "GET / HTTP/1.1\r\n\r\n"])
def test_garbage_between_messages_is_skipped(client: Client, how: str) -> None:
    garbage = how.replace("|", "\x01").encode()
    if how == "random":
        garbage = random.Random(FUZZ_SEED).randbytes(30_000)
    if how == "zeros":
        garbage = bytes(100_000)
    client.send_raw(garbage)
    ping(client)


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00" * 40, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", bytes(5000), b"8=FIX\n" * 900]
)
def test_garbage_before_logon_is_dropped(line: Line, garbage: bytes) -> None:
    with line.connect() as stranger:
        stranger.send_raw(garbage)
        stranger.expect_cut(limits.LOGON_TIMEOUT_MS / 1000 + 2)


def test_a_logon_that_is_too_long_is_dropped(line: Line) -> None:
    with line.connect() as stranger:
        stranger.send("A", [(98, "0"), (108, "30"), (95, "6000"), (96, "x" * 6000)])
        stranger.expect_cut()


def test_silence_and_half_a_logon_are_dropped_in_time(line: Line) -> None:
    silent, half = line.connect(), line.connect()
    half.send_raw(half.message("A", [(98, "0"), (108, "30")])[:-3])
    began = time.monotonic()
    with silent, half:
        for stranger in (silent, half):
            stranger.expect_cut(limits.LOGON_TIMEOUT_MS / 1000 + 3)
    assert time.monotonic() - began > limits.LOGON_TIMEOUT_MS / 1000 - 1


def test_connections_that_drip_hold_up_nobody(fix_venue: RunningVenue, healthy: Client) -> None:
    """Twenty connections send a Logon a byte at a time; B's round trips stay what they are."""
    usual = slowest_round_trip(healthy, 0.5)
    dripping = [Client(fix_venue.order_entry, "BROKER_A") for _ in range(20)]
    logons = [client.message("A", [(98, "0"), (108, "30"), (141, "Y")]) for client in dripping]
    slowest = 0.0
    for position in range(60):
        for client, logon in zip(dripping, logons, strict=True):
            client.send_raw(logon[position : position + 1])
        slowest = max(slowest, round_trip(healthy))
        time.sleep(0.02)
    for client in dripping:
        client.close()
    assert slowest < max(10 * usual, 0.25), f"usual {usual:.4f} s, with dripping {slowest:.4f} s"


def test_messages_may_come_in_any_pieces(line: Line) -> None:
    """A Logon and an order, a byte at a time; then ten orders in one piece."""
    with line.connect() as client:
        name = fresh("s")
        logon = client.message("A", [(98, "0"), (108, "30"), (141, "Y")])
        for byte in logon:
            client.send_raw(bytes([byte]))
        client.expect("A")
        for byte in client.message("D", line.application_message(name)):
            client.send_raw(bytes([byte]))
        line.expect_answer(client, name)
        names = [fresh("s") for _ in range(10)]
        client.send_raw(b"".join(client.message("D", line.application_message(n)) for n in names))
        for name in names:
            line.expect_answer(client, name)
        log_off(client)


def test_a_logon_and_what_follows_it_may_come_at_once(line: Line) -> None:
    with line.connect() as client:
        name = fresh("s")
        logon = client.message("A", [(98, "0"), (108, "30"), (141, "Y")])
        client.send_raw(logon + client.message("D", line.application_message(name)))
        client.expect("A")
        line.expect_answer(client, name)
        log_off(client)


def test_a_flood_of_connections_shuts_nobody_out(fix_venue: RunningVenue, healthy: Client) -> None:
    """More silent connections than the venue keeps: B is served, and A, who says at once who he is, gets in."""
    address = ("127.0.0.1", fix_venue.order_entry)
    flood = [socket.create_connection(address, timeout=5) for _ in range(limits.MAX_CONNECTIONS + 50)]
    try:
        assert slowest_round_trip(healthy, 0.3) < 1
        with Client(fix_venue.order_entry, "BROKER_A") as client:
            client.logon()
            ping(client)
            log_off(client)
    finally:
        for connection in flood:
            connection.close()


def test_connections_that_come_and_go_leave_nothing(fix_venue: RunningVenue, healthy: Client) -> None:
    front = f"/proc/{fix_venue.pid('front')}/fd"
    before = len(os.listdir(front))
    for _ in range(300):
        Client(fix_venue.order_entry, "BROKER_A").close()
    round_trip(healthy)
    time.sleep(0.3)
    assert len(os.listdir(front)) <= before + 5


def test_a_client_that_never_reads_is_dropped(line: Line, healthy: Client) -> None:
    """It asks for more than MAX_CLIENT_BACKLOG_BYTES and reads none of it; others do not notice."""
    with line.logged_on() as client:
        name = "x" * 7_500
        needed = 3 * limits.MAX_CLIENT_BACKLOG_BYTES // len(name)
        slowest = 0.0
        dropped = False
        client.socket.settimeout(10)
        try:
            for number in range(needed):
                client.send("1", [(112, name)])
                if number % 200 == 0:
                    slowest = max(slowest, round_trip(healthy))
        except (ConnectionError, TimeoutError):
            dropped = True
    assert dropped, "it was served all of it"
    assert slowest < 2, f"another session waited {slowest:.3f} s"
    time.sleep(0.2)
    with line.logged_on() as again:
        ping(again)
        log_off(again)


def mutated(chance: random.Random, message: bytes) -> bytes:
    """One to four small faults."""
    data = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        fault = chance.randrange(7)
        at = chance.randrange(len(data)) if data else 0
        if fault == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif fault == 1:
            del data[at : at + chance.randint(1, 12)]
        elif fault == 2:
            data[at:at] = chance.randbytes(chance.randint(1, 12))
        elif fault == 3:
            end = at + chance.randint(1, 40)
            data[at:at] = data[at:end]
        elif fault == 4:
            data[at:at] = SOH
        elif fault == 5:
            data[at:at] = b"%d=%s" % (chance.randrange(1200), chance.randbytes(3)) + SOH
        else:
            fields = bytes(data).split(SOH)
            chance.shuffle(fields)
            data = bytearray(SOH.join(fields))
    return bytes(data)


def framed(data: bytes, begin_string: str) -> bytes:
    """With a right BodyLength and CheckSum again, so that the fault is met further in."""
    parts = data.split(SOH, 2)
    body = parts[2][:-7] if len(parts) == 3 else data
    head = f"8={begin_string}".encode() + SOH + b"9=%d" % len(body) + SOH + body
    return head + b"10=%03d" % (sum(head) & 255) + SOH


def sample(chance: random.Random, client: Client) -> bytes:
    name = fresh("z")
    fields = dict(order_fields(name, "T-1" if client.comp_id.startswith("T") else None))
    kind = chance.choice("DDDDFGHGH01234AV")
    if kind in "FG":
        fields[41] = name
    for tag in {"F": (21, 40, 44, 59), "H": (21, 40, 44, 59, 38, 60)}.get(kind, ()):
        del fields[tag]
    others = {"0": [], "1": [(112, "x")], "2": [(7, "1"), (16, "0")], "3": [(45, "1")], "V": [(262, "x"), (263, "1")]}
    others["4"] = [(36, str(client.next_out + 1))]
    others["A"] = [(98, "0"), (108, "30"), (141, chance.choice("YN"))]
    body = others.get(kind, list(fields.items()))
    if kind == "D" and chance.random() < 0.3:
        body = [*body, (453, "1"), (448, "p"), (447, "D"), (452, "1")]
    return client.message(kind, body)


def test_mutated_messages(line: Line, healthy: Client) -> None:
    """Whatever comes, it is answered or ignored or the line is cut; nothing of the venue's insides is told."""
    chance = random.Random(FUZZ_SEED)
    print(f"seed {FUZZ_SEED}")
    deadline = time.monotonic() + FUZZ_SECONDS / 2
    client, sent = line.logged_on(), 0
    while time.monotonic() < deadline:
        try:
            for _ in range(20):
                message = mutated(chance, sample(chance, client))
                client.send_raw(framed(message, line.begin_string) if chance.random() < 0.7 else message)
                sent += 1
            while (answer := client.receive(0.02)) is not None:
                assert b"Traceback" not in answer.raw
                assert b"Error" not in answer.raw
            raise ConnectionError
        except TimeoutError:
            continue
        except ConnectionError:
            client.close()
            client = reconnected(line)
    client.close()
    assert sent > 500
    assert round_trip(healthy) < 1


def reconnected(line: Line) -> Client:
    for _ in range(50):
        client = line.connect()
        client.send("A", [(98, "0"), (108, "30"), (141, "Y")], seq=1)
        client.next_out = 2
        answer = client.receive()
        if answer is not None and answer[35] == "A":
            return client
        client.close()
        time.sleep(0.02)
    raise AssertionError("no logon is answered any more")
