"""The connection is lost before each statement of a batch in turn: the batch is there whole, or not at all."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from tests.projections.flow import recorded
from tests.projections.twin import check_tables
from venue.projections import database
from venue.projections.checksums import checksums
from venue.projections.state import load
from venue.projections.writing import Writer

STATEMENTS = ("execute", "executemany", "copy")


class CrashPoints:
    """Counts statements, and ends the connection instead of the one numbered at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 0
        self._count = 0
        for name in STATEMENTS:
            monkeypatch.setattr(psycopg.Cursor, name, self._watched(getattr(psycopg.Cursor, name)))

    def begin(self, at: int) -> None:
        self.at, self._count = at, 0

    def _watched(self, statement: Callable[..., Any]) -> Callable[..., Any]:
        def run(cursor: psycopg.Cursor[Any], *given: Any, **more: Any) -> Any:
            self._count += 1
            if self._count == self.at:
                cursor.connection.pgconn.finish()
                raise psycopg.OperationalError("the connection is lost")
            return statement(cursor, *given, **more)

        return run


def test_a_batch_is_written_whole_or_not_at_all(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = recorded(8, 400).payloads
    database.migrate(address)
    points = CrashPoints(monkeypatch)
    met = 0
    for first, last in ((0, 300), (300, len(payloads))):
        before = sums(address)
        number = 1
        while not written(address, payloads[first:last], points, number):
            assert sums(address) == before, f"statement {number} left something behind"
            number += 1
        met += number - 1
    assert met > 2 * 10, "there are not so few statements"
    with database.engine(address, database.READER).connect() as connection:
        check_tables(connection, payloads)


def written(address: str, payloads: list[bytes], points: CrashPoints, at: int) -> bool:
    connection = database.engine(address, database.PROJECTOR).connect()
    rows = load(connection)
    writer = Writer(connection, database.engine(address, database.OWNER))
    for payload in payloads:
        rows.add(payload)
    batch = rows.take()
    points.begin(at)
    try:
        writer.write(batch)
    except (DBAPIError, psycopg.OperationalError):
        return False
    finally:
        points.begin(0)
        connection.invalidate()
    return True


def sums(address: str) -> dict[str, str]:
    with database.engine(address, database.OWNER).connect() as connection:
        return checksums(connection)
