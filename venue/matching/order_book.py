"""The order book of one instrument: price-time priority over two sides of linked queues."""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final

from sortedcontainers import SortedList

from venue.domain.enums import OrderStatus, Side
from venue.domain.limits import MAX_PRICE_TICKS
from venue.matching.order import Order
from venue.matching.order_queue import OrderQueue

_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED

# Emptied levels are swept once there are this many of them, and more than used ones.
_EMPTY_LEVELS_KEPT: Final = 1_000
# Worse than any order's, and one worse still.
WORST_KEY: Final = -MAX_PRICE_TICKS - 1
_BELOW_EVERY_KEY: Final = -MAX_PRICE_TICKS - 2


class Level(OrderQueue):
    """The orders at one price, in time order.

    quantity: the sum of their open quantities, hidden ones too. queued: its key is in its side's heap.
    """

    __slots__ = ("key", "price", "quantity", "queued")

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.price = abs(key)
        self.quantity = 0
        self.queued = False


class BookSide:
    """One side's levels by key. best_key: no order has a better one. top: the TOP order, where an allocation has one.

    An emptied level stays, as prices come back, until too many are empty. The heap finds the best level: it holds the
    key of every level that has orders, and of some that are empty, which go when they come to its top. The sorted
    keys, of all levels, are for whoever walks through the depth.
    """

    __slots__ = ("_empty", "_heap", "_keys", "_levels", "best_key", "top")

    def __init__(self) -> None:
        self.best_key = _BELOW_EVERY_KEY
        self.top: Order | None = None
        self._levels: dict[int, Level] = {}
        self._keys: SortedList[int] = SortedList()
        self._heap: list[int] = []
        self._empty = 0

    def __iter__(self) -> Iterator[Level]:
        """The levels that hold orders, best first."""
        for key in reversed(self._keys):
            level = self._levels[key]
            if level.first is not None:
                yield level

    def add(self, order: Order) -> None:
        """Last in the queue of its price."""
        key = order.key
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = Level(key)
            self._keys.add(key)
            self._empty += 1
        if level.first is None:
            self._empty -= 1
            if not level.queued:
                level.queued = True
                heappush(self._heap, -key)
            if key > self.best_key:
                self.best_key = key
        level.append(order)
        order.level = level
        level.quantity += order.quantity - order.cum_quantity

    def unlink(self, order: Order, level: Level) -> None:
        """Out of its queue, wherever it stands in it. The level's quantity is the caller's to keep."""
        order.level = None
        level.unlink(order)
        if self.top is order:
            self.top = None
        if level.first is None:
            self._empty += 1
            if self._empty > _EMPTY_LEVELS_KEPT:
                self._sweep()

    def best_within(self, reach: int) -> Level | None:
        """The best level that holds an order, if its key is at least reach."""
        heap = self._heap
        while heap:
            level = self._levels[-heap[0]]
            if level.first is not None:
                self.best_key = level.key
                return level if level.key >= reach else None
            heappop(heap)
            level.queued = False
        self.best_key = _BELOW_EVERY_KEY
        return None

    def _sweep(self) -> None:
        if self._empty * 2 <= len(self._levels):
            return
        self._levels = {key: level for key, level in self._levels.items() if level.first is not None}
        self._keys = SortedList(self._levels)
        self._heap = [-key for key in reversed(self._keys)]
        for level in self._levels.values():
            level.queued = True
        self._empty = 0


class OrderBook:
    """Resting orders only; what an order may do before it rests is the engine's to decide."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide()
        self.asks = BookSide()

    def own(self, side: Side) -> BookSide:
        """Where an order of the side rests."""
        return self.bids if side is _BUY else self.asks

    def other(self, side: Side) -> BookSide:
        """What an order of the side trades with."""
        return self.asks if side is _BUY else self.bids

    def remove(self, order: Order) -> None:
        level = order.level
        assert level is not None, "only a resting order can be removed"
        level.quantity -= order.quantity - order.cum_quantity
        (self.bids if order.side is _BUY else self.asks).unlink(order, level)

    def reduce(self, order: Order, quantity: int) -> None:
        """A smaller total quantity, still above what is executed; the order keeps its place."""
        level = order.level
        assert level is not None, "only a resting order can be reduced"
        assert order.cum_quantity < quantity <= order.quantity
        level.quantity -= order.quantity - quantity
        order.reduce_to(quantity)

    def trade(self, level: Level, maker: Order, taker: Order) -> int:
        """The quantity that the two exchange in their turn, at the level's price."""
        special = maker.special
        shown = maker.quantity - maker.cum_quantity
        if special is not None:
            shown -= special.hidden
        wanted = taker.quantity - taker.cum_quantity
        traded = shown if shown < wanted else wanted
        self.fill(level, maker, taker, traded, shown)
        return traded

    def fill(self, level: Level, maker: Order, taker: Order, traded: int, shown: int) -> None:
        """Both trade so much of what the maker shows. A maker with nothing left leaves the book, one that shows anew
        goes to the back of its level."""
        notional = level.price * traded
        maker.cum_quantity += traded
        maker.notional += notional
        taker.cum_quantity += traded
        taker.notional += notional
        level.quantity -= traded
        taker.status = _FILLED if taker.cum_quantity == taker.quantity else _PARTIALLY_FILLED
        if maker.cum_quantity == maker.quantity:
            maker.status = _FILLED
            (self.bids if maker.side is _BUY else self.asks).unlink(maker, level)
            return
        maker.status = _PARTIALLY_FILLED
        if traded == shown and maker.show_anew():
            side = self.own(maker.side)
            if side.top is maker:
                side.top = None
            level.unlink(maker)
            level.append(maker)

    def cross(self, price: int, maker: Order, taker: Order) -> int:
        """The quantity that two resting orders exchange in an auction, hidden parts included."""
        maker_open, taker_open = maker.quantity - maker.cum_quantity, taker.quantity - taker.cum_quantity
        traded = maker_open if maker_open < taker_open else taker_open
        for order in (maker, taker):
            level = order.level
            assert level is not None, "both orders rest"
            shown = order.shown_quantity() - traded
            order.cum_quantity += traded
            order.notional += price * traded
            level.quantity -= traded
            if order.cum_quantity == order.quantity:
                order.status = _FILLED
                if order.special is not None:
                    order.special.hidden = 0
                self.own(order.side).unlink(order, level)
            else:
                order.status = _PARTIALLY_FILLED
                if order.special is not None:
                    order.special.hidden = order.open_quantity() - shown if shown > 0 else 0
                    if shown <= 0:
                        order.hide()
        return traded
