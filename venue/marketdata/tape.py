"""An instrument's trades: the last ones, and the statistics of the day."""

from collections import deque
from collections.abc import Iterable
from typing import Final

from venue.domain.events import OrderMatched
from venue.domain.limits import MAX_RECENT_TRADES
from venue.domain.money import Amount
from venue.marketdata.messages import Statistics, Trade

# A plain integer up to here, an Amount beyond: see domain.money.
_WORD: Final = (1 << 62) - 1


class Tape:
    """number: of the last trade. fresh: trades of the record under way. moved: whether it changed the statistics."""

    __slots__ = (
        "_high", "_low", "_notional", "_open", "_previous_close", "_trades", "_volume", "fresh", "last", "moved",
        "number", "recent",
    )  # fmt: skip

    def __init__(self, number: int = 0, recent: Iterable[Trade] = (), statistics: Statistics | None = None) -> None:
        before = statistics or Statistics()
        self.number = number
        self.recent: deque[Trade] = deque(recent, MAX_RECENT_TRADES)
        self.fresh: list[Trade] = []
        self.moved = False
        self.last = before.last
        self._open, self._high, self._low = before.open, before.high, before.low
        self._volume, self._notional, self._trades = before.volume, int(before.notional), before.trades
        self._previous_close = before.previous_close

    def add(self, match: OrderMatched, at: int) -> None:
        price, quantity = match.price, match.quantity
        self.number += 1
        trade = Trade(self.number, price, quantity, None if match.auction else match.taker.side, at)
        self.fresh.append(trade)
        self.recent.append(trade)
        self.moved = True
        if not self._trades:
            self._open = self._high = self._low = price
        elif price > self._high:
            self._high = price
        elif price < self._low:
            self._low = price
        self.last = price
        self._volume += quantity
        self._notional += match.amount
        self._trades += 1

    def end_day(self) -> None:
        if self._trades or self._previous_close != self.last:
            self._open = self._high = self._low = self._volume = self._notional = self._trades = 0
            self._previous_close = self.last
            self.moved = True

    def take_fresh(self) -> tuple[Trade, ...]:
        fresh = tuple(self.fresh)
        self.fresh.clear()
        return fresh

    def statistics(self) -> Statistics:
        notional = self._notional if self._notional <= _WORD else Amount(self._notional)
        return Statistics(
            self._open, self._high, self._low, self.last, self._volume, notional, self._trades, self._previous_close
        )
