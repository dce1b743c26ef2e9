"""The projector: follows the feed into the tables, from the position that they have.

One thread receives records and makes rows of them, the other writes what has come until now: while PostgreSQL works on
one batch, the next one grows. Whatever fails, all that is in memory is dropped and read again from the tables, and the
feed is asked for again from there. Trading goes on all the while: a reader that is late is served from the journal.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from venue.domain.limits import MAX_PROJECTED_BATCH_BYTES, MAX_PROJECTOR_PAUSE_MS
from venue.projections import database
from venue.projections.rows import Batch, Rows
from venue.projections.state import load
from venue.projections.tables import events
from venue.projections.writing import PositionMoved, Writer
from venue.sequencer.link import Link, LinkLost

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
        self._feeder: _Feeder | None = None
        self._migrated = False
        self._trouble = ""
        self._pause_ms = _FIRST_PAUSE_MS

    def run(self, ready: Callable[[], None]) -> None:
        """ready is called at once: nobody has to wait for a database. Raises database.WrongAddress, TablesTooNew."""
        writing = database.engine(self._address, database.PROJECTOR)
        ready()
        while not self._stopping.is_set():
            try:
                if not self._migrated:
                    database.migrate(self._address)
                    self._migrated = True
                with writing.connect() as connection:
                    self._follow(connection)
            except LinkLost as error:
                log.info("engine away", extra={"error": str(error)})
                self._stopping.wait(_RETRY_SECONDS)
            except PositionMoved as error:
                log.info("the tables were made anew", extra={"error": str(error)})
            except (AnotherJournal, DBAPIError, psycopg.Error) as error:
                self._wait_after(error)

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stopping.set()
        feeder = self._feeder
        if feeder is not None:
            feeder.close()

    def _follow(self, connection: Connection) -> None:
        """Until something fails, or stop is called."""
        rows = load(connection)
        link = Link(self._socket, NAME, max(1, rows.sequence))
        feeder = self._feeder = _Feeder(link, rows)
        try:
            received = _same_journal(connection, link, rows) if rows.sequence else []
            writer = Writer(connection, database.engine(self._address, database.OWNER))
            feeder.start(received)
            while not self._stopping.is_set():
                batch = feeder.take()
                writer.write(batch)
                self._recovered(batch)
        except LinkLost:
            if not self._stopping.is_set():
                raise
        finally:
            self._feeder = None
            feeder.close()
            feeder.join()

    def _recovered(self, batch: Batch) -> None:
        if self._trouble:
            log.warning("the database is written again", extra={"sequence": batch.sequence})
        self._trouble = ""
        self._pause_ms = _FIRST_PAUSE_MS

    def _wait_after(self, error: Exception) -> None:
        """Says once what is wrong, however often it is tried again."""
        self._migrated = False
        trouble = _in_words(error)
        if trouble != self._trouble:
            away = isinstance(_cause(error), psycopg.OperationalError | psycopg.InterfaceError)
            log.log(logging.WARNING if away else logging.ERROR, "%s", trouble, extra={"error": _told(error)})
            self._trouble = trouble
        self._stopping.wait(self._pause_ms / 1000)
        self._pause_ms = min(2 * self._pause_ms, MAX_PROJECTOR_PAUSE_MS)


class _Feeder:
    """Receives records and makes rows of them in a thread of its own, no further ahead than one batch."""

    def __init__(self, link: Link, rows: Rows) -> None:
        self._link = link
        self._rows = rows
        self._changed = threading.Condition()
        self._failure: Exception | None = None
        self._closed = False
        self._received: list[bytes] = []
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)

    def start(self, received: list[bytes]) -> None:
        """received: what the link gave before."""
        self._received = received
        self._thread.start()

    def take(self) -> Batch:
        """What has come since the last time, once there is something. Raises LinkLost, or what making rows raised."""
        with self._changed:
            self._changed.wait_for(lambda: self._grown or self._failure is not None)
            if self._failure is not None:
                raise self._failure
            batch = self._rows.take()
            self._changed.notify()
            return batch

    def close(self) -> None:
        """Wakes who waits in take. May be called from a signal handler."""
        self._link.close()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def _grown(self) -> bool:
        return self._rows.sequence > self._rows.batch.after

    def _run(self) -> None:
        try:
            payloads = self._received
            while not self._closed:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._rows.batch.bytes < MAX_PROJECTED_BATCH_BYTES)
                    for payload in payloads:
                        self._rows.add(payload)
                    self._changed.notify()
                payloads = self._link.receive()
        except Exception as error:  # noqa: BLE001  # told by whoever takes the next batch
            with self._changed:
                self._failure = error
                self._changed.notify()


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
