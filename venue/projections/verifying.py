"""The journal's rows made again and compared with those that the tables have: row by row, as COPY tells them.

Made by the posting function and the very code that made them first, from the journal: what differs was changed, lost or
added since, or was never of this journal.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from psycopg import Connection as DriverConnection
from sqlalchemy import Table

from venue.domain.limits import FEED_CHUNK_BYTES
from venue.ledger import Ledger
from venue.projections.rows import Batch, OrderRow, Rows
from venue.projections.tables import events, executions, orders, transfers
from venue.sequencer.cursor import Durable, JournalCursor
from venue.sequencer.frames import GENESIS
from venue.sequencer.segments import list_segments

# Larger than a reader's chunk: each is compared by one query per table.
_CHUNK_BYTES = 4 * FEED_CHUNK_BYTES


class Difference(NamedTuple):
    """kind: which comparison found it. account, asset: "" where it is not of one. amount: by how much, or of what, in
    smallest units; None where it is none of money. sequence: of the record; 0: of none alone.
    """

    kind: str
    account: str
    asset: str
    amount: int | None
    sequence: int
    text: str


class Verifier:
    """Where it stands in the journal, and the state there: rows.ledger has every balance."""

    def __init__(self, directory: Path) -> None:
        self.rows = Rows(0, GENESIS, Ledger(rows=[]), {}, False)
        self._directory = directory
        self._durable = Durable([], 0)
        self._cursor: JournalCursor | None = None
        # Orders whose row says that a later record changed them last: by that record they must have come.
        self._later: dict[int, int] = {}

    def verify(self, driver: "DriverConnection[Any]", through: int, records: int) -> Iterator[Difference]:
        """Goes on to the record numbered through, which is durable, but over no more than about so many records.

        driver: in a transaction that sees the tables as of through, or later. Raises JournalDamaged.
        """
        end = min(through, self.rows.sequence + records)
        cursor = self._at_work(end)
        while cursor.behind:
            first = 0 if self.rows.sequence == 0 else self.rows.sequence + 1
            for payload in cursor.read(_CHUNK_BYTES, end):
                self.rows.add(payload)
            if self.rows.sequence >= max(first, 1):
                yield from self._compare(driver, first, self.rows.take())
        if self.rows.sequence == through:
            yield from self._never_came(through)

    def close(self) -> None:
        if self._cursor is not None:
            self._cursor.close()

    def _at_work(self, end: int) -> JournalCursor:
        known, durable = {segment.path: segment for segment in self._durable.segments}, self._durable
        for segment in list_segments(self._directory):
            if segment.path in known:
                known[segment.path].size = segment.size
            else:
                durable.segments.append(segment)
        durable.last_sequence = end
        if self._cursor is None:
            self._cursor = JournalCursor(durable, self.rows.sequence + 1)
        return self._cursor

    def _compare(self, driver: "DriverConnection[Any]", first: int, batch: Batch) -> Iterator[Difference]:
        """first: the first sequence that rows of the batch can have; 0: or any below."""
        for table, lines in ((events, batch.events), (transfers, batch.transfers), (executions, batch.executions)):
            where = f"sequence <= {batch.sequence}" + (f" AND sequence >= {first}" if first else "")
            found = _copied(driver, table, where)
            if found != "".join(lines).encode():
                yield from _line_differences(table, lines, found.decode().splitlines(keepends=True))
        yield from self._compare_orders(driver, batch)

    def _compare_orders(self, driver: "DriverConnection[Any]", batch: Batch) -> Iterator[Difference]:
        wanted = {**batch.changed_orders, **batch.new_orders}
        if not wanted:
            return
        ids = ",".join(map(str, wanted))
        found = _copied(driver, orders, f"order_id = ANY ('{{{ids}}}')").decode().splitlines()
        rows = {int(row[_ORDER_ID]): row for row in (line.split("\t") for line in found)}
        for order_id, order in wanted.items():
            row = rows.get(order_id)
            self._later.pop(order_id, None)
            if row is None:
                yield _of_order(order, f"order {order_id} is missing")
            elif int(row[_SEQUENCE]) > batch.sequence:
                self._later[order_id] = int(row[_SEQUENCE])
            elif wrong := _differing(orders, order.line()[:-1].split("\t"), row, ("placed_at",)):
                yield _of_order(order, f"order {order_id}: {wrong}")

    def _never_came(self, through: int) -> Iterator[Difference]:
        for order_id, sequence in self._later.items():
            what = f"order {order_id}: sequence is {sequence}, but no such record changed it"
            yield Difference("orders", "", "", None, min(sequence, through), what)
        self._later.clear()


_ORDER_ID, _SEQUENCE = (list(orders.columns).index(orders.c[name]) for name in ("order_id", "sequence"))


def _copied(driver: "DriverConnection[Any]", table: Table, where: str) -> bytes:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    key = ", ".join(column.name for column in table.primary_key.columns)
    query = f"COPY (SELECT {columns} FROM {table.name} WHERE {where} ORDER BY {key}) TO STDOUT".encode()
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(block) for block in copy)


def _line_differences(table: Table, expected: Iterable[str], found: Iterable[str]) -> Iterator[Difference]:
    wanted, there = _by_key(table, expected), _by_key(table, found)
    for key in sorted(wanted.keys() | there.keys()):
        want, have = wanted.get(key), there.get(key)
        if want == have:
            continue
        name = f"{table.name} {'-'.join(map(str, key))}"
        if have is None:
            assert want is not None
            yield _of_line(table, want, f"{name} is missing: {_told(table, want)}")
        elif want is None:
            yield _of_line(table, have, f"{name} should not be there: {_told(table, have)}")
        else:
            yield _of_line(table, want, f"{name}: {_differing(table, want, have)}")


def _by_key(table: Table, lines: Iterable[str]) -> dict[tuple[int, ...], list[str]]:
    """By sequence, and number where rows have one."""
    names = [column.name for column in table.columns]
    places = [names.index(name) for name in ("sequence", "number") if name in names]
    rows = [line.rstrip("\n").split("\t") for line in lines]
    return {tuple(int(row[place]) for place in places): row for row in rows}


def _differing(table: Table, want: list[str], have: list[str], but: tuple[str, ...] = ()) -> str:
    columns = zip(table.columns, want, have, strict=True)
    wrong = [
        f"{column.name} is {_short(found)}, should be {_short(wanted)}"
        for column, wanted, found in columns
        if wanted != found and column.name not in but
    ]
    return "; ".join(wrong)


def _told(table: Table, row: list[str]) -> str:
    told = zip(table.columns, row, strict=True)
    return ", ".join(f"{column.name} {_short(value)}" for column, value in told if value not in ("", "0"))


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:40]}..."


def _of_line(table: Table, row: list[str], text: str) -> Difference:
    values = {column.name: value for column, value in zip(table.columns, row, strict=True)}
    account = values.get("account") or values.get("debit_owner") or values.get("credit_owner", "")
    asset = values.get("asset") or values.get("symbol", "")
    amount = int(values["amount"]) if "amount" in values else None
    return Difference(table.name, account, asset, amount, int(values["sequence"]), text)


def _of_order(order: OrderRow, text: str) -> Difference:
    return Difference("orders", order.state.account, order.state.symbol, order.held, order.sequence, text)
