"""What moves funds: transfers between ledger accounts, fee rates, and the limits that an order must keep to."""

from msgspec import Struct

from venue.domain.enums import Bucket, TransferKind
from venue.domain.money import Amount


class Transfer(Struct, frozen=True, array_like=True, gc=False):
    """One row of the double-entry ledger: amount, above zero, leaves the debited account for the credited one.

    An account's balance is all its credits less all its debits. owner: a firm's account, "" for the venue. order_id,
    transfer_id: what it was for; 0, "": not for such a thing.
    """

    kind: TransferKind
    asset: str
    amount: Amount
    debit_owner: str
    debit_bucket: Bucket
    credit_owner: str
    credit_bucket: Bucket
    order_id: int = 0
    transfer_id: str = ""


class Leg(Struct, frozen=True, array_like=True, gc=False):
    """One of the moves that TransferFunds makes together: from one account's available balance to another's."""

    debit_account: str
    credit_account: str
    asset: str
    amount: Amount


class FeeRates(Struct, frozen=True, array_like=True, gc=False):
    """Millionths of a trade's notional; below zero: a rebate. In an auction both orders pay the taker's."""

    maker: int = 0
    taker: int = 0


class RiskLimits(Struct, frozen=True, array_like=True, gc=False):
    """0: none, in every number. Quantities in lots, notional in smallest units of quote, both of one instrument.

    order_quantity, order_notional: of one order. open_orders: at a time. daily_volume: lots traded since the day began,
    with all that is open. position: lots net bought or sold, were all that is open on that side filled.
    collar_basis_points: how far a buy's price may be above the last trade's, a sell's below it. orders_per_second: new
    orders and replaces.
    """

    order_quantity: int = 0
    order_notional: Amount = Amount(0)
    open_orders: int = 0
    daily_volume: int = 0
    position: int = 0
    collar_basis_points: int = 0
    orders_per_second: int = 0


NO_FEES = FeeRates()
NO_LIMITS = RiskLimits()
