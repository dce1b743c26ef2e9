"""The order book of one instrument: price-time priority over two sides of linked queues."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from sortedcontainers import SortedList

from venue.domain.enums import OrderStatus, Side
from venue.matching.order import Order

_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED

# Emptied levels are swept once there are this many of them, and more than used ones.
_EMPTY_LEVELS_KEPT: Final = 20_000


class Level:
    """The orders at one price, in time order. quantity: the sum of their open quantities.

    better, worse: the levels next to it in its side, empty ones too.
    """

    __slots__ = ("better", "first", "key", "last", "price", "quantity", "worse")

    def __init__(self, key: int) -> None:
        self.key = key
        self.price = abs(key)
        self.quantity = 0
        self.first: Order | None = None
        self.last: Order | None = None
        self.better: Level | None = None
        self.worse: Level | None = None

    def __iter__(self) -> Iterator[Order]:
        order = self.first
        while order is not None:
            yield order
            order = order.following


class BookSide:
    """One side's levels by key. first: none that holds an order is better; like any level it may be empty.

    The sorted keys give a new level its neighbours; all else goes along the links. An emptied level stays, as prices
    come back, until too many are empty: a key is added and removed far less often than an order.
    """

    __slots__ = ("_empty", "_keys", "_levels", "first")

    def __init__(self) -> None:
        self.first: Level | None = None
        self._levels: dict[int, Level] = {}
        self._keys: SortedList[int] = SortedList()
        self._empty = 0

    def __iter__(self) -> Iterator[Level]:
        """The levels that hold orders, best first."""
        level = self.first
        while level is not None:
            if level.first is not None:
                yield level
            level = level.worse

    def add(self, order: Order) -> None:
        """Last in the queue of its price."""
        key = order.key
        level = self._levels.get(key)
        if level is None:
            level = self._new_level(key)
        last = level.last
        if last is None:
            self._empty -= 1
            level.first = order
            if self.first is None or key > self.first.key:
                self.first = level
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
        """The best level that holds an order, if its key is at least reach."""
        level = self.first
        while level is not None and level.key >= reach:
            if level.first is not None:
                self.first = level
                return level
            level = level.worse
        if level is not None:
            self.first = level
        return None

    def _new_level(self, key: int) -> Level:
        """An empty level, linked to its neighbours."""
        keys, levels = self._keys, self._levels
        level = levels[key] = Level(key)
        index = keys.bisect_left(key)
        if index < len(keys):
            _link(levels[keys[index]], level)
        if index > 0:
            _link(level, levels[keys[index - 1]])
        keys.add(key)
        self._empty += 1
        return level

    def _sweep(self) -> None:
        if self._empty * 2 <= len(self._levels):
            return
        kept = [level for level in self._levels.values() if level.first is not None]
        kept.sort(key=_key, reverse=True)
        for level in self._levels.values():
            level.better = level.worse = None
        for better, worse in pairwise(kept):
            _link(better, worse)
        self._levels = {level.key: level for level in kept}
        self._keys = SortedList(self._levels)
        self._empty = 0
        self.first = kept[0] if kept else None


def _key(level: Level) -> int:
    return level.key


def _link(better: Level, worse: Level) -> None:
    better.worse = worse
    worse.better = better


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

    def crossable(self, taker: Order, wanted: int, matches: int) -> bool:
        """Whether the other side holds all of wanted within the taker's price, in so many orders at most."""
        reach = -taker.key
        missing = wanted
        for level in self.asks if taker.side is _BUY else self.bids:
            if level.key < reach or missing <= 0:
                break
            missing -= level.quantity
        if missing > 0:
            return False
        for level in self.asks if taker.side is _BUY else self.bids:
            for order in level:
                if not matches:
                    return False
                matches -= 1
                wanted -= order.quantity - order.cum_quantity
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
