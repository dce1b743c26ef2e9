"""One side's price levels, and what one record changes of them."""

from bisect import bisect_left, bisect_right, insort
from itertools import islice

from venue.domain.enums import Side
from venue.marketdata.messages import FULL, Action, Level, LevelChange

_DELETE, _NEW, _CHANGE = Action.DELETE, Action.NEW, Action.CHANGE


class Rung:
    """A price level. shown: lots that its orders show; total: with the hidden ones; orders: how many."""

    __slots__ = ("orders", "shown", "total")

    def __init__(self) -> None:
        self.shown = 0
        self.total = 0
        self.orders = 0


class Ladder:
    """Levels by signed key: the price of a bid, minus the price of an ask; so the higher, the better, on either side.

    keys: rising, the best last, where most of the work is. touched: levels of the record under way, with what they
    showed, and how many orders, before it.
    """

    __slots__ = ("keys", "rungs", "side", "sign", "touched")

    def __init__(self, side: Side) -> None:
        self.side = side
        self.sign = 1 if side is Side.BUY else -1
        self.keys: list[int] = []
        self.rungs: dict[int, Rung] = {}
        self.touched: dict[int, tuple[int, int]] = {}

    def alter(self, key: int, shown: int, total: int, orders: int) -> None:
        """Adds to a level, below zero: takes from it."""
        rung = self.rungs.get(key)
        if rung is None:
            rung = self.rungs[key] = Rung()
            insort(self.keys, key)
        if key not in self.touched:
            self.touched[key] = (rung.shown, rung.orders)
        rung.shown += shown
        rung.total += total
        rung.orders += orders
        if not rung.orders:
            del self.rungs[key]
            del self.keys[bisect_left(self.keys, key)]

    def take_changes(self, changes: list[LevelChange]) -> int:
        """Adds what the record under way changed, which ends it. Returns how many levels are better than the best
        changed one; -1: none has changed."""
        best: int | None = None
        rungs = self.rungs
        for key, (shown, orders) in self.touched.items():
            rung = rungs.get(key)
            if rung is None:
                # It was there before, as each order comes or goes once in a record.
                change = LevelChange(_DELETE, self.side, key * self.sign, 0, 0)
            elif shown != rung.shown or orders != rung.orders:
                action = _CHANGE if orders else _NEW
                change = LevelChange(action, self.side, key * self.sign, rung.shown, rung.orders)
            else:
                continue
            changes.append(change)
            if best is None or key > best:
                best = key
        self.touched.clear()
        return -1 if best is None else self._better_than(best)

    def levels(self, depth: int) -> tuple[Level, ...]:
        """Best first. depth: how many at most; FULL: all."""
        rungs, sign = self.rungs, self.sign
        keys = islice(reversed(self.keys), depth if depth != FULL else None)
        return tuple(Level(key * sign, rungs[key].shown, rungs[key].orders) for key in keys)

    def narrowed(self, changes: list[LevelChange], depth: int) -> list[LevelChange]:
        """What these changes, of this side and just made, are to a reader of so many levels: a level that comes among
        them is new to it, whatever it was before, and one that falls out is deleted. Deletes come first."""
        if len(changes) == 1:
            return self._narrowed_one(changes[0], depth)
        sign = self.sign
        changed = {change.price * sign: change.action for change in changes}
        if not changed or self._better_than(max(changed)) >= depth:
            return []
        added = [key for key, action in changed.items() if action is _NEW]
        deleted = [key for key, action in changed.items() if action is _DELETE]
        # Without what was added and with what was deleted, the levels are those from before.
        reach = self.keys[-depth - len(added) :]
        before = set(sorted({*reach, *deleted}.difference(added))[-depth:])
        after = reach[-depth:]
        gone = sorted(before.difference(after))
        narrowed = [LevelChange(_DELETE, self.side, key * sign, 0, 0) for key in gone]
        for key in after:
            if key not in before or key in changed:
                narrowed.append(self._change(_CHANGE if key in before else _NEW, key))
        return narrowed

    def _narrowed_one(self, change: LevelChange, depth: int) -> list[LevelChange]:
        """The usual case, at a glance."""
        keys, action = self.keys, change.action
        if self._better_than(change.price * self.sign) >= depth:
            return []
        if action is _NEW and len(keys) > depth:
            return [LevelChange(_DELETE, self.side, keys[-depth - 1] * self.sign, 0, 0), change]
        if action is _DELETE and len(keys) >= depth:
            return [change, self._change(_NEW, keys[-depth])]
        return [change]

    def _change(self, action: Action, key: int) -> LevelChange:
        rung = self.rungs[key]
        return LevelChange(action, self.side, key * self.sign, rung.shown, rung.orders)

    def _better_than(self, key: int) -> int:
        return len(self.keys) - bisect_right(self.keys, key)
