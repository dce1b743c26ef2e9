"""One instrument as market data shows it, built from the events of the feed alone."""

from typing import Final

from venue.domain.enums import Phase, Side
from venue.domain.events import OPEN_STATUSES, OrderState
from venue.domain.reference import Instrument
from venue.marketdata.crossing import NOTHING, Crossing
from venue.marketdata.ladder import Ladder
from venue.marketdata.messages import Channel, Increment, Indicative, LevelChange, Status, Trade
from venue.marketdata.numbers import Numbers
from venue.marketdata.tape import Tape

Resting = tuple[Ladder, int, int, int]

_BUY: Final = Side.BUY
_GATHERING: Final = (Phase.PRE_OPEN, Phase.HALTED)
_TRADES, _TICKER, _STATUS = Channel.TRADES, Channel.TICKER, Channel.STATUS


class BookView:
    """number: of the last increment (RptSeq); sequence, at: of the journal record that gave it.

    resting: of each order in the book, by its id: its ladder, its key there, the lots it shows and all its open ones.
    reference_price: by the instrument's rules, ticks; 0: none. What a record changes is gathered until close.
    """

    __slots__ = (
        "_status_changed", "asks", "at", "bids", "crossing", "indicative", "instrument", "number", "numbers",
        "reference_price", "resting", "sequence", "status", "tape",
    )  # fmt: skip

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.bids = Ladder(Side.BUY)
        self.asks = Ladder(Side.SELL)
        self.resting: dict[int, Resting] = {}
        self.tape = Tape()
        self.status = Status(Phase.OPEN)
        self._status_changed = True
        self.indicative = NOTHING
        self.crossing: Crossing | None = None
        self.reference_price = 0
        self.number = self.sequence = self.at = 0
        self.numbers = Numbers()

    def settle(self, order: OrderState) -> None:
        """The order as a record left it: resting if it is open and does not wait for its stop price."""
        total = order.quantity - order.cum_quantity if order.status in OPEN_STATUSES else 0
        shown, special = total, order.special
        if special is not None:
            if special.waiting:
                total = 0
            shown -= special.hidden_quantity
            # It hides the rest as it comes to rest, after the event that tells its state.
            display = special.terms.display_quantity
            if 0 < display < shown:
                shown = display
        if total:
            price = order.price
            assert price is not None, "what rests has a price"
            self.place(order.order_id, order.side, price, shown, total)
        elif (before := self.resting.pop(order.order_id, None)) is not None:
            self._leave(*before)

    def set_status(self, status: Status) -> None:
        self.status = status
        self._status_changed = True

    def resume(self, status: Status, indicative: Indicative) -> None:
        """As it was saved, with all orders back: nothing of that is news."""
        changes: list[LevelChange] = []
        self.bids.take_changes(changes)
        self.asks.take_changes(changes)
        self.status, self.indicative = status, indicative
        self._status_changed = False
        self._set_crossing()

    def close(self, sequence: int, at: int) -> Increment | None:
        """All that changed since the last time, as one increment; None: nothing."""
        changes: list[LevelChange] = []
        bid = self.bids.take_changes(changes) if self.bids.touched else -1
        ask = self.asks.take_changes(changes) if self.asks.touched else -1
        if changes:
            self.numbers.book_changed(ask if bid < 0 or 0 <= ask < bid else bid)
        tape, status, indicative = self.tape, None, None
        if self._status_changed:
            status = self._take_status()
        if self.crossing is not None:
            indicative = self.crossing.price(tape.last or self.reference_price)
        elif self.indicative is not NOTHING:
            indicative = NOTHING
        if indicative is not None and indicative == self.indicative:
            indicative = None
        if not (changes or tape.moved or status or indicative):
            return None
        return self._increment(sequence, at, changes, status, indicative)

    def place(self, order_id: int, side: Side, price: int, shown: int, total: int) -> None:
        """A resting order, new or changed. shown, total: lots, of which at least one is open."""
        ladder, key = (self.bids, price) if side is _BUY else (self.asks, -price)
        before = self.resting.get(order_id)
        if before is None:
            orders, more, more_total = 1, shown, total
        elif before[1] == key:
            orders, more, more_total = 0, shown - before[2], total - before[3]
            if not more and not more_total:
                return
        else:
            self._leave(*before)
            orders, more, more_total = 1, shown, total
        self.resting[order_id] = (ladder, key, shown, total)
        ladder.alter(key, more, more_total, orders)
        if self.crossing is not None:
            self.crossing.alter(key, more_total)

    def _leave(self, ladder: Ladder, key: int, shown: int, total: int) -> None:
        ladder.alter(key, -shown, -total, -1)
        if self.crossing is not None:
            self.crossing.alter(key, -total)

    def _take_status(self) -> Status:
        self._status_changed = False
        self.numbers.changed(_STATUS)
        self._set_crossing()
        return self.status

    def _set_crossing(self) -> None:
        if self.status.phase not in _GATHERING:
            self.crossing = None
        elif self.crossing is None:
            self.crossing = Crossing(self.bids, self.asks)

    def _increment(
        self, sequence: int, at: int, changes: list[LevelChange], status: Status | None, indicative: Indicative | None
    ) -> Increment:
        tape, numbers = self.tape, self.numbers
        trades: tuple[Trade, ...] = ()
        statistics = None
        if tape.moved:
            tape.moved = False
            statistics = tape.statistics()
            if tape.fresh:
                trades = tape.take_fresh()
                numbers.changed(_TRADES)
        if indicative is not None:
            self.indicative = indicative
        if statistics is not None or indicative is not None:
            numbers.changed(_TICKER)
        self.number += 1
        self.sequence, self.at = sequence, at
        symbol = self.instrument.symbol
        return Increment(symbol, self.number, sequence, at, tuple(changes), trades, statistics, status, indicative)
