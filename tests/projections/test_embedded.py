"""The PostgreSQL that the venue brings along: it ends with whoever started it, and comes back with what it had."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.projections.conftest import wait_for_database
from tests.projections.running import kill_postmaster, own_server, wait_until
from venue.projections import database
from venue.projections.embedded import EmbeddedServer, NoServer, address_of

_SERVE = """
import signal, sys
from pathlib import Path
from venue.projections.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2]))
signal.signal(signal.SIGTERM, lambda *_: server.stop())
server.run(lambda: None)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="venue-pg-"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def start(directory: Path) -> "subprocess.Popen[bytes]":
    arguments = [str(directory / "pg"), str(directory / "postgresql.log")]
    return subprocess.Popen([sys.executable, "-c", _SERVE, *arguments])


def postmaster(directory: Path) -> Path:
    pid = (directory / "pg" / "postmaster.pid").read_text().splitlines()[0]
    return Path(f"/proc/{pid}")


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_whoever_started_it(directory: Path, way: signal.Signals) -> None:
    process = start(directory)
    wait_for_database(address_of(directory / "pg"))
    running = postmaster(directory)
    os.kill(process.pid, way)
    process.wait(10)
    wait_until(lambda: not running.exists(), 10)


def test_it_comes_back_with_what_it_had(directory: Path) -> None:
    with own_server(directory) as server:
        wait_for_database(server.address)
        with database.engine(server.address, database.OWNER, "public").begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS seven"))
        for _ in range(2):
            before = postmaster(directory)
            kill_postmaster(server)
            wait_until(lambda before=before: not before.exists(), 10)
            wait_for_database(server.address)
            with database.engine(server.address, database.OWNER, "public").begin() as connection:
                assert connection.execute(text("SELECT seven FROM kept")).scalar_one() == 7


def test_files_that_were_half_made_are_made_again(directory: Path) -> None:
    (directory / "pg.unfinished").mkdir()
    (directory / "pg.unfinished" / "PG_VERSION").write_text("18\n")
    with own_server(directory) as server:
        wait_for_database(server.address)
    assert not (directory / "pg.unfinished").exists()


def test_nobody_else_can_connect(directory: Path) -> None:
    with own_server(directory) as server:
        wait_for_database(server.address)
        assert (directory / "pg").stat().st_mode & 0o077 == 0
        with database.engine(server.address, database.OWNER, "public").connect() as connection:
            assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""


def test_what_is_missing_is_told(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.projections.embedded._PACKAGE", "no_such_package")
    with pytest.raises(NoServer, match="VENUE_DATABASE_URL"):
        EmbeddedServer(directory / "pg", directory / "log").run(lambda: None)
