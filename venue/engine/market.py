"""A listed instrument as it trades: its book, its stops, its rules and its phase."""

from collections import deque

from venue.domain.enums import Phase
from venue.domain.limits import MAX_PRICE_TICKS
from venue.domain.reference import Instrument
from venue.domain.rules import PRICE_TIME, InstrumentRules
from venue.engine.stake import Stake
from venue.matching import Allocation, Order, OrderBook, StopBook, allocation_of
from venue.risk import PriceWindow
from venue.risk.price_window import BASIS_POINTS


class Market:
    """unit: smallest units of quote in one lot at one tick. halted_until: of a breaker's halt; 0: no clock runs.

    last_price: of the last trade; low, high: of the trades since stops were last looked at; ticks, 0: none.
    cascade: stops that trades reached and that are still to be triggered. killed: by a kill switch of its own.
    gated: an order must go through all checks, as not everything is allowed now. lowest_price, highest_price: that an
    order may have now, by the limits and the price band; ticks.
    """

    __slots__ = (
        "allocation",
        "book",
        "cascade",
        "gated",
        "halted_until",
        "high",
        "highest_price",
        "instrument",
        "killed",
        "last_price",
        "lot_size",
        "low",
        "lowest_price",
        "phase",
        "rules",
        "stakes",
        "stops",
        "unit",
        "window",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.unit = instrument.tick_lot_amount
        self.lot_size = instrument.lot_size
        self.stakes: dict[str, Stake] = {}
        self.book = OrderBook()
        self.stops = StopBook()
        self.cascade: deque[Order] = deque()
        self.rules = PRICE_TIME
        self.phase = Phase.OPEN
        self.halted_until = 0
        self.last_price = 0
        self.low = 0
        self.high = 0
        self.killed = False
        self.gated = False
        self.allocation: Allocation | None = None
        self.window: PriceWindow | None = None
        self.lowest_price = 1
        self.highest_price = MAX_PRICE_TICKS

    def set_rules(self, rules: InstrumentRules) -> None:
        """Raises ValueError where a number makes no sense; the rules are then as before."""
        _check(rules)
        allocation = allocation_of(rules.allocation)
        breaker = (rules.breaker_basis_points, rules.breaker_window_ns)
        if breaker != (self.rules.breaker_basis_points, self.rules.breaker_window_ns):
            self.window = PriceWindow(*breaker) if rules.breaker_basis_points else None
            self.restart_window()
        self.rules = rules
        self.allocation = allocation
        self.book.bids.top = self.book.asks.top = None
        self._set_band()

    def restart_window(self) -> None:
        """The breaker forgets all prices but the last: after an opening, and for new rules."""
        if self.window is not None:
            self.window.restart(self.last_price)

    def regate(self) -> None:
        """After a change of phase or switches."""
        self.gated = self.killed or self.phase is not Phase.OPEN

    def traded(self, price: int, at: int) -> None:
        """Takes note of a trade's price."""
        if price != self.last_price:
            self.last_price = price
            if self.rules.band_basis_points:
                self._set_band()
            if self.window is not None:
                self.window.add(price, at)
        if price > self.high:
            self.high = price
        if price < self.low or not self.low:
            self.low = price

    def reference_price(self) -> int:
        """Of price bands and auctions; ticks; 0: none."""
        return self.last_price or self.rules.reference_price

    def outside_band(self, price: int) -> bool:
        """Of a price within the limits."""
        return not self.lowest_price <= price <= self.highest_price

    def _set_band(self) -> None:
        reference, band = self.reference_price(), self.rules.band_basis_points
        if not band or not reference:
            self.lowest_price, self.highest_price = 1, MAX_PRICE_TICKS
            return
        width = band * reference // BASIS_POINTS
        self.lowest_price = max(reference - width, 1)
        self.highest_price = min(reference + width, MAX_PRICE_TICKS)


def _check(rules: InstrumentRules) -> None:
    allocation = rules.allocation
    numbers = (
        *(rules.protection_ticks, rules.reference_price, rules.band_basis_points, rules.breaker_basis_points),
        *(rules.breaker_window_ns, rules.halt_ns, allocation.top_minimum, allocation.top_maximum),
        *(allocation.fifo_percent, allocation.pro_rata_minimum),
    )
    if min(numbers) < 0:
        raise ValueError("a number is below zero")
    if max(rules.protection_ticks, rules.reference_price) > MAX_PRICE_TICKS:
        raise ValueError("a price is above the limit")
    if max(rules.band_basis_points, rules.breaker_basis_points) >= BASIS_POINTS:
        raise ValueError("a price may not move by all of itself")
    if rules.breaker_basis_points and not (rules.breaker_window_ns and rules.halt_ns):
        raise ValueError("a breaker needs a window and a halt")
