"""A live order: the one mutable record of its state, linked into its price level while it rests."""

from typing import TYPE_CHECKING, Final

from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.limits import MAX_PRICE_TICKS

if TYPE_CHECKING:
    from venue.matching.order_book import Level

_BUY: Final = Side.BUY
_NEW: Final = OrderStatus.NEW
_BEYOND_EVERY_PRICE: Final = MAX_PRICE_TICKS + 1


class Order:
    """Units as in domain.events.OrderState, whose fields come first here, in the same order.

    request_ids: the other ClOrdIDs of its chain, oldest first. key: see priority_key.
    level: of the book, None while it does not rest. previous, following: its neighbours in the queue it stands in.
    """

    __slots__ = (
        "account",
        "client_order_id",
        "cum_quantity",
        "following",
        "key",
        "level",
        "notional",
        "order_id",
        "order_type",
        "previous",
        "price",
        "quantity",
        "request_ids",
        "session",
        "side",
        "status",
        "symbol",
        "time_in_force",
    )

    def __init__(
        self,
        order_id: int,
        session: str,
        client_order_id: str,
        account: str,
        symbol: str,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        price: int | None,
        quantity: int,
        cum_quantity: int = 0,
        notional: int = 0,
        status: OrderStatus = _NEW,
        request_ids: tuple[str, ...] = (),
        key: int = 0,
    ) -> None:
        self.order_id = order_id
        self.session = session
        self.client_order_id = client_order_id
        self.account = account
        self.symbol = symbol
        self.side = side
        self.order_type = order_type
        self.time_in_force = time_in_force
        self.price = price
        self.quantity = quantity
        self.cum_quantity = cum_quantity
        self.notional = notional
        self.status = status
        self.request_ids = request_ids
        self.key = key
        self.level: Level | None = None
        self.previous: Order | None = None
        self.following: Order | None = None


def priority_key(side: Side, price: int | None) -> int:
    """The higher, the better for the other side: the price of a buy, minus the price of a sell.

    An order reaches the levels of the other side whose key is at least minus its own; a market order, all.
    """
    if price is None:
        return _BEYOND_EVERY_PRICE
    return price if side is _BUY else -price
