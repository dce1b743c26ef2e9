"""The scheduler at a running engine process, with a toy machine: in real time, over restarts of either."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from tests.support.engine_thread import EngineThread
from tests.support.toy_market import REFERENCE, SYMBOL, ToyMarket
from venue.domain.commands import AddFirm, Command, EndDay, PassTime, PlaceOrder, SetPhase
from venue.domain.enums import OrderType, Phase, Side, TimeInForce
from venue.domain.events import DayEnded, Event, OrderPlaced
from venue.domain.terms import SpecialState, Terms
from venue.scheduler.duties import NAME
from venue.scheduler.memory import Learned, load, save
from venue.scheduler.plan import PhaseTime, Plan
from venue.scheduler.process import SchedulerProcess
from venue.sequencer import codec
from venue.sequencer.link import FrameReader, Welcome, frame

SECOND_NS = 1_000_000_000
DAY_NS = 86_400 * SECOND_NS
Kind = TypeVar("Kind")


class RunningScheduler:
    """In a thread. days_later: how far its clock is ahead."""

    def __init__(self, root: Path, plan: Plan = Plan(), days_later: int = 0) -> None:  # noqa: B008  # a plan is a value
        self.memory = root / "scheduler" / "learned"
        self.process = SchedulerProcess(
            plan, root / "run" / "priority.sock", self.memory, lambda: time.time_ns() + days_later * DAY_NS
        )
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.process.run, args=(self.ready.set,))
        self.thread.start()

    def stop(self) -> None:
        self.process.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineThread]:
    engine = EngineThread(tmp_path, ToyMarket)
    engine.start()
    engine.send(AddFirm(0, "test", "FIRM"))
    yield engine
    engine.stop()


Start = Callable[..., RunningScheduler]


@pytest.fixture
def start(engine: EngineThread) -> Iterator[Start]:
    running: list[RunningScheduler] = []

    def begin(plan: Plan = Plan(), days_later: int = 0) -> RunningScheduler:  # noqa: B008  # a plan is a value
        running.append(RunningScheduler(engine.root, plan, days_later))
        return running[-1]

    yield begin
    for scheduler in running:
        scheduler.stop()


def commands(engine: EngineThread, kind: type[Kind]) -> list[Kind]:
    return [record.command for record in engine.records() if isinstance(record.command, kind)]


def wait_for(engine: EngineThread, kind: type[Kind], count: int = 1) -> list[Kind]:
    deadline = time.monotonic() + 10
    while len(found := commands(engine, kind)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} {kind.__name__} came"
        time.sleep(0.02)
    return found


def ended(engine: EngineThread) -> list[str]:
    return [command.day for command in commands(engine, EndDay)]


def day(ago: int) -> str:
    return f"{datetime.now(UTC) - timedelta(ago):%Y%m%d}"


def good_till(expires_at: int) -> PlaceOrder:
    return PlaceOrder(
        *(0, "DESK", 1, "c1", "A-1", SYMBOL, Side.BUY, OrderType.LIMIT, TimeInForce.GTD, 100, 5),
        terms=Terms(expires_at=expires_at),
    )


def test_it_is_ready_once_the_days_that_it_missed_are_ended(engine: EngineThread, start: Start) -> None:
    scheduler = start(days_later=2)
    assert scheduler.ready.wait(10)
    assert ended(engine) == [day(0), day(-1)]


def test_it_passes_time_when_an_order_expires(engine: EngineThread, start: Start) -> None:
    scheduler = start()
    assert scheduler.ready.wait(10)
    expires_at = time.time_ns() + SECOND_NS // 2
    engine.send(good_till(expires_at))
    (passed,) = wait_for(engine, PassTime)
    assert expires_at <= passed.at < expires_at + SECOND_NS
    time.sleep(0.3)
    assert len(commands(engine, PassTime)) == 1


def test_an_expiry_while_it_was_away_is_made_up_for(engine: EngineThread, start: Start) -> None:
    start().stop()
    engine.send(good_till(time.time_ns() + SECOND_NS // 5))
    time.sleep(0.3)
    scheduler = start()
    assert scheduler.ready.wait(10)
    assert len(wait_for(engine, PassTime)) == 1


def soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)


def assert_prompt(at: int, due: datetime) -> None:
    """Within a second, for a machine that has other things to do."""
    due_ns = int(due.timestamp()) * SECOND_NS
    assert due_ns <= at < due_ns + SECOND_NS


def test_the_day_ends_on_the_second(engine: EngineThread, start: Start) -> None:
    cut_off = soon()
    assert start(Plan(cut_off.time(), UTC)).ready.wait(10)
    assert ended(engine) == []
    (end,) = wait_for(engine, EndDay)
    assert end.day == f"{cut_off:%Y%m%d}"
    assert_prompt(end.at, cut_off)


def test_a_phase_begins_on_the_second(engine: EngineThread, start: Start) -> None:
    closes = soon()
    opened = (closes - timedelta(seconds=10)).time()
    times = (
        PhaseTime(SYMBOL, *phase, "mon-sun", UTC) for phase in ((Phase.OPEN, opened), (Phase.CLOSED, closes.time()))
    )
    assert start(Plan(phases=tuple(times))).ready.wait(10)
    assert [command.phase for command in commands(engine, SetPhase)] == [Phase.OPEN]
    _, close = wait_for(engine, SetPhase, 2)
    assert close.phase is Phase.CLOSED
    assert_prompt(close.at, closes)


class PlayedEngine:
    """An engine process as the scheduler sees it, played by the test."""

    def __init__(self, path: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()

    def welcomes(self, last_sequence: int) -> None:
        self.peer, _ = self.listener.accept()
        self.peer.settimeout(0.3)
        self.peer.recv(4096)
        self.peer.sendall(frame(codec.encode(Welcome(last_sequence, REFERENCE))))

    def tells(self, record: codec.Record) -> None:
        self.peer.sendall(frame(codec.encode(record)))

    def hears(self) -> list[Command]:
        """What comes soon."""
        try:
            return [codec.decode_command(payload) for payload in FrameReader().feed(self.peer.recv(4096))]
        except TimeoutError:
            return []

    def dies(self) -> None:
        self.peer.close()
        self.listener.close()


def test_what_an_engine_took_with_it_is_sent_to_the_next(engine: EngineThread, start: Start) -> None:
    engine.stop()
    dying = PlayedEngine(engine.priority_socket)
    scheduler = start(days_later=1)
    dying.welcomes(1)
    dying.tells(engine.records()[0])
    assert dying.hears() == [EndDay(0, NAME, day(0))]
    dying.dies()
    engine.start()
    assert scheduler.ready.wait(10)
    assert ended(engine) == [day(0)]


def test_nothing_is_decided_before_it_has_caught_up(engine: EngineThread, start: Start) -> None:
    """Else a day that was ended in a record not yet read would be ended again."""
    engine.stop()
    (record,) = engine.records()
    played = PlayedEngine(engine.priority_socket)
    scheduler = start(days_later=1)
    played.welcomes(3)
    played.tells(record)
    order = good_till(record.command.at + 1)
    events: list[Event] = [OrderPlaced(2, "A-1", SpecialState(Terms(expires_at=record.command.at + 1)))]
    played.tells(codec.Record(2, msgspec.structs.replace(order, at=record.command.at), events))
    assert played.hears() == []
    played.tells(codec.Record(3, EndDay(record.command.at, "test", day(0)), [DayEnded(day(0))]))
    assert played.hears() == [PassTime(0, NAME)]
    assert not scheduler.ready.is_set()
    played.dies()


def test_a_restart_ends_no_day_again(engine: EngineThread, start: Start) -> None:
    for forgetful in (False, True, False):
        scheduler = start(days_later=1)
        assert scheduler.ready.wait(10)
        scheduler.stop()
        if forgetful:
            scheduler.memory.unlink()
    assert ended(engine) == [day(0)]


def test_it_outlives_the_engine_and_goes_on(engine: EngineThread, start: Start) -> None:
    scheduler = start()
    assert scheduler.ready.wait(10)
    engine.send(good_till(time.time_ns() + SECOND_NS))
    engine.stop()
    time.sleep(1.2)
    engine.start()
    wait_for(engine, PassTime)
    engine.send(good_till(time.time_ns() + SECOND_NS // 5))
    wait_for(engine, PassTime, 2)
    scheduler.stop()
    assert len(commands(engine, PassTime)) == 2


def test_it_waits_for_an_engine_and_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    scheduler = RunningScheduler(tmp_path)
    assert not scheduler.ready.wait(0.3)
    scheduler.stop()
    assert load(scheduler.memory) == Learned()


def test_it_goes_on_from_what_it_kept(engine: EngineThread, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.scheduler.process.SNAPSHOT_EVERY_RECORDS", 5)
    scheduler = start()
    assert scheduler.ready.wait(10)
    engine.send(*[AddFirm(0, "test", "FIRM")] * 6)
    deadline = time.monotonic() + 10
    while load(scheduler.memory).sequence < 5:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    scheduler.stop()
    kept = load(scheduler.memory)
    assert (kept.sequence, kept.first_at) == (7, engine.records()[0].command.at)
    # Were the journal read from its start, the day before yesterday would be no day of the venue's.
    kept.first_at -= 2 * DAY_NS
    save(scheduler.memory, kept)
    assert start().ready.wait(10)
    assert ended(engine) == [day(2), day(1)]


@pytest.mark.parametrize("sequence", [1, 100])
def test_what_was_kept_of_another_journal_is_not_used(engine: EngineThread, start: Start, sequence: int) -> None:
    memory = engine.root / "scheduler" / "learned"
    save(memory, Learned(sequence=sequence, at=5, first_at=5, ended="29991231"))
    scheduler = start(days_later=1)
    assert scheduler.ready.wait(10)
    assert ended(engine) == [day(0)]


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x93\x01"])
def test_a_damaged_memory_is_made_anew(engine: EngineThread, start: Start, content: bytes) -> None:
    memory = engine.root / "scheduler" / "learned"
    memory.parent.mkdir()
    memory.write_bytes(content)
    scheduler = start(days_later=1)
    assert scheduler.ready.wait(10)
    assert ended(engine) == [day(0)]
