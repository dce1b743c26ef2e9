"""The circuit breaker's memory: the lowest and highest price that held within the last so many nanoseconds."""

from collections import deque
from typing import Final

BASIS_POINTS: Final = 10_000
# Spells as (price, until), the lowest first and the highest first; see PriceWindow.dump.
WindowState = tuple[tuple[tuple[int, int], ...], ...]
_NEVER: Final = (1 << 62) - 1


class _Spell:
    """A price that held until another one came. until: when that was; 0: it holds still."""

    __slots__ = ("price", "until")

    def __init__(self, price: int, until: int = 0) -> None:
        self.price = price
        self.until = until


class PriceWindow:
    """basis_points: a price may be so far from any that held within window_ns. Prices are ticks, times nanoseconds.

    Two queues of spells, one of rising prices and one of falling ones, whose heads are the lowest and the highest: a
    new price removes those that it outdoes, so that each is added and removed once. What the heads allow is kept
    until one of them is gone.
    """

    __slots__ = ("_basis_points", "_floor", "_highs", "_last", "_lows", "_roof", "_valid_until", "_window_ns")

    def __init__(self, basis_points: int, window_ns: int) -> None:
        self._basis_points = basis_points
        self._window_ns = window_ns
        self._lows: deque[_Spell] = deque()
        self._highs: deque[_Spell] = deque()
        self._last: _Spell | None = None
        self._floor = 0
        self._roof = _NEVER
        self._valid_until = _NEVER

    def add(self, price: int, at: int) -> None:
        """The price of a trade, another one than the last."""
        if self._last is not None:
            self._last.until = at
        self._last = spell = _Spell(price)
        lows, highs = self._lows, self._highs
        while lows and lows[-1].price >= price:
            lows.pop()
        lows.append(spell)
        while highs and highs[-1].price <= price:
            highs.pop()
        highs.append(spell)
        self._set_bounds()

    def restart(self, price: int) -> None:
        """With nothing but the last price; 0: there was none."""
        self._lows.clear()
        self._highs.clear()
        self._last = None
        self._floor, self._roof, self._valid_until = 0, _NEVER, _NEVER
        if price:
            self.add(price, 0)

    def allows(self, price: int, at: int) -> bool:
        """Whether a trade may take place at the price now."""
        if at >= self._valid_until:
            self._forget(at - self._window_ns)
        return self._floor <= price <= self._roof

    def near(self, price: int, other: int) -> bool:
        """Whether one is within the bounds of the other."""
        bound, scaled = self._basis_points, price * BASIS_POINTS
        return other * (BASIS_POINTS - bound) <= scaled <= other * (BASIS_POINTS + bound)

    def dump(self) -> WindowState:
        """The spells of both queues, each as (price, until)."""
        return tuple(tuple((spell.price, spell.until) for spell in spells) for spells in (self._lows, self._highs))

    def load(self, dump: WindowState) -> None:
        """In the place of all that it has."""
        lows, highs = dump
        self._lows = deque(_Spell(price, until) for price, until in lows)
        self._highs = deque(_Spell(price, until) for price, until in highs)
        if self._lows:
            # The last price ends both queues, as one spell.
            self._last = self._highs[-1] = self._lows[-1]
            self._set_bounds()

    def _forget(self, start: int) -> None:
        """Spells that ended before: of each queue the newest one never has."""
        for spells in (self._lows, self._highs):
            while 0 < spells[0].until <= start:
                spells.popleft()
        self._set_bounds()

    def _set_bounds(self) -> None:
        low, high, bound = self._lows[0], self._highs[0], self._basis_points
        self._floor = -(-high.price * (BASIS_POINTS - bound) // BASIS_POINTS)
        self._roof = low.price * (BASIS_POINTS + bound) // BASIS_POINTS
        ends = [spell.until + self._window_ns for spell in (low, high) if spell.until]
        self._valid_until = min(ends) if ends else _NEVER
