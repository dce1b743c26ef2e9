"""Reconciliation: the journal, the transfers, the balances, the orders and the engine say the same of every unit.

    journal, posted again   against the rows of events, transfers, executions and orders, and against the balances
    sums of transfers       against the balances, and against the engine's own, at the position of its newest snapshot
    orders' holds           against the balances held, by account and asset
    all balances            of an asset: zero together

All in one transaction, which sees the tables as of one position. A difference names account, asset, amount, sequence.
"""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from psycopg import Connection as DriverConnection
from sqlalchemy import Connection, select

from venue.domain.limits import (
    MAX_DIFFERENCES,
    MAX_RECONCILED_AGAIN_PER_RUN,
    MAX_RECONCILED_PER_RUN,
    TRANSFER_SUMS_PAUSE,
)
from venue.projections import database
from venue.projections.comparisons import (
    Balances,
    Key,
    beyond,
    compare,
    compare_holds,
    compare_zero,
    ledger_balances,
    table_balances,
    transfer_sums,
)
from venue.projections.tables import position
from venue.projections.verifying import Difference, Verifier
from venue.sequencer.frames import JournalDamaged

_NO_LIMIT = 1 << 62


class EngineBalances(NamedTuple):
    """As the engine had them after the record numbered sequence."""

    sequence: int
    balances: Balances


class Reconciled(NamedTuple):
    """sequence: that the tables show. verified: the record up to which they were compared with the journal.

    differences: the first limits.MAX_DIFFERENCES of them.
    """

    sequence: int
    verified: int
    differences: list[Difference]


class Reconciliation:
    """Runs again and again: what is new at once; what was verified before again, a part at a time, in rounds.

    engine_balances: those of the newest snapshot that is newer than the given sequence; None where there is none.
    """

    def __init__(
        self, address: str, directory: Path, engine_balances: Callable[[int], EngineBalances | None] | None = None
    ) -> None:
        self._engine = database.engine(address, database.READER)
        self._directory = directory
        self._engine_balances = engine_balances
        self._newest = Verifier(directory)
        self._round = Verifier(directory)
        self._sums_due = 0
        self._snapshot = 0

    def run(self) -> Reconciled:
        """Of bounded size. Raises sqlalchemy.exc.DBAPIError, psycopg.Error."""
        return self._reconcile(MAX_RECONCILED_PER_RUN, MAX_RECONCILED_AGAIN_PER_RUN)

    def run_whole(self) -> Reconciled:
        """From the journal's first record to the last that the tables show. Raises as run does."""
        self._newest.close()
        self._newest = Verifier(self._directory)
        self._sums_due = self._snapshot = 0
        return self._reconcile(_NO_LIMIT, 0)

    def _reconcile(self, records: int, again: int) -> Reconciled:
        with self._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            shown: int = connection.execute(select(position.c.sequence)).scalar_one()
            differences = list(islice(self._differences(connection, shown, records, again), MAX_DIFFERENCES))
        return Reconciled(shown, self._newest.rows.sequence, differences)

    def _differences(self, connection: Connection, shown: int, records: int, again: int) -> Iterator[Difference]:
        found, sequences = table_balances(connection)
        yield from compare_zero(found)
        if self._newest.rows.sequence > shown:
            # The tables were made anew, from another journal.
            self._newest, self._round = Verifier(self._directory), Verifier(self._directory)
        try:
            yield from self._verify(connection, shown, records, again)
        except JournalDamaged as error:
            yield Difference("journal", "", "", None, error.sequence, str(error))
            return
        if self._newest.rows.sequence == shown:
            posted = ledger_balances(self._newest.rows.ledger)
            yield from compare("balances", posted, found, ("by the journal", "its row says"), sequences)
            if self._newest.rows.hash != connection.execute(select(position.c.hash)).scalar_one():
                yield Difference("events", "", "", None, shown, f"the hash of record {shown} is not the journal's")
        yield from compare_holds(connection, found, sequences)
        yield from beyond(connection, shown)
        yield from self._compare_sums(connection, shown, found, sequences)

    def _verify(self, connection: Connection, shown: int, records: int, again: int) -> Iterator[Difference]:
        driver = connection.connection.driver_connection
        assert isinstance(driver, DriverConnection)
        yield from self._newest.verify(driver, shown, records)
        if again:
            yield from self._round.verify(driver, self._newest.rows.sequence, again)
            if self._round.rows.sequence >= self._newest.rows.sequence:
                self._round.close()
                self._round = Verifier(self._directory)

    def _compare_sums(
        self, connection: Connection, shown: int, found: Balances, sequences: dict[Key, int]
    ) -> Iterator[Difference]:
        """Of all transfers: the longer it takes the more seldom, so a small part of the time however many there are."""
        started = time.monotonic_ns()
        if started < self._sums_due:
            return
        words = ("the sum of its transfers is", "its row says")
        yield from compare("transfers", transfer_sums(connection), found, words, sequences)
        snapshot = None if self._engine_balances is None else self._engine_balances(self._snapshot)
        if snapshot is not None and snapshot.sequence <= shown:
            self._snapshot = snapshot.sequence
            sums = transfer_sums(connection, snapshot.sequence)
            told = dict.fromkeys([*snapshot.balances, *sums], snapshot.sequence)
            words = ("the engine has", "the sum of its transfers is")
            yield from compare("engine", snapshot.balances, sums, words, told)
        now = time.monotonic_ns()
        self._sums_due = now + TRANSFER_SUMS_PAUSE * (now - started)
