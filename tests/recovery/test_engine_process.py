"""The engine process at its sockets: who is served, in what order, and what stops it."""

import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sequencer.toy import Toy, payloads_of
from venue.domain import limits
from venue.domain.commands import AddFirm
from venue.sequencer import codec
from venue.sequencer.engine_process import EngineProcess
from venue.sequencer.journal import Journal, JournalLocked
from venue.sequencer.link import HEAD, NO_FEED, Hello, Link, LinkLost, frame


class RunningEngine:
    """An engine process in a thread, with the toy machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.journal = Journal.open(root / "journal")
        self.path, self.priority_path = root / "engine.sock", root / "priority.sock"
        self.process = EngineProcess(self.journal, Toy(), self.path, self.priority_path)
        self.thread = threading.Thread(target=self.process.run)
        self.links: list[Link] = []

    def start(self) -> None:
        self.thread.start()

    def link(self, name: str, feed_from: int, priority: bool = False) -> Link:
        self.links.append(Link(self.priority_path if priority else self.path, name, feed_from))
        return self.links[-1]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RunningEngine]:
    engine = RunningEngine(tmp_path)
    yield engine
    for link in engine.links:
        link.close()
    if engine.thread.is_alive():
        engine.process.stop()
        engine.thread.join(10)
    else:
        engine.process.close()


def add(firm: str) -> bytes:
    return codec.encode(AddFirm(0, "test", firm))


def receive(link: Link, count: int) -> list[codec.Record]:
    records: list[codec.Record] = []
    while len(records) < count:
        payloads = link.receive(10)
        assert payloads, f"{len(records)} of {count} records came"
        records += map(codec.decode_record, payloads)
    return records


def firms(records: list[codec.Record]) -> list[str]:
    return [record.command.firm for record in records if isinstance(record.command, AddFirm)]


def test_a_late_joiner_gets_every_record_once_and_in_order(engine: RunningEngine) -> None:
    engine.start()
    writer = engine.link("writer", NO_FEED)
    done = threading.Event()

    def write() -> None:
        for number in range(3000):
            writer.send(add(f"firm{number}"))
        done.set()

    threading.Thread(target=write).start()
    chance = random.Random(5)
    for number in range(10):
        first = chance.randrange(1, 300)
        # Some join while the writing goes on.
        reader = engine.link(f"reader{number}", first)
        got = receive(reader, 3000 - first + 1)
        assert [record.sequence for record in got] == list(range(first, 3001))
    assert done.wait(10)
    head = engine.link("head", HEAD)
    writer.send(add("one more"))
    assert [record.sequence for record in receive(head, 1)] == [3001]


def test_the_priority_lane_goes_before_the_backlog_of_the_other(engine: RunningEngine) -> None:
    """Both lanes are full before the engine looks: all of priority's is applied first."""
    ordinary, priority = (socket.socket(socket.AF_UNIX) for _ in range(2))
    with ordinary, priority:
        for sock, path, name in ((ordinary, engine.path, "o"), (priority, engine.priority_path, "p")):
            sock.connect(str(path))
            sock.sendall(frame(codec.encode(Hello(name, NO_FEED))))
            sock.sendall(b"".join(frame(add(f"{name}{number}")) for number in range(700)))
        engine.start()
        names = firms(receive(engine.link("reader", 1), 1400))
    assert names == [f"p{n}" for n in range(700)] + [f"o{n}" for n in range(700)]


def test_a_slow_reader_is_served_from_the_journal_and_stops_nobody(engine: RunningEngine) -> None:
    engine.start()
    slow = engine.link("slow", 1)
    writer = engine.link("writer", 1)
    text = "x" * 2000
    for number in range(2000):
        writer.send(add(f"{number}{text}"))
        if number % 50 == 49:
            assert len(receive(writer, 50)) == 50
    got = receive(slow, 2000)
    assert [record.sequence for record in got] == list(range(1, 2001))
    peer = next(peer for peer in engine.process._peers.values() if peer.name == "slow")
    assert len(peer.output) <= limits.FEED_CHUNK_BYTES + 4096


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\xff\xff\xff too large",
        frame(b"not a hello"),
        frame(codec.encode(Hello("odd", -7))),
        frame(codec.encode(add("no hello"))),
        b"\x00\x00\x00\x10 unfinished",
        b"",
    ],
)
def test_a_peer_that_sends_garbage_is_dropped_alone(engine: RunningEngine, garbage: bytes) -> None:
    engine.start()
    good = engine.link("good", 1)
    with socket.socket(socket.AF_UNIX) as bad:
        bad.connect(str(engine.path))
        bad.sendall(garbage)
        bad.shutdown(socket.SHUT_WR)
        bad.settimeout(5)
        while bad.recv(4096):
            pass
        good.send(add("still served"))
        assert firms(receive(good, 1)) == ["still served"]


def test_what_is_not_a_command_is_passed_over(engine: RunningEngine) -> None:
    engine.start()
    link = engine.link("peer", 1)
    link.send(b"\xc1")
    link.send(add("good"))
    assert firms(receive(link, 1)) == ["good"]


def test_a_peer_that_comes_anew_fences_off_its_former_self(engine: RunningEngine) -> None:
    """What the former left in its socket, behind what the engine has read, is never journalled."""
    former = socket.socket(socket.AF_UNIX)
    former.connect(str(engine.path))
    former.sendall(frame(codec.encode(Hello("gateway", NO_FEED))))
    engine.start()
    assert former.recv(4096)
    former.sendall(frame(add("before")))
    assert firms(receive(engine.link("reader", 1), 1)) == ["before"]
    link = engine.link("gateway", 1)
    former.settimeout(5)
    assert former.recv(4096) == b""
    former.close()
    assert link.welcome.last_sequence == 1
    link.send(add("after"))
    assert firms(receive(link, 2)) == ["before", "after"]


FULL_DISK = """if True:
    import resource, signal, sys
    from pathlib import Path
    from tests.sequencer.toy import Toy
    from venue.sequencer.engine_process import EngineProcess
    from venue.sequencer.journal import Journal, JournalFailed
    root = Path(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    process = EngineProcess(Journal.open(root / "journal"), Toy(), root / "engine.sock", root / "priority.sock")
    print("ready", flush=True)
    try:
        process.run()
    except JournalFailed as error:
        print(error)
        raise SystemExit(7)
    """


def test_a_full_disk_stops_the_engine_and_nothing_unwritten_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "ready\n"
        link = Link(tmp_path / "engine.sock", "peer", 1)
        told: list[bytes] = []
        try:
            for number in range(100_000):
                link.send(add(f"firm{number}"))
                if number % 10 == 9:
                    told += link.receive(10)
        except (OSError, LinkLost):
            pass
        try:
            while True:
                told += link.receive(10)
        except LinkLost:
            link.close()
        assert engine.wait(10) == 7
        assert "short write" in engine.stdout.read()
    assert len(told) > 300
    kept = payloads_of(tmp_path / "journal")
    assert kept[: len(told)] == told


def test_a_second_engine_on_the_same_journal_is_refused(engine: RunningEngine) -> None:
    engine.start()
    with pytest.raises(JournalLocked):
        Journal.open(engine.root / "journal")
