"""The projector: rows into PostgreSQL against a bare COPY of them, the rebuild against the live rate, its lag."""

import gc
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from msgspec.structs import force_setattr
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from scripts.benchmarks.fix_client import Load
from scripts.benchmarks.money_speed import opening
from scripts.benchmarks.order_flow import flow_of_firms
from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from tests.support.engine_thread import EngineThread
from tests.support.running_venue import RunningVenue
from venue.domain import limits
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, Command, ListInstrument
from venue.engine import Engine
from venue.ops.config import DataDirectory
from venue.ops.flow import translate
from venue.ops.read_models import database_address
from venue.projections import database
from venue.projections.embedded import EmbeddedServer
from venue.projections.pipeline import Pipeline, favour_throughput
from venue.projections.projector import Projector
from venue.projections.rebuild import rebuild
from venue.projections.state import load
from venue.projections.tables import balances, events, executions, orders, position, transfers
from venue.projections.writing import Writer, make_partitions
from venue.sequencer import codec
from venue.sequencer.journal import Journal
from venue.sequencer.link import HEAD, Link, LinkLost

_ROWS = 100_000
_FIX_ORDERS = 20_000
_SAMPLE_SECONDS = 0.01


class Records(NamedTuple):
    payloads: list[bytes]
    events: int


class Lag(NamedTuple):
    """How long after a record was told its rows could be read; caught_up_ms: after the last report over FIX."""

    orders_per_second: float
    median_ms: float
    worst_ms: float
    caught_up_ms: float


def projector_rows(rounds: int, directory: Path) -> list[Row]:
    records = _records()
    # As in the projector's process.
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    favour_throughput()
    try:
        return _measured(rounds, directory, records)
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.unfreeze()


def _measured(rounds: int, directory: Path, records: Records) -> list[Row]:
    with _server() as server:
        speeds = [_into_tables(server.address, records) for _ in range(rounds)]
        journal = directory / "journal"
        with Journal.open(journal) as written:
            for start in range(0, len(records.payloads), limits.MAX_BATCH_COMMANDS):
                written.append(records.payloads[start : start + limits.MAX_BATCH_COMMANDS])
                written.commit()
        live, again = in_turns(
            rounds,
            lambda: records.events / _live(server.address, directory, len(records.payloads)),
            lambda: records.events / _rebuild(server.address, directory),
        )
    ours, bare = [speed for speed, _ in speeds], [speed for _, speed in speeds]
    return [
        Row(
            f"projector: rows into PostgreSQL, {records.events / len(records.payloads):.1f} events a record",
            f"{median(ours):,.0f} rows/s",
            f"bare COPY {median(bare):,.0f} rows/s",
            median_ratio(ours, bare),
            0.4,
        ),
        Row(
            "projector: feed to tables; goal 15,000",
            f"{median(live):,.0f} events/s",
            "15,000 events/s",
            median(live) / 15_000,
            1.0,
        ),
        Row(
            "venue rebuild, with its start and the change of tables",
            f"{median(again):,.0f} events/s",
            f"live {median(live):,.0f}/s",
            median_ratio(again, live),
            1.0,
        ),
    ]


def projector_lag(directory: Path) -> Lag:
    """Of a whole venue, under orders that one FIX session sends as fast as they are taken."""
    venue = RunningVenue(directory)
    venue.start(database=True)
    try:
        data = DataDirectory(venue.data)
        _wait_until(database_address(data), 1)
        client, watch = Load(venue.order_entry), _Watch(data)
        rate = client.pipelined(client.orders(_FIX_ORDERS))
        client.close()
        return watch.finish(rate)
    finally:
        venue.stop()


class _Watch:
    """Notes when records were told, and when their rows could be read."""

    def __init__(self, data: DataDirectory) -> None:
        self._address = database_address(data)
        self._link = Link(data.engine_socket, "watch", HEAD)
        self._told: dict[int, float] = {}
        self._lags: list[float] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._hear), threading.Thread(target=self._read)]
        for thread in self._threads:
            thread.start()

    def finish(self, rate: float) -> Lag:
        ended, last = time.perf_counter(), max(self._told)
        _wait_until(self._address, last)
        caught_up = time.perf_counter() - ended
        self._stopping.set()
        self._link.close()
        for thread in self._threads:
            thread.join()
        return Lag(rate, median(self._lags) * 1000, max(self._lags) * 1000, caught_up * 1000)

    def _hear(self) -> None:
        sequence = self._link.welcome.last_sequence
        try:
            while True:
                for _ in self._link.receive():
                    sequence += 1
                    self._told[sequence] = time.perf_counter()
        except LinkLost:
            return

    def _read(self) -> None:
        with database.engine(self._address, database.READER).connect() as connection:
            while not self._stopping.wait(_SAMPLE_SECONDS):
                told = self._told.get(_shown(connection) + 1)
                self._lags.append(0.0 if told is None else time.perf_counter() - told)


def _records() -> Records:
    """A day's flow of 200 firms, with the ledger open."""
    rows = flow_of_firms(_ROWS)
    accounts = list(dict.fromkeys(row.account for row in rows))
    rules = opening(accounts)
    commands, _ = translate(rows, Path("order_flow"), rules)
    symbol = next(command.symbol for command in commands if hasattr(command, "symbol"))
    base, quote = symbol.split("/")
    listed: list[Command] = [AddAsset(0, "b", base, 8), AddAsset(0, "b", quote, 2)]
    listed.append(ListInstrument(0, "b", symbol, base, quote, 1, 10**8))
    for account in accounts:
        listed += [AddFirm(0, "b", account), AddAccount(0, "b", account, account), AddSession(0, "b", account, account)]
    engine, payloads, made, at = Engine(), [], 0, time.time_ns()
    for command in [*listed, *rules, *commands]:
        at += 1_000
        force_setattr(command, "at", at)
        told = engine.apply(command)
        made += len(told)
        payloads.append(codec.encode(codec.Record(engine.sequence, command, told)))
    return Records(payloads, made)


@contextmanager
def _server() -> Iterator[EmbeddedServer]:
    directory = Path(tempfile.mkdtemp(prefix="venue-bench-pg-", dir=Path.cwd() / ".venv"))
    server = EmbeddedServer(directory / "pg", directory / "postgresql.log")
    thread = threading.Thread(target=server.run, args=(lambda: None,), daemon=True)
    thread.start()
    try:
        _wait_for_tables(server.address)
        yield server
    finally:
        server.stop()
        thread.join(20)
        shutil.rmtree(directory)


def _wait_for_tables(address: str) -> None:
    while True:
        try:
            database.migrate(address)
            return
        except DBAPIError:
            time.sleep(0.05)


def _into_tables(address: str, records: Records) -> tuple[float, float]:
    """Rows per second of the projector's own way, and of a bare COPY of the rows that it left, into the same tables."""
    _empty(address)
    owner = database.engine(address, database.OWNER)
    with database.engine(address, database.PROJECTOR).connect() as connection:
        pipeline = Pipeline(load(connection), _chunks(records.payloads))
        writer = Writer(connection, owner)
        started = time.perf_counter()
        pipeline.start()
        while (batch := pipeline.take()) is not None:
            writer.write(batch)
        seconds = time.perf_counter() - started
    kept = _kept(address)
    _empty(address)
    return kept.rows / seconds, kept.rows / _bare_copy(address, kept)


class _Kept(NamedTuple):
    tables: list[tuple[Any, bytes]]
    days: list[Any]
    rows: int


def _kept(address: str) -> _Kept:
    """All rows of the large tables, as COPY tells them."""
    with database.engine(address, database.OWNER).connect() as connection:
        driver = connection.connection.driver_connection
        tables, count = [], 0
        for table in (events, transfers, executions, orders, balances):
            key = ", ".join(column.name for column in table.primary_key.columns)
            query = f"COPY (SELECT * FROM {table.name} ORDER BY {key}) TO STDOUT"
            with driver.cursor() as cursor, cursor.copy(query) as copy:
                data = b"".join(bytes(block) for block in copy)
            tables.append((table, data))
            count += data.count(b"\n")
        days = list(connection.execute(select(events.c.day).distinct()).scalars())
    return _Kept(tables, days, count)


def _bare_copy(address: str, kept: _Kept) -> float:
    owner = database.engine(address, database.OWNER)
    make_partitions(owner, kept.days)
    with owner.connect() as connection, connection.begin():
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        started = time.perf_counter()
        for table, data in kept.tables:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
                copy.write(data)
        connection.commit()
        return time.perf_counter() - started


def _empty(address: str) -> None:
    with database.engine(address, database.OWNER).begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS venue CASCADE"))
    database.migrate(address)


def _chunks(payloads: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(payloads), limits.MAX_BATCH_COMMANDS):
        yield payloads[start : start + limits.MAX_BATCH_COMMANDS]


def _live(address: str, directory: Path, records: int) -> float:
    """Seconds from the first rows until the last can be read: the projector on the feed of an engine process."""
    _empty(address)
    engine = EngineThread(directory, Engine)
    engine.start()
    projector = Projector(address, engine.socket)
    thread = threading.Thread(target=projector.run, args=(lambda: None,))
    started = time.perf_counter()
    thread.start()
    _wait_until(address, records)
    seconds = time.perf_counter() - started
    projector.stop()
    thread.join()
    engine.stop()
    return seconds


def _rebuild(address: str, directory: Path) -> float:
    started = time.perf_counter()
    rebuild(address, directory / "journal", directory / "run" / "none.sock", lambda done, last: None)
    return time.perf_counter() - started


def _wait_until(address: str, sequence: int) -> None:
    while True:
        try:
            with database.engine(address, database.READER).connect() as connection:
                while _shown(connection) < sequence:
                    time.sleep(_SAMPLE_SECONDS)
                return
        except DBAPIError:
            time.sleep(0.05)


def _shown(connection: Connection) -> int:
    with connection.begin():
        found: int = connection.execute(select(position.c.sequence)).scalar_one()
        return found
