"""A live order: the one mutable record of its state, linked into its price level while it rests."""

from typing import TYPE_CHECKING, Final

from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.limits import MAX_PRICE_TICKS
from venue.domain.terms import SpecialState, Terms

if TYPE_CHECKING:
    from venue.matching.order_book import Level

_BUY: Final = Side.BUY
_NEW: Final = OrderStatus.NEW
_BEYOND_EVERY_PRICE: Final = MAX_PRICE_TICKS + 1


class Special:
    """What an order has beyond an ordinary one's. Units as in domain.terms.SpecialState, whose fields come first here.

    arrival: of a stop, its place in time among those of its price; see StopBook.
    """

    __slots__ = ("arrival", "carried_notional", "carried_quantity", "hidden", "terms", "waiting")

    def __init__(
        self, terms: Terms, hidden: int = 0, waiting: bool = False, carried_quantity: int = 0, carried_notional: int = 0
    ) -> None:
        self.terms = terms
        self.hidden = hidden
        self.waiting = waiting
        self.carried_quantity = carried_quantity
        self.carried_notional = carried_notional
        self.arrival = 0

    def state(self) -> SpecialState:
        return SpecialState(self.terms, self.hidden, self.waiting, self.carried_quantity, self.carried_notional)


class Order:
    """Units as in domain.events.OrderState, whose fields come first here, in the same order.

    owner: whose orders it may be kept from trading with. special: None for an ordinary order.
    request_ids: the other ClOrdIDs of its chain, oldest first. key: see priority_key.
    level: of the book, None while it does not rest. previous, following: its neighbours in the queue it stands in.
    The rest is the engine's own account of its money; see engine.treasury. held: smallest units of what it pays with.
    """

    __slots__ = (
        "account",
        "client_order_id",
        "counted",
        "cum_quantity",
        "fee_parts",
        "following",
        "held",
        "key",
        "level",
        "maker_rate",
        "notional",
        "order_id",
        "order_type",
        "owner",
        "previous",
        "price",
        "quantity",
        "request_ids",
        "session",
        "side",
        "special",
        "stake",
        "status",
        "symbol",
        "taker_rate",
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
        owner: str = "",
        special: Special | None = None,
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
        self.owner = owner
        self.special = special
        self.level: Level | None = None
        self.previous: Order | None = None
        self.following: Order | None = None
        self.stake: object | None = None
        self.held = 0
        self.counted = 0
        self.fee_parts = 0
        self.maker_rate = 0
        self.taker_rate = 0

    def open_quantity(self) -> int:
        return self.quantity - self.cum_quantity

    def shown_quantity(self) -> int:
        """What the book shows of it, and what it may trade before it takes its place anew."""
        special = self.special
        shown = self.quantity - self.cum_quantity
        return shown if special is None else shown - special.hidden

    def show_anew(self) -> bool:
        """Shows the next part of an iceberg, all of whose shown part is gone; whether there is one."""
        special = self.special
        if special is None or special.hidden == 0:
            return False
        part = special.terms.display_quantity
        special.hidden = special.hidden - part if special.hidden > part else 0
        return True

    def hide(self) -> None:
        """As an order with DisplayQty comes to rest: all but that is hidden."""
        special = self.special
        if special is not None and special.terms.display_quantity:
            hidden = self.quantity - self.cum_quantity - special.terms.display_quantity
            special.hidden = hidden if hidden > 0 else 0

    def end(self, status: OrderStatus) -> None:
        """It is closed before it is filled: it neither shows, hides nor waits any more."""
        self.status = status
        special = self.special
        if special is not None:
            special.hidden = 0
            special.waiting = False

    def reduce_to(self, quantity: int) -> None:
        """A smaller total quantity: the shown part stays as far as that allows."""
        special = self.special
        if special is not None and special.hidden:
            shown = self.quantity - self.cum_quantity - special.hidden
            hidden = quantity - self.cum_quantity - shown
            special.hidden = hidden if hidden > 0 else 0
        self.quantity = quantity


def priority_key(side: Side, price: int | None) -> int:
    """The higher, the better for the other side: the price of a buy, minus the price of a sell.

    An order reaches the levels of the other side whose key is at least minus its own; a market order, all.
    """
    if price is None:
        return _BEYOND_EVERY_PRICE
    return price if side is _BUY else -price
