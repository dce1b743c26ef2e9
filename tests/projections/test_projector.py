"""The projector as a process: exactly once, over kill -9 of itself, of PostgreSQL and of the engine, at any moment.

PROJECTOR_KILLS and PROJECTOR_SEED choose how often and which moments.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tests.projections.flow import Flow, funding, opening
from tests.projections.running import ProjectorProcess, kill_postmaster, own_server, shown, wait_for, wait_until
from tests.projections.twin import check_tables
from tests.support.engine_thread import EngineThread
from venue.engine import Engine
from venue.projections import database
from venue.projections.checksums import checksums
from venue.projections.rebuild import rebuild
from venue.sequencer import codec

KILLS = int(os.environ.get("PROJECTOR_KILLS", "12"))
SEED = int(os.environ.get("PROJECTOR_SEED", str(time.time_ns() % 1_000_000)))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineThread]:
    engine = EngineThread(tmp_path, Engine)
    engine.start()
    yield engine
    engine.stop()


class Load:
    """Trades until it is stopped."""

    def __init__(self, engine: EngineThread, seed: int) -> None:
        self._engine = engine
        self._flow = Flow(seed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        engine.send(*opening(), *funding())
        self._thread.start()

    def stop(self) -> int:
        """The last record."""
        self._stopping.set()
        self._thread.join()
        return self._engine.records()[-1].sequence

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._engine.send(*self._flow.commands(40))
            time.sleep(0.01)


def check_all(address: str, engine: EngineThread) -> None:
    """Against the twin, and against a rebuild: the same to the last row."""
    with database.engine(address, database.READER).connect() as connection:
        check_tables(connection, [codec.encode(record) for record in engine.records()])
        live = checksums(connection)
    rebuild(address, engine.root / "journal", engine.socket, lambda done, last: None)
    with database.engine(address, database.READER).connect() as connection:
        assert checksums(connection) == live


def test_tables_follow_and_the_projector_says_nothing(address: str, engine: EngineThread) -> None:
    projector = ProjectorProcess(address, engine)
    projector.start()
    load = Load(engine, 1)
    time.sleep(1)
    wait_for(address, load.stop())
    assert projector.stop() == 0
    assert projector.said() == []
    check_all(address, engine)


def test_projector_killed_at_any_moment_under_load(address: str, engine: EngineThread) -> None:
    print(f"PROJECTOR_SEED={SEED}")
    chance = Random(SEED)
    projector = ProjectorProcess(address, engine)
    load = Load(engine, SEED)
    for _ in range(KILLS):
        projector.start()
        if chance.random() < 0.7:
            seen = shown(address)
            wait_until(lambda seen=seen: shown(address) > seen)
        time.sleep(chance.random() * 0.3)
        projector.kill()
    projector.start()
    wait_for(address, load.stop())
    projector.stop()
    check_all(address, engine)


def test_engine_killed_under_load(address: str, engine: EngineThread) -> None:
    projector = ProjectorProcess(address, engine)
    projector.start()
    for seed in range(3):
        engine.send(*(opening() if not seed else ()), *(funding() if not seed else ()))
        engine.send(*Flow(seed).commands(100))
        engine.stop()
        engine.start()
    wait_for(address, engine.records()[-1].sequence)
    projector.stop()
    check_all(address, engine)


def test_postgres_killed_under_load(engine: EngineThread) -> None:
    """Trading goes on, the projector says it once, catches up, and nothing is lost or doubled."""
    directory = Path(tempfile.mkdtemp(prefix="venue-pg-"))
    try:
        with own_server(directory) as server:
            projector = ProjectorProcess(server.address, engine)
            projector.start()
            load = Load(engine, 3)
            wait_for(server.address, 200)
            for _ in range(2):
                kill_postmaster(server)
                before = len(engine.records())
                time.sleep(1)
                assert len(engine.records()) > before + 200, "trading waited for the database"
                wait_for(server.address, len(engine.records()))
            last = load.stop()
            wait_for(server.address, last)
            projector.stop()
            warnings = [line for line in projector.said() if "the database is away" in line]
            assert len(warnings) == 2
            check_all(server.address, engine)
    finally:
        shutil.rmtree(directory)


def test_tables_of_another_journal_are_left_alone(address: str, engine: EngineThread, tmp_path: Path) -> None:
    projector = ProjectorProcess(address, engine)
    projector.start()
    engine.send(*opening(), *funding())
    wait_for(address, engine.records()[-1].sequence)
    projector.stop()
    other = EngineThread(tmp_path / "other", Engine)
    other.start()
    try:
        other.send(*Flow(9).commands(200))
        with database.engine(address, database.READER).connect() as connection:
            before = checksums(connection)
        lost = ProjectorProcess(address, other)
        lost.start()
        wait_until(lambda: any("another journal" in line for line in lost.said()))
        time.sleep(0.5)
        assert sum("another journal" in line for line in lost.said()) == 1
        with database.engine(address, database.READER).connect() as connection:
            assert checksums(connection) == before
        # What its words advise helps.
        rebuild(address, other.root / "journal", other.socket, lambda done, last: None)
        other.send(*Flow(10).commands(20))
        wait_for(address, other.records()[-1].sequence)
        lost.stop()
        with database.engine(address, database.READER).connect() as connection:
            check_tables(connection, [codec.encode(record) for record in other.records()])
    finally:
        other.stop()


def test_rebuild_while_trading_goes_on(address: str, engine: EngineThread) -> None:
    """Readers see whole tables all the time, and never less than before."""
    projector = ProjectorProcess(address, engine)
    projector.start()
    load = Load(engine, 5)
    wait_for(address, 300)
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(shown(address))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(4):
        rebuild(address, engine.root / "journal", engine.socket, lambda done, last: None)
    done.set()
    reader.join()
    wait_for(address, load.stop())
    projector.stop()
    assert seen == sorted(seen)
    assert seen[0] >= 300
    check_all(address, engine)


def test_a_rebuild_that_was_killed_is_begun_again(address: str, engine: EngineThread) -> None:
    engine.send(*opening(), *funding(), *Flow(1).commands(300))
    database.migrate(address, "venue_rebuild")
    rebuild(address, engine.root / "journal", engine.socket, lambda done, last: None)
    with database.engine(address, database.OWNER).connect() as connection:
        schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'venue\\_%'"
        assert connection.execute(text(schemas)).scalar_one() == 0
        check_tables(connection, [codec.encode(record) for record in engine.records()])


def test_alarms_survive_a_rebuild(address: str, engine: EngineThread) -> None:
    engine.send(*opening())
    database.migrate(address)
    with database.engine(address, database.PROJECTOR).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO alarms (at, kind, account, asset, amount, sequence, text) "
                "VALUES (1, 'balances', 'a1', 'USD', 5, 7, 'it differs')"
            )
        )
    rebuild(address, engine.root / "journal", engine.socket, lambda done, last: None)
    with database.engine(address, database.READER).connect() as connection:
        assert connection.execute(text("SELECT account, amount, sequence FROM alarms")).one() == ("a1", 5, 7)
