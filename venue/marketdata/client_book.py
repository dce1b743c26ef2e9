"""A client's book of one stream: a snapshot, then increments. What brokers' programs do; the tests' and the demo's."""

from collections import deque

from venue.domain.enums import Side
from venue.domain.limits import MAX_RECENT_TRADES
from venue.domain.reference import Instrument
from venue.marketdata.checksum import checksum
from venue.marketdata.messages import (
    Action,
    Increment,
    Indicative,
    Level,
    LevelChange,
    Snapshot,
    Statistics,
    Status,
    Trade,
)


class ClientBook:
    """stale: it needs a snapshot, as it had none yet, or missed an increment, or got one that does not fit; until then
    it changes no more. number, sequence: of the last message applied.
    """

    __slots__ = (
        "_asks", "_bids", "at", "indicative", "instrument", "number", "sequence", "stale", "statistics", "status",
        "trades",
    )  # fmt: skip

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.stale = True
        self.number = self.sequence = self.at = 0
        self._bids: dict[int, Level] = {}
        self._asks: dict[int, Level] = {}
        self.trades: deque[Trade] = deque(maxlen=MAX_RECENT_TRADES)
        self.statistics: Statistics | None = None
        self.status: Status | None = None
        self.indicative: Indicative | None = None

    def load(self, snapshot: Snapshot) -> bool:
        """False, and stale, where the snapshot's own checksum is not that of its levels."""
        self.number, self.sequence, self.at = snapshot.number, snapshot.sequence, snapshot.at
        self._bids = {level.price: level for level in snapshot.bids}
        self._asks = {level.price: level for level in snapshot.asks}
        self.trades = deque(snapshot.trades, MAX_RECENT_TRADES)
        self.statistics, self.status, self.indicative = snapshot.statistics, snapshot.status, snapshot.indicative
        self.stale = snapshot.checksum is not None and not self.verify(snapshot.checksum)
        return not self.stale

    def apply(self, increment: Increment) -> bool:
        """Whether the book is right after it. One that it has already is passed over."""
        if self.stale or increment.number <= self.number:
            return not self.stale
        if increment.number != self.number + 1 or not all(self._fits(change) for change in increment.levels):
            self.stale = True
            return False
        self.number, self.sequence, self.at = increment.number, increment.sequence, increment.at
        for change in increment.levels:
            side = self._side(change)
            if change.action is Action.DELETE:
                del side[change.price]
            else:
                side[change.price] = Level(change.price, change.quantity, change.orders)
        self.trades.extend(increment.trades)
        self.statistics = increment.statistics or self.statistics
        self.status = increment.status or self.status
        self.indicative = increment.indicative or self.indicative
        return True

    def bids(self) -> tuple[Level, ...]:
        """Best first."""
        return tuple(self._bids[price] for price in sorted(self._bids, reverse=True))

    def asks(self) -> tuple[Level, ...]:
        """Best first."""
        return tuple(self._asks[price] for price in sorted(self._asks))

    def verify(self, expected: int) -> bool:
        """Whether the book has this checksum."""
        return checksum(self.instrument, self.bids(), self.asks()) == expected

    def _side(self, change: LevelChange) -> dict[int, Level]:
        return self._bids if change.side is Side.BUY else self._asks

    def _fits(self, change: LevelChange) -> bool:
        """What is new was not there; what is changed or deleted was."""
        return (change.price in self._side(change)) != (change.action is Action.NEW)
