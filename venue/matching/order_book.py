"""The order book of one instrument: price-time priority over two sides of linked queues."""

from collections.abc import Iterator

from sortedcontainers import SortedList

from venue.domain.enums import OrderStatus, Side
from venue.matching.order import Order

_BUY = Side.BUY
_FILLED = OrderStatus.FILLED
_PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED

# An emptied level stays, as prices come back: swept once there are this many of them, and more than used ones.
_EMPTY_LEVELS_KEPT = 64


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
    """One side's levels by key. best: the first level that holds an order."""

    __slots__ = ("_empty", "_keys", "_levels", "best")

    def __init__(self) -> None:
        self.best: Level | None = None
        self._levels: dict[int, Level] = {}
        self._keys: SortedList = SortedList()
        self._empty = 0

    def __iter__(self) -> Iterator[Level]:
        """The levels that hold orders, best first."""
        for key in self._keys:
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
        best = self.best
        if best is None or key < best.key:
            self.best = level

    def unlink(self, order: Order, level: Level) -> None:
        """Out of its queue, wherever it stands in it. The level's quantity is the caller's to keep."""
        previous, following = order.previous, order.following
        if previous is None:
            level.first = following
        else:
            previous.following = following
            order.previous = None
        if following is None:
            level.last = previous
        else:
            following.previous = previous
            order.following = None
        order.level = None
        if level.first is None:
            self._emptied(level)

    def _emptied(self, level: Level) -> None:
        self._empty += 1
        if level is self.best:
            self._find_best()
        elif self._empty > _EMPTY_LEVELS_KEPT and self._empty * 2 > len(self._levels):
            self._sweep()

    def _find_best(self) -> None:
        """Every level before the best is empty, so those are dropped on the way."""
        keys, levels = self._keys, self._levels
        while keys:
            level = levels[keys[0]]
            if level.first is not None:
                self.best = level
                return
            del levels[keys.pop(0)]
            self._empty -= 1
        self.best = None

    def _sweep(self) -> None:
        self._levels = {key: level for key, level in self._levels.items() if level.first is not None}
        self._keys = SortedList(self._levels)
        self._empty = 0


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

    def level_against(self, taker: Order) -> Level | None:
        """The best level of the other side, if the taker's price reaches it."""
        best = (self.asks if taker.side is _BUY else self.bids).best
        return best if best is not None and best.key <= -taker.key else None

    def crossable(self, taker: Order, wanted: int) -> bool:
        """Whether the other side holds all of wanted within the taker's price."""
        reach = -taker.key
        for level in self.asks if taker.side is _BUY else self.bids:
            if level.key > reach:
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
