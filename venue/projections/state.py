"""From the tables back to the state that the next rows are made from."""

from typing import Any

from sqlalchemy import Connection, select

from venue.domain.enums import Bucket
from venue.domain.reference import Asset, Instrument
from venue.ledger import Ledger, LedgerAccount
from venue.projections.rows import Rows
from venue.projections.tables import assets, balances, instruments, orders, position


def load(connection: Connection) -> Rows:
    """As of the tables' position. In one transaction, so that all of it is of the same."""
    with connection.begin():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        at = connection.execute(select(position)).one()
        ledger = load_ledger(connection)
        ledger.is_open = at.ledger_open
        holding = connection.execute(select(orders.c.order_id, orders.c.held).where(orders.c.held != 0))
        held = {row.order_id: row.held for row in holding}
    return Rows(at.sequence, at.hash, ledger, held, at.withdrawals_blocked)


def load_ledger(connection: Connection) -> Ledger:
    """Balances and instruments. rows is there, and empty."""
    ledger = Ledger(rows=[])
    decimals = {row.symbol: row.decimals for row in connection.execute(select(assets))}
    for row in connection.execute(select(instruments)):
        base, quote = Asset(row.base, decimals[row.base]), Asset(row.quote, decimals[row.quote])
        ledger.instruments[row.symbol] = Instrument(row.symbol, base, quote, row.tick_size, row.lot_size)
    for row in connection.execute(select(balances)):
        account_of(ledger, row.owner, row.asset, Bucket(row.bucket)).balance = row.balance
    return ledger


def account_of(ledger: Ledger, owner: str, asset: str, bucket: Bucket) -> LedgerAccount:
    """owner "": of the venue."""
    # Any: of the two, the one that has the bucket.
    funds: Any = ledger.funds_of(owner, asset) if owner else ledger.venue_of(asset)
    account: LedgerAccount = getattr(funds, bucket._value_)
    return account
