"""Limits on what an account or a firm may have open, trade and be exposed to, and on single orders."""

from typing import Final

from venue.domain.funds import RiskLimits
from venue.domain.reject_reason import RejectReason
from venue.risk.price_window import BASIS_POINTS

_SECOND_NS: Final = 10**9


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
    """The first limit that an order or a replace would pass; of each, all levels are asked before the next one.

    quantity: the order's; added: lots more than it has open. price: ticks; 0: not asked. is_new: no replace.
    """
    # Nearly every order passes none: one look at each level tells.
    for level in levels:
        if (
            (level.order_quantity and quantity > level.order_quantity)
            or (level.order_notional and notional > level.order_notional)
            or (is_new and level.too_many())
            or level.too_much(added)
            or level.too_exposed(is_buy, added)
            or level.too_far(is_buy, price, reference)
            or level.too_fast(at)
        ):
            return _first_passed(levels, is_buy, quantity, added, notional, price, reference, is_new, at)
    return None


def _first_passed(
    levels: list[LimitLevel],
    is_buy: bool,
    quantity: int,
    added: int,
    notional: int,
    price: int,
    reference: int,
    is_new: bool,
    at: int,
) -> RejectReason:
    for level in levels:
        if level.order_quantity and quantity > level.order_quantity:
            return RejectReason.ORDER_QUANTITY_LIMIT
    for level in levels:
        if level.order_notional and notional > level.order_notional:
            return RejectReason.ORDER_NOTIONAL_LIMIT
    for level in levels:
        if is_new and level.too_many():
            return RejectReason.OPEN_ORDERS_LIMIT
    for level in levels:
        if level.too_much(added):
            return RejectReason.DAILY_VOLUME_LIMIT
    for level in levels:
        if level.too_exposed(is_buy, added):
            return RejectReason.POSITION_LIMIT
    for level in levels:
        if level.too_far(is_buy, price, reference):
            return RejectReason.PRICE_COLLAR
    return RejectReason.ORDER_RATE_LIMIT
