"""Batches into the tables, exactly once: the position moves from the batch's first record to its last in the same
transaction, or the batch is not of these tables any more.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from psycopg import Connection as DriverConnection
from sqlalchemy import Connection, Engine, Table, select, text, update

from venue.projections import database
from venue.projections.copying import copy_lines
from venue.projections.listed import run
from venue.projections.rows import Batch, OrderRow
from venue.projections.tables import balances, events, executions, orders, position, transfers

# Of an order that was there before; when it was placed stays.
_KEPT = ("order_id", "placed_at")


class PositionMoved(Exception):
    """The tables do not end where the batch begins: somebody else wrote them, or made them anew."""


class Writer:
    """Writes batches on one connection of the projector's role. owner: an engine, for new partitions."""

    def __init__(self, connection: Connection, owner: Engine) -> None:
        self._connection = connection
        self._owner = owner
        self._days: set[date] = set()
        for table in (orders, balances):
            connection.execute(text(f"CREATE TEMP TABLE {_staged(table)} (LIKE {table.name}) ON COMMIT DELETE ROWS"))
        connection.commit()

    def write(self, batch: Batch) -> None:
        """Raises PositionMoved, and what PostgreSQL raises; then nothing of the batch was written."""
        make_partitions(self._owner, [day for day in batch.days if day not in self._days])
        self._days.update(batch.days)
        connection = self._connection
        with connection.begin():
            # Held until the end. Before any table is named: a rebuild puts others in their place while nobody holds it.
            found = connection.execute(select(position.c.sequence).with_for_update()).scalar_one()
            if found != batch.after:
                raise PositionMoved(f"the tables end with record {found}, not {batch.after}")
            self._copy(batch, _driver(connection))
            run(connection, batch.changes)
            connection.execute(
                update(position).values(
                    sequence=batch.sequence,
                    hash=batch.hash,
                    at=batch.at,
                    ledger_open=batch.ledger_open,
                    withdrawals_blocked=batch.withdrawals_blocked,
                )
            )

    def _copy(self, batch: Batch, driver: "DriverConnection[Any]") -> None:
        for table, lines in (
            (events, batch.events),
            (transfers, batch.transfers),
            (executions, batch.executions),
            (orders, _lines(batch.new_orders.values())),
        ):
            copy_lines(driver, table, lines)
        for table, lines, statement in (
            (orders, _lines(batch.changed_orders.values()), _UPDATE_ORDERS),
            (balances, batch.balances, _UPSERT_BALANCES),
        ):
            if lines:
                copy_lines(driver, table, lines, _staged(table))
                driver.execute(statement)


def make_partitions(owner: Engine, days: Iterable[date]) -> None:
    """Of events, where they are missing; append-only like the whole."""
    for day in days:
        name = f"events_{day:%Y%m%d}"
        with owner.begin() as connection:
            # Another process may be about to make the same.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": database.LOCK})
            if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar_one() is not None:
                continue
            connection.execute(text(f"CREATE TABLE {name} (LIKE events INCLUDING ALL)"))
            connection.execute(
                text(
                    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                )
            )
            # Attached, not made as a part: that would wait for every reader of the whole.
            bounds = f"FROM ('{day}') TO ('{day + timedelta(1)}')"
            connection.execute(text(f"ALTER TABLE events ATTACH PARTITION {name} FOR VALUES {bounds}"))


def _lines(rows: Iterable[OrderRow]) -> list[str]:
    return [row.line() for row in rows]


def _staged(table: Table) -> str:
    return f"staged_{table.name}"


def _driver(connection: Connection) -> "DriverConnection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)
    return driver


def _set(table: Table, source: str, kept: Iterable[str]) -> str:
    return ", ".join(f"{c.name} = {source}.{c.name}" for c in table.columns if c.name not in kept)


_UPDATE_ORDERS = (
    f"UPDATE orders SET {_set(orders, 's', _KEPT)} FROM {_staged(orders)} s WHERE orders.order_id = s.order_id"
).encode()
_UPSERT_BALANCES = (
    f"INSERT INTO balances SELECT * FROM {_staged(balances)} ON CONFLICT (owner, asset, bucket) "
    f"DO UPDATE SET {_set(balances, 'excluded', ('owner', 'asset', 'bucket'))}"
).encode()
