"""The projector: follows the feed into the tables, from the position that they have.

One thread receives records and makes rows of them, the other writes what has come until now: while PostgreSQL works on
one batch, the next one grows. Whatever fails, all that is in memory is dropped and read again from the tables, and the
feed is asked for again from there. Trading goes on all the while: a reader that is late is served from the journal.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from venue.domain.limits import DATABASE_START_SECONDS, MAX_PROJECTOR_PAUSE_MS
from venue.projections import database
from venue.projections.pipeline import Pipeline
from venue.projections.rows import Batch, Rows
from venue.projections.state import load
from venue.projections.tables import events
from venue.projections.writing import PositionMoved, Writer
from venue.sequencer.link import NO_FEED, Link, LinkLost

log = logging.getLogger("venue.projections")

NAME = "projector"

_RETRY_SECONDS = 0.05
_FIRST_PAUSE_MS = 100


class AnotherJournal(Exception):
    """The tables show another journal than the engine's."""


class Projector:
    """Runs until stopped; survives that the engine, or PostgreSQL, goes away and comes back."""

    def __init__(self, address: str, engine_socket: Path) -> None:
        self._address = address
        self._socket = engine_socket
        self._stopping = threading.Event()
        self._link: Link | None = None
        self._pipeline: Pipeline | None = None
        self._migrated = False
        self._engine_away = False
        self._trouble = ""
        self._pause_ms = _FIRST_PAUSE_MS
        # Until then, or until it was there once, a database that is away is only starting.
        self._starting_until = time.monotonic() + DATABASE_START_SECONDS

    def run(self, ready: Callable[[], None]) -> None:
        """ready is called at once: nobody has to wait for a database. Raises database.WrongAddress, TablesTooNew."""
        writing = database.engine(self._address, database.PROJECTOR)
        ready()
        while not self._stopping.is_set():
            try:
                # Before the database is asked for anything: that costs more.
                Link(self._socket, NAME, NO_FEED).close()
                if not self._migrated:
                    database.migrate(self._address)
                    self._migrated = True
                with writing.connect() as connection:
                    self._follow(connection)
            except LinkLost as error:
                self._wait_for_engine(error)
            except PositionMoved as error:
                log.info("the tables were made anew", extra={"error": str(error)})
            except (AnotherJournal, DBAPIError, psycopg.Error) as error:
                self._wait_after(error)

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stopping.set()
        link, pipeline = self._link, self._pipeline
        if link is not None:
            link.close()
        if pipeline is not None:
            pipeline.stop()

    def _follow(self, connection: Connection) -> None:
        """Until something fails, or stop is called."""
        rows = load(connection)
        link = self._link = Link(self._socket, NAME, max(1, rows.sequence))
        try:
            first = _same_journal(connection, link, rows) if rows.sequence else []
            writer = Writer(connection, database.engine(self._address, database.OWNER))
            pipeline = self._pipeline = Pipeline(rows, _received(first, link))
            pipeline.start()
            while not self._stopping.is_set() and (batch := pipeline.take()) is not None:
                writer.write(batch)
                self._recovered(batch)
        except LinkLost:
            if not self._stopping.is_set():
                raise
        finally:
            link.close()
            if self._pipeline is not None:
                self._pipeline.stop()
                self._pipeline.join()
            self._link = self._pipeline = None

    def _wait_for_engine(self, error: LinkLost) -> None:
        if not self._engine_away:
            log.info("engine away", extra={"error": str(error)})
        self._engine_away = True
        self._stopping.wait(_RETRY_SECONDS)

    def _recovered(self, batch: Batch) -> None:
        self._engine_away = False
        self._starting_until = 0
        if self._trouble:
            log.warning("the database is written again", extra={"sequence": batch.sequence})
        self._trouble = ""
        self._pause_ms = _FIRST_PAUSE_MS

    def _wait_after(self, error: Exception) -> None:
        """Says once what is wrong, however often it is tried again."""
        self._migrated = False
        trouble = _in_words(error)
        away = isinstance(_cause(error), psycopg.OperationalError | psycopg.InterfaceError)
        if trouble != self._trouble and not (away and time.monotonic() < self._starting_until):
            log.log(logging.WARNING if away else logging.ERROR, "%s", trouble, extra={"error": _told(error)})
            self._trouble = trouble
        self._stopping.wait(self._pause_ms / 1000)
        self._pause_ms = min(2 * self._pause_ms, MAX_PROJECTOR_PAUSE_MS)


def _received(first: list[bytes], link: Link) -> Iterator[list[bytes]]:
    """Raises LinkLost."""
    yield first
    while True:
        yield link.receive()


def _same_journal(connection: Connection, link: Link, rows: Rows) -> list[bytes]:
    """What came after the record that the tables end with, the feed's first. Raises AnotherJournal, LinkLost."""
    if link.welcome.last_sequence < rows.sequence:
        raise AnotherJournal(f"the journal ends with record {link.welcome.last_sequence}")
    first, *rest = link.receive()
    query = select(events.c.payload).where(events.c.sequence == rows.sequence)
    with connection.begin():
        known = connection.execute(query).scalar_one_or_none()
    if known != first:
        raise AnotherJournal(f"record {rows.sequence} is not the one that the tables have")
    return rest


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _told(error: Exception) -> str:
    """PostgreSQL's own words, without the rows that it quotes."""
    return (str(_cause(error)).splitlines() or [""])[0]


def _in_words(error: Exception) -> str:
    cause = _cause(error)
    if isinstance(error, AnotherJournal):
        return f"the tables show another journal: {error}; `venue rebuild` makes them anew from this one"
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return "the database is away; trading goes on, and its tables catch up when it returns"
    return "the tables cannot be written; if it does not pass, `venue rebuild` makes them anew from the journal"
