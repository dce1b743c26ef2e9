"""Limits on what an account or a firm may have open, trade and be exposed to, and on single orders."""

from typing import Final

from venue.domain.funds import RiskLimits
from venue.domain.reject_reason import RejectReason
from venue.risk.price_window import BASIS_POINTS

_SECOND_NS: Final = 10**9
_PRECEDENCE: Final = (
    RejectReason.ORDER_QUANTITY_LIMIT,
    RejectReason.ORDER_NOTIONAL_LIMIT,
    RejectReason.OPEN_ORDERS_LIMIT,
    RejectReason.DAILY_VOLUME_LIMIT,
    RejectReason.POSITION_LIMIT,
    RejectReason.PRICE_COLLAR,
    RejectReason.ORDER_RATE_LIMIT,
)
_NONE_PASSED: Final = len(_PRECEDENCE)


class Exposure:
    """What an account has open in an instrument and how it traded there; lots.

    traded: since the day began. position: bought less sold, since the ledger opened.
    """

    __slots__ = ("open_buys", "open_orders", "open_sells", "position", "traded")

    def __init__(self) -> None:
        self.open_orders = 0
        self.open_buys = 0
        self.open_sells = 0
        self.traded = 0
        self.position = 0


class LimitLevel:
    """The limits of one scope, field by field; 0: none. exposures: all that they are for, together.

    full_at: when a quiet second's worth of orders will be possible again, nanoseconds since 1970 UTC (the generic cell
    rate algorithm's theoretical arrival time).
    """

    __slots__ = (
        "collar_basis_points",
        "daily_volume",
        "exposures",
        "full_at",
        "limits",
        "open_orders",
        "order_notional",
        "order_quantity",
        "orders_per_second",
        "position",
    )

    def __init__(self, limits: RiskLimits, full_at: int = 0) -> None:
        self.limits = limits
        self.order_quantity = limits.order_quantity
        self.order_notional: int = limits.order_notional
        self.open_orders = limits.open_orders
        self.daily_volume = limits.daily_volume
        self.position = limits.position
        self.collar_basis_points = limits.collar_basis_points
        self.orders_per_second = limits.orders_per_second
        self.full_at = full_at
        self.exposures: list[Exposure] = []

    def first_passed(
        self,
        is_buy: bool,
        quantity: int,
        added: int,
        notional: int,
        price: int,
        reference: int,
        is_new: bool,
        at: int,
    ) -> int:
        """As limit_refusal, of this level alone; a place in _PRECEDENCE."""
        if self.order_quantity and quantity > self.order_quantity:
            return 0
        if self.order_notional and notional > self.order_notional:
            return 1
        if is_new and self.too_many():
            return 2
        if self.too_much(added):
            return 3
        if self.too_exposed(is_buy, added):
            return 4
        if self.too_far(is_buy, price, reference):
            return 5
        return 6 if self.too_fast(at) else _NONE_PASSED

    def count(self, at: int) -> None:
        """One more order, at that time."""
        if self.orders_per_second:
            start = self.full_at if self.full_at > at else at
            self.full_at = start + _SECOND_NS // self.orders_per_second

    def too_fast(self, at: int) -> bool:
        rate = self.orders_per_second
        return rate != 0 and self.full_at - at > _SECOND_NS // rate * (rate - 1)

    def too_many(self) -> bool:
        if not self.open_orders:
            return False
        there = 0
        for exposure in self.exposures:
            there += exposure.open_orders
        return there >= self.open_orders

    def too_much(self, added: int) -> bool:
        """added: lots more than are open."""
        if not self.daily_volume:
            return False
        there = added
        for exposure in self.exposures:
            there += exposure.traded + exposure.open_buys + exposure.open_sells
        return there > self.daily_volume

    def too_exposed(self, is_buy: bool, added: int) -> bool:
        if not self.position:
            return False
        there = added
        for exposure in self.exposures:
            there += exposure.position + exposure.open_buys if is_buy else exposure.open_sells - exposure.position
        return there > self.position

    def too_far(self, is_buy: bool, price: int, reference: int) -> bool:
        """reference: the last trade's price or what counts as it, ticks. 0, either: there is none."""
        if not self.collar_basis_points or not reference or not price:
            return False
        width = reference * self.collar_basis_points // BASIS_POINTS
        return price > reference + width if is_buy else price < reference - width


def limit_refusal(
    levels: list[LimitLevel],
    is_buy: bool,
    quantity: int,
    added: int,
    notional: int,
    price: int,
    reference: int,
    is_new: bool,
    at: int,
) -> RejectReason | None:
    """The first limit, of those in _PRECEDENCE, that an order or a replace would pass at any of the levels.

    quantity: the order's; added: lots more than it has open. price: ticks; 0: not asked. is_new: no replace.
    """
    first = _NONE_PASSED
    for level in levels:
        passed = level.first_passed(is_buy, quantity, added, notional, price, reference, is_new, at)
        if passed < first:
            first = passed
    return None if first == _NONE_PASSED else _PRECEDENCE[first]
