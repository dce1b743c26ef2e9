"""Stop orders that wait for their price: by stop price, then by time."""

from heapq import heapify, heappop, heappush
from typing import Final

from venue.domain.enums import Side
from venue.matching.order import Order, Special

_BUY: Final = Side.BUY
# Keys of orders that left early are swept once there are more of them than of others, and this many more.
_STALE_KEPT: Final = 64
Key = tuple[int, int]


class _Waiting:
    """One side's orders. The heap has every key of orders, and some whose order left before its price came."""

    __slots__ = ("heap", "orders")

    def __init__(self) -> None:
        self.heap: list[Key] = []
        self.orders: dict[Key, Order] = {}

    def add(self, order: Order) -> None:
        key = _key(order)
        self.orders[key] = order
        heappush(self.heap, key)

    def discard(self, order: Order) -> None:
        self.orders.pop(_key(order), None)
        if len(self.heap) > 2 * len(self.orders) + _STALE_KEPT:
            self.heap = list(self.orders)
            heapify(self.heap)

    def take(self, bound: int, taken: list[Order]) -> None:
        """Moves those with a price up to the bound, in their order."""
        heap, orders = self.heap, self.orders
        while heap and heap[0][0] <= bound:
            key = heappop(heap)
            if key in orders:
                taken.append(orders.pop(key))


class StopBook:
    """Both sides' waiting orders under keys that rise with the price's way to them: a buy's stop price, minus a
    sell's; then by arrival. count: how many they are. arrivals: how many there ever were."""

    __slots__ = ("_buys", "_sells", "arrivals", "count")

    def __init__(self) -> None:
        self._buys = _Waiting()
        self._sells = _Waiting()
        self.arrivals = 0
        self.count = 0

    def add(self, order: Order) -> None:
        """The last to arrive."""
        self.arrivals += 1
        _special(order).arrival = self.arrivals
        self.put_back(order)

    def put_back(self, order: Order) -> None:
        """Where its arrival has its place."""
        (self._buys if order.side is _BUY else self._sells).add(order)
        self._count()

    def discard(self, order: Order) -> None:
        """Out of it, if it is in it."""
        (self._buys if order.side is _BUY else self._sells).discard(order)
        self._count()

    def reached(self, low: int, high: int) -> list[Order]:
        """Takes out all that prices from low to high reach: buys up from the lowest stop price, then sells down."""
        taken: list[Order] = []
        self._buys.take(high, taken)
        self._sells.take(-low, taken)
        self._count()
        return taken

    def by_arrival(self) -> list[Order]:
        """All of them."""
        return sorted((*self._buys.orders.values(), *self._sells.orders.values()), key=_arrival)

    def _count(self) -> None:
        self.count = len(self._buys.orders) + len(self._sells.orders)


def _special(order: Order) -> Special:
    assert order.special is not None, "a stop order has terms"
    return order.special


def _key(order: Order) -> Key:
    special = _special(order)
    price = special.terms.stop_price
    return (price if order.side is _BUY else -price), special.arrival


def _arrival(order: Order) -> int:
    return _special(order).arrival
