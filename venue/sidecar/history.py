"""What PostgreSQL is asked: the past, at the position that its tables show. Newest first, page by page."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, Table, func, literal, select, tuple_, union
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from venue.domain.limits import POSITION_WAIT_MS
from venue.projections import tables
from venue.projections.database import READER, engine
from venue.sidecar.feed import not_reached
from venue.sidecar.problems import Code, Problem

log = logging.getLogger("venue.sidecar")

_THREADS: Final = 4
_MAX_WAITING: Final = 64
# After a failure nobody waits for the next one for so long.
_AWAY_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.02
_ANSWER_MS: Final = 2_000
# An account's rows are found one by one for so many; of more, all are looked through.
_FEW_ACCOUNTS: Final = 20
_AWAY: Final = "Ask again in a while; balances, open orders and new orders are served meanwhile."


class Question(NamedTuple):
    """owners: columns that name an account; accounts: those wanted, None for all. order: what sorts, newest first, and
    makes a cursor. after: its values in the last row of the page before. limit: rows."""

    table: Table
    owners: tuple[str, ...]
    accounts: Sequence[str] | None
    order: tuple[str, ...]
    after: tuple[int, ...] | None
    limit: int
    conditions: tuple[ColumnElement[bool], ...] = ()


# Any: a row's columns are of its table.
Found = tuple[int, Sequence[Row[Any]]]


class History:
    """address: of the database, None where there is none."""

    def __init__(self, address: str | None) -> None:
        self._engine: Engine | None = None if address is None else engine(address, READER)
        self._threads = ThreadPoolExecutor(_THREADS, "history")
        self._waiting = 0
        self._away_until = 0.0

    @property
    def away(self) -> bool:
        """As far as the last question showed."""
        return self._engine is None or time.monotonic() < self._away_until

    async def ask(self, question: Question, min_position: int) -> Found:
        """The position of the tables and the rows. Raises Problem."""
        deadline = time.monotonic() + POSITION_WAIT_MS / 1000
        while True:
            position, rows = await self._in_thread(lambda connection: _read(connection, question))
            if position >= min_position:
                return position, rows
            if time.monotonic() > deadline:
                raise not_reached(position)
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Learns whether the database is away."""
        if self._engine is not None:
            try:
                await self._in_thread(_position)
            except Problem:
                return

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, read: Callable[[Connection], Any]) -> Any:
        if self.away:
            raise Problem(Code.HISTORY_AWAY, _AWAY)
        if self._waiting >= _MAX_WAITING:
            raise Problem(Code.OVERLOADED, "Ask again in a while.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, read)
        except (OperationalError, InterfaceError, ProgrammingError) as error:
            self._away(error)
            raise Problem(Code.HISTORY_AWAY, _AWAY) from None
        finally:
            self._waiting -= 1

    def _read(self, read: Callable[[Connection], Any]) -> Any:
        assert self._engine is not None, "asked while away"
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(select(func.set_config("statement_timeout", str(_ANSWER_MS), True)))
            return read(connection)

    def _away(self, error: DBAPIError) -> None:
        if time.monotonic() > self._away_until + _AWAY_SECONDS:
            log.info("the history cannot be read", extra={"error": type(error.orig).__name__})
        self._away_until = time.monotonic() + _AWAY_SECONDS


def _position(connection: Connection) -> int:
    return connection.execute(select(tables.position.c.sequence)).scalar() or 0


def _read(connection: Connection, question: Question) -> Found:
    position = _position(connection)
    return position, connection.execute(_statement(question)).all()


def _statement(question: Question) -> Any:
    """Each account's newest rows, by the index that begins with it; of those the newest. Any: a union is no Select."""
    accounts, owners = question.accounts, [question.table.c[name] for name in question.owners]
    if accounts is None:
        return _newest(question)
    if not accounts or len(accounts) > _FEW_ACCOUNTS:
        parts = [_newest(question, owner.in_(accounts)) for owner in owners]
    else:
        parts = [_newest(question, owner == account) for owner in owners for account in accounts]
    if len(parts) == 1:
        return parts[0]
    together = union(*(part.subquery().select() for part in parts)).subquery()
    order = [together.c[name].desc() for name in question.order]
    return select(together).order_by(*order).limit(question.limit)


def _newest(question: Question, *conditions: ColumnElement[bool]) -> Select[Any]:
    table = question.table
    order = [table.c[name] for name in question.order]
    statement = select(table).where(*question.conditions, *conditions)
    if question.after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*map(literal, question.after)))
    return statement.order_by(*(column.desc() for column in order)).limit(question.limit)
