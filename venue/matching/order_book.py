"""The order book of one instrument: price-time priority over two sides of linked queues."""

from collections.abc import Iterator
from typing import Final

from sortedcontainers import SortedList

from venue.domain.enums import OrderStatus, Side
from venue.matching.order import Order

_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED

# An emptied level stays, as prices come back: swept once there are this many of them, and more than used ones.
_EMPTY_LEVELS_KEPT: Final = 1_000


class Level:
    """The orders at one price, in time order. quantity: the sum of their open quantities."""

    __slots__ = ("first", "key", "last", "price", "quantity")

    def __init__(self, key: int) -> None:
        self.key = key
        self.price = abs(key)
        self.quantity = 0
        self.first: Order | None = None
        self.last: Order | None = None

    def __iter__(self) -> Iterator[Order]:
        order = self.first
        while order is not None:
            yield order
            order = order.following


class BookSide:
    """One side's levels by key. first: the first of them, or None; like any other it may be empty.

    The keys stand in order, the best last, where most come and go. An emptied level keeps its key until the best
    price passes it or too many are empty, so a key is added and removed far less often than an order.
    """

    __slots__ = ("_empty", "_keys", "_levels", "first")

    def __init__(self) -> None:
        self.first: Level | None = None
        self._levels: dict[int, Level] = {}
        self._keys: SortedList[int] = SortedList()
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
            if self.first is None or key > self.first.key:
                self.first = level
            level.first = order
        elif (last := level.last) is None:
            self._empty -= 1
            level.first = order
        else:
            last.following = order
            order.previous = last
        level.last = order
        order.level = level
        level.quantity += order.quantity - order.cum_quantity

    def unlink(self, order: Order, level: Level) -> None:
        """Out of its queue, wherever it stands in it. The level's quantity is the caller's to keep."""
        previous, following = order.previous, order.following
        order.level = None
        if previous is None:
            level.first = following
        else:
            previous.following = following
            order.previous = None
        if following is None:
            level.last = previous
            if previous is None:
                self._empty += 1
                if self._empty > _EMPTY_LEVELS_KEPT:
                    self._sweep()
        else:
            following.previous = previous
            order.following = None

    def best_within(self, reach: int) -> Level | None:
        """The best level that holds an order, if its key is at least reach; empty ones before it are dropped."""
        level = self.first
        while level is not None and level.key >= reach:
            if level.first is not None:
                return level
            keys, levels = self._keys, self._levels
            del levels[keys.pop()]
            self._empty -= 1
            level = self.first = levels[keys[-1]] if keys else None
        return None

    def _sweep(self) -> None:
        if self._empty * 2 <= len(self._levels):
            return
        self._levels = {key: level for key, level in self._levels.items() if level.first is not None}
        self._keys = SortedList(self._levels)
        self._empty = 0
        self.first = self._levels[self._keys[-1]] if self._keys else None


class OrderBook:
    """Resting orders only; what an order may do before it rests is the engine's to decide."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide()
        self.asks = BookSide()

    def add(self, order: Order) -> None:
        (self.bids if order.side is _BUY else self.asks).add(order)

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
        order.quantity = quantity

    def crossable(self, taker: Order, wanted: int) -> bool:
        """Whether the other side holds all of wanted within the taker's price."""
        reach = -taker.key
        for level in self.asks if taker.side is _BUY else self.bids:
            if level.key < reach:
                return False
            wanted -= level.quantity
            if wanted <= 0:
                return True
        return False

    def trade(self, level: Level, maker: Order, taker: Order) -> int:
        """The quantity that the two exchange at the level's price; a maker with nothing left leaves the book."""
        maker_open = maker.quantity - maker.cum_quantity
        taker_open = taker.quantity - taker.cum_quantity
        traded = maker_open if maker_open < taker_open else taker_open
        notional = level.price * traded
        maker.cum_quantity += traded
        maker.notional += notional
        taker.cum_quantity += traded
        taker.notional += notional
        level.quantity -= traded
        taker.status = _FILLED if traded == taker_open else _PARTIALLY_FILLED
        if traded == maker_open:
            maker.status = _FILLED
            (self.bids if maker.side is _BUY else self.asks).unlink(maker, level)
        else:
            maker.status = _PARTIALLY_FILLED
        return traded
