"""Stop orders that wait for their price: by stop price, then by time."""

from sortedcontainers import SortedDict

from venue.domain.enums import Side
from venue.matching.order import Order, Special

_BUY = Side.BUY


class StopBook:
    """Both sides' waiting orders under keys that rise with the price's way to them: a buy's stop price, minus a
    sell's; then by arrival. count: how many they are. arrivals: how many there ever were."""

    __slots__ = ("_buys", "_sells", "arrivals", "count")

    def __init__(self) -> None:
        self._buys: SortedDict[tuple[int, int], Order] = SortedDict()
        self._sells: SortedDict[tuple[int, int], Order] = SortedDict()
        self.arrivals = 0
        self.count = 0

    def add(self, order: Order) -> None:
        """The last to arrive."""
        self.arrivals += 1
        _special(order).arrival = self.arrivals
        self.put_back(order)

    def put_back(self, order: Order) -> None:
        """Where its arrival has its place."""
        self._side(order)[_key(order)] = order
        self.count += 1

    def discard(self, order: Order) -> None:
        """Out of it, if it is in it."""
        if self._side(order).pop(_key(order), None) is not None:
            self.count -= 1

    def reached(self, low: int, high: int) -> list[Order]:
        """Takes out all that prices from low to high reach: buys up from the lowest stop price, then sells down."""
        taken: list[Order] = []
        for side, bound in ((self._buys, high), (self._sells, -low)):
            while side:
                key, order = side.peekitem(0)
                if key[0] > bound:
                    break
                del side[key]
                taken.append(order)
        self.count -= len(taken)
        return taken

    def by_arrival(self) -> list[Order]:
        """All of them."""
        return sorted((*self._buys.values(), *self._sells.values()), key=_arrival)

    def _side(self, order: Order) -> "SortedDict[tuple[int, int], Order]":
        return self._buys if order.side is _BUY else self._sells


def _special(order: Order) -> Special:
    assert order.special is not None, "a stop order has terms"
    return order.special


def _key(order: Order) -> tuple[int, int]:
    special = _special(order)
    price = special.terms.stop_price
    return (price if order.side is _BUY else -price), special.arrival


def _arrival(order: Order) -> int:
    return _special(order).arrival
