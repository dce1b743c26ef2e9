"""The indicative price of a gathering book, by the rule of ``venue.matching.auction``: most volume, then least surplus,
then nearest to the reference, then lowest; kept up to date order by order instead of computed over the book.

Demand, the lots of bids at a price or above, falls with the price; supply, of asks at it or below, rises. The pivot is
the lowest price at which supply reaches demand. From it up volume is demand, below it is supply, so the best price is
among those next to the pivot: in the range from it up, or in the one from below it down, in which nothing changes.
"""

from bisect import bisect_left, bisect_right

from venue.marketdata.ladder import Ladder
from venue.marketdata.messages import Indicative

NOTHING = Indicative()


class Crossing:
    """pivot: ticks, at least 1. demand, supply: lots at the pivot, hidden ones too. Levels and alter come first, in
    any order; price then moves the pivot to where it belongs."""

    __slots__ = ("_asks", "_bids", "demand", "pivot", "supply")

    def __init__(self, bids: Ladder, asks: Ladder) -> None:
        self._bids = bids
        self._asks = asks
        self.pivot = bids.keys[-1] + 1 if bids.keys else 1
        self.demand = 0
        self.supply = sum(asks.rungs[key].total for key in asks.keys[bisect_left(asks.keys, -self.pivot) :])

    def alter(self, key: int, total: int) -> None:
        """So many lots more at a level's signed key; below zero: less."""
        if key > 0:
            if key >= self.pivot:
                self.demand += total
        elif -key <= self.pivot:
            self.supply += total

    def price(self, reference: int) -> Indicative:
        """reference: ticks; 0: none."""
        self._settle()
        bids, asks = self._bids.keys, self._asks.keys
        if not bids or not asks or bids[-1] < -asks[-1]:
            return NOTHING
        low, high, pivot = -asks[-1], bids[-1], self.pivot
        # Each range of prices between which nothing changes, its demand and its supply.
        below = (max(self._breakpoint_below(), low), min(pivot - 1, high), *self._just_below())
        above = (max(pivot, low), min(self._breakpoint_above() - 1, high), self.demand, self.supply)
        ranks = [_rank(*each, reference) for each in (below, above) if each[0] <= each[1]]
        volume, _, _, price = min(ranks)
        return Indicative(price, -volume)

    def _settle(self) -> None:
        while self.supply < self.demand:
            up = self._breakpoint_above()
            self.demand -= _total(self._bids, up - 1)
            self.supply += _total(self._asks, -up)
            self.pivot = up
        while self.pivot > 1:
            demand, supply = self._just_below()
            if supply < demand:
                return
            self.pivot, self.demand, self.supply = self._breakpoint_below(), demand, supply

    def _just_below(self) -> tuple[int, int]:
        """Demand and supply one tick below the pivot."""
        return self.demand + _total(self._bids, self.pivot - 1), self.supply - _total(self._asks, -self.pivot)

    def _breakpoint_above(self) -> int:
        """The next price above the pivot with another demand or supply than the one below it: that of an ask, or one
        tick above a bid's. Beyond all of them there is no demand, so whoever asks has one."""
        bids, asks, pivot = self._bids.keys, self._asks.keys, self.pivot
        bid, ask = bisect_left(bids, pivot), bisect_left(asks, -pivot) - 1
        found = [bids[bid] + 1] if bid < len(bids) else []
        if ask >= 0:
            found.append(-asks[ask])
        return min(found, default=pivot + 1)

    def _breakpoint_below(self) -> int:
        """The next one below the pivot; 1 where there is none."""
        bids, asks, pivot = self._bids.keys, self._asks.keys, self.pivot
        bid, ask = bisect_right(bids, pivot - 2) - 1, bisect_right(asks, -pivot)
        return max(bids[bid] + 1 if bid >= 0 else 1, -asks[ask] if ask < len(asks) else 1)


def _total(ladder: Ladder, key: int) -> int:
    rung = ladder.rungs.get(key)
    return 0 if rung is None else rung.total


def _rank(low: int, high: int, demand: int, supply: int, reference: int) -> tuple[int, int, int, int]:
    """Of the range's best price; the lower, the better."""
    price = min(max(reference, low), high)
    distance = abs(price - reference) if reference else 0
    return -min(demand, supply), abs(demand - supply), distance, price
