"""The circuit breaker's memory: the lowest and highest price that held within the last so many nanoseconds."""

from collections import deque

BASIS_POINTS = 10_000


class _Spell:
    """A price that held until another one came. until: when that was; 0: it holds still."""

    __slots__ = ("price", "until")

    def __init__(self, price: int, until: int = 0) -> None:
        self.price = price
        self.until = until


class PriceWindow:
    """basis_points: a price may be so far from any that held within window_ns. Prices are ticks, times nanoseconds.

    Two queues of spells, one of rising prices and one of falling ones, whose heads are the lowest and the highest: a
    new price removes those that it outdoes, so that each is added and removed once.
    """

    __slots__ = ("_basis_points", "_highs", "_last", "_lows", "_window_ns")

    def __init__(self, basis_points: int, window_ns: int) -> None:
        self._basis_points = basis_points
        self._window_ns = window_ns
        self._lows: deque[_Spell] = deque()
        self._highs: deque[_Spell] = deque()
        self._last: _Spell | None = None

    def add(self, price: int, at: int) -> None:
        """The price of a trade."""
        last = self._last
        if last is not None:
            if last.price == price:
                return
            last.until = at
        self._last = spell = _Spell(price)
        while self._lows and self._lows[-1].price >= price:
            self._lows.pop()
        self._lows.append(spell)
        while self._highs and self._highs[-1].price <= price:
            self._highs.pop()
        self._highs.append(spell)

    def allows(self, price: int, at: int) -> bool:
        """Whether a trade may take place at the price now."""
        self._forget(at - self._window_ns)
        if self._last is None:
            return True
        return self.near(price, self._lows[0].price) and self.near(price, self._highs[0].price)

    def near(self, price: int, other: int) -> bool:
        """Whether one is within the bounds of the other."""
        bound, scaled = self._basis_points, price * BASIS_POINTS
        return other * (BASIS_POINTS - bound) <= scaled <= other * (BASIS_POINTS + bound)

    def dump(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The spells of both queues, each as (price, until)."""
        return tuple(tuple((spell.price, spell.until) for spell in spells) for spells in (self._lows, self._highs))

    def load(self, dump: tuple[tuple[tuple[int, int], ...], ...]) -> None:
        """Into an empty window."""
        lows, highs = dump
        if not lows:
            return
        self._last = _Spell(*lows[-1])
        self._lows.extend(_Spell(price, until) for price, until in lows[:-1])
        self._lows.append(self._last)
        self._highs.extend(_Spell(price, until) for price, until in highs[:-1])
        self._highs.append(self._last)

    def _forget(self, start: int) -> None:
        """Spells that ended before: of each queue the newest one never has."""
        for spells in (self._lows, self._highs):
            while spells and 0 < spells[0].until <= start:
                spells.popleft()
