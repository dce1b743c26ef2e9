"""The engine alone, and the engine's loop with its journal."""

import gc
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from scripts.benchmarks.bare_book import BareBook, Message, run_bare_book
from scripts.benchmarks.order_flow import order_flow
from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from venue.domain import limits
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, Command, ListInstrument
from venue.domain.enums import Side
from venue.engine import Engine
from venue.ops.flow import FlowRow, measure, translate
from venue.sequencer import codec
from venue.sequencer.engine_process import EngineProcess
from venue.sequencer.frames import pack_frames
from venue.sequencer.journal import Journal
from venue.sequencer.link import Link

_ROWS = 100_000
_LOOP_ROWS = 100_000


def flow_row(rounds: int) -> Row:
    """`venue flow`: the engine with its events encoded, against a bare book; CPU time."""
    rows = order_flow(_ROWS)
    commands, trades = translate(rows, Path("order_flow"))
    messages = bare_messages(rows)
    assert [tuple(trade[1:]) for trade in trades] == run_bare_book(messages), "they differ in their trades"
    ours, bare = in_turns(rounds, lambda: len(rows) / measure(rows, commands), lambda: len(rows) / _bare(messages))
    speed, yardstick = f"{median(ours):,.0f} commands/s", f"bare book {median(bare):,.0f}/s"
    return Row("venue flow: engine, events encoded (CPU)", speed, yardstick, median_ratio(ours, bare), 0.25)


def loop_rows(rounds: int, directory: Path) -> list[Row]:
    """The engine's loop with the disk and without it; then replay of what it wrote, against writing it."""
    payloads = [codec.encode(command) for command in flow_commands(_LOOP_ROWS)]
    loop: list[float] = []
    live: list[float] = []
    replayed: list[float] = []
    without: list[float] = []
    for _ in range(rounds):
        place = Path(tempfile.mkdtemp(dir=directory))
        without.append(len(payloads) / _loop_without_disk(payloads))
        loop.append(len(payloads) / _loop(payloads, place))
        live.append(len(payloads) / _live(payloads, place / "live"))
        replayed.append(len(payloads) / _replay(place / "journal", len(payloads)))
        shutil.rmtree(place)
    return [
        Row(
            "engine loop: decode, apply, encode, append, group commit",
            f"{median(loop):,.0f} commands/s",
            f"without the disk {median(without):,.0f}/s",
            median_ratio(loop, without),
            0.6,
        ),
        Row(
            "replay of the journal, every event compared",
            f"{median(replayed):,.0f} commands/s",
            f"live, socket to feed {median(live):,.0f}/s",
            median_ratio(replayed, live),
            1.5,
        ),
    ]


def bare_messages(rows: list[FlowRow]) -> list[Message]:
    """The flow as the bare book takes it."""
    return [
        (r.action, r.order_id, 1 if r.side is Side.BUY else -1, r.price, r.quantity, r.immediate_or_cancel)
        for r in rows
    ]


def _bare(messages: list[Message]) -> float:
    """CPU seconds, under the same conditions as the engine's: each batch read just before, reading not counted."""
    book, clock, decode = BareBook(), time.process_time, msgspec.msgpack.Decoder(Message).decode
    payloads = [msgspec.msgpack.encode(message) for message in messages]
    gc.collect()
    gc.disable()
    seconds = 0.0
    try:
        for start in range(0, len(payloads), limits.MAX_BATCH_COMMANDS):
            batch = [decode(payload) for payload in payloads[start : start + limits.MAX_BATCH_COMMANDS]]
            started = clock()
            book.run(batch)
            seconds += clock() - started
    finally:
        gc.enable()
    return seconds


def flow_commands(rows: int) -> list[Command]:
    """Reference data, then the flow."""
    opening: list[Command] = [
        AddAsset(0, "bench", "BASE", 0),
        AddAsset(0, "bench", "QUOTE", 0),
        AddFirm(0, "bench", "1"),
        AddAccount(0, "bench", "1", "1"),
        AddSession(0, "bench", "1", "1"),
    ]
    commands, _ = translate(order_flow(rows), Path("order_flow"))
    symbol = next(command.symbol for command in commands if hasattr(command, "symbol"))
    return [*opening, ListInstrument(0, "bench", symbol, "BASE", "QUOTE", 1, 1), *commands]


def _loop(payloads: list[bytes], place: Path) -> float:
    process = EngineProcess(Journal.open(place / "journal"), Engine(), place / "e.sock", place / "p.sock")
    batch = limits.MAX_BATCH_COMMANDS
    started = time.perf_counter()
    for start in range(0, len(payloads), batch):
        process.process(payloads[start : start + batch])
    seconds = time.perf_counter() - started
    process.close()
    return seconds


_REPLAY = """
import sys, time
from pathlib import Path
from venue.engine import Engine
from venue.sequencer.recovery import replay_onto
from venue.sequencer.segments import ChainWalk, list_segments
started, engine = time.perf_counter(), Engine()
replay_onto(engine, ChainWalk(list_segments(Path(sys.argv[1]))))
assert engine.sequence == int(sys.argv[2])
print(time.perf_counter() - started)
"""


def _replay(journal: Path, records: int) -> float:
    """Seconds, in a process of its own, as in `venue journal replay`, without its start and the state hash."""
    command = [sys.executable, "-c", _REPLAY, str(journal), str(records)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def _live(payloads: list[bytes], place: Path) -> float:
    """The engine process as it runs: commands in by its socket, until the last one is back on the feed."""
    context = multiprocessing.get_context("fork")
    server = context.Process(target=_serve, args=(place,), daemon=True)
    server.start()
    path = place / "e.sock"
    while not path.exists() or not path.is_socket():
        time.sleep(0.01)
    time.sleep(0.1)
    link = Link(path, "bench", 1)
    started = time.perf_counter()
    sender = threading.Thread(target=_send_all, args=(link, payloads))
    sender.start()
    seen = 0
    while seen < len(payloads):
        seen += len(link.receive())
    seconds = time.perf_counter() - started
    sender.join()
    link.close()
    server.kill()
    server.join()
    return seconds


def _serve(place: Path) -> None:
    process = EngineProcess(Journal.open(place / "journal"), Engine(), place / "e.sock", place / "p.sock")
    gc.freeze()
    gc.disable()
    process.run()


def _send_all(link: Link, payloads: list[bytes]) -> None:
    for start in range(0, len(payloads), 64):
        link.send_all(payloads[start : start + 64])


def _loop_without_disk(payloads: list[bytes]) -> float:
    """The same work, records framed, checked and chained as the journal does, and thrown away."""
    engine, batch, last, parts = Engine(), limits.MAX_BATCH_COMMANDS, bytes(32), []
    started = time.perf_counter()
    for start in range(0, len(payloads), batch):
        records = []
        for payload in payloads[start : start + batch]:
            command = codec.decode_command(payload)
            msgspec.structs.force_setattr(command, "at", time.time_ns())
            events = engine.apply(command)
            records.append(codec.encode(codec.Record(engine.sequence, command, events)))
        parts.clear()
        _, last = pack_frames(parts, records, engine.sequence - len(records), last)
        b"".join(parts)
    return time.perf_counter() - started
