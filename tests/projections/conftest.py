"""A real PostgreSQL for all tests here, and an empty database of its own for each."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from venue.projections import database
from venue.projections.embedded import EmbeddedServer

START_SECONDS = 30
_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """Not in a directory of pytest's: those are closed to others, such as the user that it runs as where root tests."""
    directory = Path(tempfile.mkdtemp(prefix="venue-pg-"))
    server = EmbeddedServer(directory / "pg", directory / "postgresql.log", {"fsync": "off"})
    thread = threading.Thread(target=server.run, args=(lambda: None,), daemon=True)
    thread.start()
    wait_for_database(server.address)
    yield server
    server.stop()
    thread.join(20)
    shutil.rmtree(directory)


@pytest.fixture
def address(server: EmbeddedServer) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with database.engine(server.address, database.OWNER).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.address.replace("@/postgres", f"@/{name}")
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def wait_for_database(address: str, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with database.engine(address, database.OWNER).connect():
                return
        except OperationalError:
            assert time.monotonic() < deadline, f"no database at {address}"
            time.sleep(0.05)
