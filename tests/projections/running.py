"""A projector in a real process, on an engine process in a thread and a PostgreSQL of its own: all can be killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.support.engine_thread import EngineThread
from venue.projections import database
from venue.projections.embedded import EmbeddedServer
from venue.projections.tables import position

WAIT_SECONDS = 120

_PROJECTOR = """
import logging, signal, sys
from pathlib import Path
from venue.ops.logs import to_file_and_terminal
from venue.projections.projector import Projector
to_file_and_terminal(Path(sys.argv[3]), "projector")
projector = Projector(sys.argv[1], Path(sys.argv[2]))
signal.signal(signal.SIGTERM, lambda *_: projector.stop())
projector.run(lambda: None)
"""


class ProjectorProcess:
    def __init__(self, address: str, engine: EngineThread) -> None:
        self._arguments = [address, str(engine.socket), str(engine.root / "log")]
        self.log = engine.root / "log" / "projector.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", _PROJECTOR, *self._arguments])

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(10)

    def said(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


def shown(address: str) -> int:
    """The record that the tables end with; -1: there are none, or no database."""
    try:
        with database.engine(address, database.READER).connect() as connection:
            found: int = connection.execute(select(position.c.sequence)).scalar_one()
            return found
    except DBAPIError:
        return -1


def wait_until(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def wait_for(address: str, sequence: int) -> None:
    wait_until(lambda: shown(address) >= sequence)


@contextmanager
def own_server(directory: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(directory / "pg", directory / "postgresql.log")
    thread = threading.Thread(target=server.run, args=(lambda: None,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(20)


def kill_postmaster(server: EmbeddedServer) -> None:
    pid = int((server.directory / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
