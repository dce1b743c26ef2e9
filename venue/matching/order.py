"""A live order: the one mutable record of its state, linked into its price level while it rests."""

from typing import TYPE_CHECKING

from msgspec import Struct

from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.limits import MAX_PRICE_TICKS

if TYPE_CHECKING:
    from venue.matching.order_book import Level

_BUY = Side.BUY
_NEW = OrderStatus.NEW
_BEYOND_EVERY_PRICE = -(MAX_PRICE_TICKS + 1)


class Order(Struct, eq=False):
    """Units as in domain.events.OrderState, whose fields come first here, in the same order.

    request_ids: the other ClOrdIDs of its chain, oldest first. key: see priority_key.
    level, previous, following: its place in the book; None while it does not rest.
    A Struct for its slots and its constructor, twice as fast as one in Python.
    """

    order_id: int
    session: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int | None
    quantity: int
    cum_quantity: int = 0
    notional: int = 0
    status: OrderStatus = _NEW
    request_ids: list[str] | None = None
    key: int = 0
    level: "Level | None" = None
    previous: "Order | None" = None
    following: "Order | None" = None


def priority_key(side: Side, price: int | None) -> int:
    """The lower, the better for the other side: the price of a sell, minus the price of a buy.

    An order reaches the levels of the other side whose key is at most minus its own; a market order, all.
    """
    if price is None:
        return _BEYOND_EVERY_PRICE
    return -price if side is _BUY else price
