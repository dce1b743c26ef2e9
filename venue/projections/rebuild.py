"""All tables anew from the journal, while trading goes on and the old ones are read and written.

They grow in a schema of their own. Once they have caught up, the projector is held up for a moment, what it wrote last
is added, and they take the name of the old ones, which are dropped. The projector then finds that the position is
another, and goes on from there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from venue.domain.limits import MAX_REBUILT_WHILE_HELD
from venue.projections import database
from venue.projections.pipeline import Pipeline
from venue.projections.rows import Rows
from venue.projections.state import load
from venue.projections.tables import alarms, metadata
from venue.projections.writing import Writer
from venue.sequencer.beside import beside
from venue.sequencer.link import NO_FEED, Link, LinkLost
from venue.sequencer.segments import ChainWalk, list_segments

GROWING = "venue_rebuild"

_OLD = "venue_before_rebuild"
_LOCK = 0x76656E76
_LOCK_TIMEOUT = "5s"
_SWAP_TRIES = 100

# Called with the last sequence done and the last one there is.
Progress = Callable[[int, int], None]


class AlreadyRebuilding(Exception):
    """Another rebuild is at work on the same database."""


class Rebuilt(NamedTuple):
    """sequence: that the new tables show."""

    sequence: int


class _Journal:
    def __init__(self, directory: Path, engine_socket: Path) -> None:
        self._directory = directory
        self._engine_socket = engine_socket
        # Of the last segment, as it was walked over: its size, and the last sequence in it.
        self._walked = (0, 0)

    def last_sequence(self) -> int:
        """The last record that an engine told as durable; without one running, the last there is."""
        try:
            link = Link(self._engine_socket, "rebuild", NO_FEED)
        except LinkLost:
            return self._last_there_is()
        link.close()
        return link.welcome.last_sequence

    def payloads(self, after: int, through: int) -> Iterator[list[bytes]]:
        """Every byte and the hash chain checked. Raises JournalDamaged, SchemaTooNew."""
        segments = list_segments(self._directory)
        if not segments or after >= through:
            return
        for first, payloads in beside(ChainWalk(segments, after + 1)):
            yield payloads[: through - first + 1]
            if first + len(payloads) > through:
                return

    def _last_there_is(self) -> int:
        segments = list_segments(self._directory)
        if segments and segments[-1].size != self._walked[0]:
            walk = ChainWalk(segments, segments[-1].first_sequence)
            for _ in walk:
                pass
            self._walked = (segments[-1].size, walk.sequence)
        return self._walked[1]


def rebuild(address: str, directory: Path, engine_socket: Path, progress: Progress) -> Rebuilt:
    """Raises AlreadyRebuilding, WrongAddress, TablesTooNew, JournalDamaged, SchemaTooNew, what PostgreSQL raises."""
    owner = database.engine(address, database.OWNER)
    journal = _Journal(directory, engine_socket)
    with owner.connect() as lock:
        if not lock.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
            raise AlreadyRebuilding("another `venue rebuild` is at work: wait for it to end")
        lock.commit()
        _drop(owner, GROWING)
        _drop(owner, _OLD)
        database.migrate(address, GROWING)
        grower = database.engine(address, database.OWNER, GROWING)
        with database.engine(address, database.PROJECTOR, GROWING).connect() as connection:
            growing = _Growing(connection, grower, journal, progress)
            _without_indexes(grower, growing.catch_up)
            _swap(owner, growing)
        _drop(owner, _OLD)
    return Rebuilt(growing.sequence)


class _Growing:
    """The new tables."""

    def __init__(self, connection: Connection, owner: Engine, journal: _Journal, progress: Progress) -> None:
        # What a crash of the server takes with it, the next rebuild makes again.
        connection.exec_driver_sql("SET synchronous_commit = off")
        connection.commit()
        self._rows: Rows = load(connection)
        self._writer = Writer(connection, owner)
        self._journal = journal
        self._progress = progress

    @property
    def sequence(self) -> int:
        return self._rows.sequence

    def journal_end(self) -> int:
        return self._journal.last_sequence()

    def catch_up(self, through: int | None = None) -> None:
        """through: no further than that record; None: the journal's last."""
        last = self.journal_end()
        last = last if through is None else min(through, last)
        pipeline = Pipeline(self._rows, self._journal.payloads(self.sequence, last))
        pipeline.start()
        while (batch := pipeline.take()) is not None:
            self._writer.write(batch)
            self._progress(batch.sequence, last)


def _without_indexes(owner: Engine, fill: Callable[[], None]) -> None:
    """Made once over all rows, an index costs a fraction of what each row's entry does. Primary keys stay."""
    indexes = [index for table in metadata.sorted_tables for index in table.indexes]
    with owner.begin() as connection:
        for index in indexes:
            index.drop(connection)
    fill()
    with owner.begin() as connection:
        for index in indexes:
            index.create(connection)


def _swap(owner: Engine, growing: _Growing) -> None:
    """Never back in what readers see: what the old tables show is there before they go."""
    for _ in range(_SWAP_TRIES):
        with owner.begin() as connection:
            shown = _hold_up(connection)
            # Of another journal they may show more than this one has.
            if min(shown, growing.journal_end()) - growing.sequence <= MAX_REBUILT_WHILE_HELD:
                growing.catch_up(shown)
                _rename(connection, shown >= 0)
                return
        growing.catch_up()
    raise AssertionError("the rebuild fell ever further behind")


def _hold_up(connection: Connection) -> int:
    """The record that the old tables end with, until the transaction ends; -1: there are none."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
    if connection.execute(text(f"SELECT to_regclass('{database.SCHEMA}.position')")).scalar_one() is None:
        return -1
    connection.execute(text(f"LOCK TABLE {database.SCHEMA}.position IN ACCESS EXCLUSIVE MODE"))
    shown: int = connection.execute(text(f"SELECT sequence FROM {database.SCHEMA}.position")).scalar_one()
    return shown


def _rename(connection: Connection, there_are_old: bool) -> None:
    if there_are_old:
        columns = ", ".join(column.name for column in alarms.columns if column.name != "number")
        copied = f"SELECT {columns} FROM {database.SCHEMA}.alarms ORDER BY number"
        connection.execute(text(f"INSERT INTO {GROWING}.alarms ({columns}) {copied}"))
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {database.SCHEMA}"))
    connection.execute(text(f"ALTER SCHEMA {database.SCHEMA} RENAME TO {_OLD}"))
    connection.execute(text(f"ALTER SCHEMA {GROWING} RENAME TO {database.SCHEMA}"))


def _drop(owner: Engine, schema: str) -> None:
    with owner.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
