"""What PostgreSQL itself can compare: transfers with balances, holds with orders, all of an asset with zero."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from venue.domain.enums import Bucket
from venue.ledger import Ledger
from venue.projections.tables import balances, events, executions, instruments, orders, transfers
from venue.projections.verifying import Difference

# (owner, asset, bucket) -> amount, smallest units. What is nothing may be left out.
Key = tuple[str, str, str]
Balances = dict[Key, int]


def ledger_balances(ledger: Ledger) -> Balances:
    return {(account.owner, asset, account.bucket._value_): account.balance for asset, account in ledger.accounts()}


def table_balances(connection: Connection) -> tuple[Balances, dict[Key, int]]:
    """Those of the table, and the record that changed each last."""
    rows = connection.execute(select(balances)).all()
    keys = [(row.owner, row.asset, row.bucket) for row in rows]
    return (
        {key: row.balance for key, row in zip(keys, rows, strict=True)},
        {key: row.sequence for key, row in zip(keys, rows, strict=True)},
    )


def transfer_sums(connection: Connection, through: int | None = None) -> Balances:
    """All credits less all debits, of each account; through: of the records up to that one."""
    t = transfers.c
    sums: Balances = defaultdict(int)
    for sign, query in ((1, _sums(t.credit_owner, t.credit_bucket)), (-1, _sums(t.debit_owner, t.debit_bucket))):
        wanted = query if through is None else query.where(t.sequence <= through)
        for row in connection.execute(wanted):
            sums[row.owner, row.asset, row.bucket] += sign * int(row.amount)
    return sums


def compare(
    kind: str, wanted: Balances, found: Balances, words: tuple[str, str], sequences: Mapping[Key, int]
) -> Iterator[Difference]:
    """words: what wanted and found are. sequences: of the records that differences are told with."""
    for key in sorted(wanted.keys() | found.keys()):
        want, have = wanted.get(key, 0), found.get(key, 0)
        if want != have:
            owner, asset, bucket = key
            what = f"{asset} {bucket} of {owner or 'the venue'}: {words[0]} {want}, {words[1]} {have}"
            yield Difference(kind, owner, asset, have - want, sequences.get(key, 0), what)


def compare_holds(connection: Connection, found: Balances, sequences: Mapping[Key, int]) -> Iterator[Difference]:
    """What orders hold, against the balances held."""
    asset = case((orders.c.side == "buy", instruments.c.quote), else_=instruments.c.base).label("asset")
    query = (
        select(orders.c.account, asset, func.sum(orders.c.held).label("held"))
        .select_from(orders.join(instruments, orders.c.symbol == instruments.c.symbol))
        .where(orders.c.held != 0)
        .group_by(orders.c.account, asset)
    )
    bucket = Bucket.HELD.value
    wanted = {(row.account, row.asset, bucket): int(row.held) for row in connection.execute(query)}
    held = {key: amount for key, amount in found.items() if key[2] == bucket}
    yield from compare("holds", wanted, held, ("its orders hold", "its balance is"), sequences)


def compare_zero(found: Balances) -> Iterator[Difference]:
    """Debits equal credits: of each asset, all balances together."""
    totals: dict[str, int] = defaultdict(int)
    for (_, asset, _), amount in found.items():
        totals[asset] += amount
    for asset, total in sorted(totals.items()):
        if total:
            yield Difference("zero", "", asset, total, 0, f"all balances in {asset} together are {total}, not 0")


def beyond(connection: Connection, shown: int) -> Iterator[Difference]:
    """Rows of records that the tables do not show yet."""
    for table in (events, transfers, executions):
        query = select(func.max(table.c.sequence)).where(table.c.sequence > shown)
        last = connection.execute(query).scalar_one()
        if last is not None:
            what = f"{table.name} has rows of record {last}, after {shown}, the last that is shown"
            yield Difference(table.name, "", "", None, last, what)


def _sums(owner: ColumnElement[str], bucket: ColumnElement[str]) -> Select[Any]:
    asset = transfers.c.asset
    amount = func.sum(transfers.c.amount).label("amount")
    return select(owner.label("owner"), asset, bucket.label("bucket"), amount).group_by(owner, asset, bucket)
