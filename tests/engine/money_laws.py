"""What must hold of money after every command, whatever it was: checked on the slow twin."""

from tests.engine.naive import NaiveEngine
from tests.engine.naive.money import paying, worst_case
from venue.domain.enums import Bucket

FIRMS = (Bucket.AVAILABLE, Bucket.HELD, Bucket.PENDING)


def check_money(twin: NaiveEngine) -> None:
    totals: dict[str, int] = {}
    for (owner, bucket, asset), amount in twin.balances.items():
        totals[asset] = totals.get(asset, 0) + amount
        assert (bucket in FIRMS) == (owner != "")
        if bucket is Bucket.CUSTODY:
            assert amount <= 0
        elif bucket is not Bucket.FEES:
            assert amount >= 0, f"{owner} {bucket} {asset} {amount}"
    assert not any(totals.values()), totals
    assert of_bucket(twin, Bucket.HELD) == holds(twin), "held for what is open, and nothing else"
    assert of_bucket(twin, Bucket.PENDING) == withdrawals(twin)
    if not twin.ledger_open:
        assert not any(twin.balances.values())


def of_bucket(twin: NaiveEngine, bucket: Bucket) -> dict[tuple[str, str], int]:
    return {(owner, asset): amount for (owner, b, asset), amount in twin.balances.items() if b is bucket and amount}


def holds(twin: NaiveEngine) -> dict[tuple[str, str], int]:
    """The worst case of every open order, from scratch."""
    total: dict[tuple[str, str], int] = {}
    for order in twin.open if twin.ledger_open else []:
        key = order.account, paying(twin, order)
        need = worst_case(twin, order)
        assert order.held == need > 0, order
        total[key] = total.get(key, 0) + need
    return total


def withdrawals(twin: NaiveEngine) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = {}
    for withdrawal in twin.withdrawals:
        if not withdrawal.done:
            key = withdrawal.account, withdrawal.asset
            total[key] = total.get(key, 0) + withdrawal.amount
    return total
