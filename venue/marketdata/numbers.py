"""How many increments each stream of an instrument has had: the RptSeq(83) of each, the same in every process that
reads the feed, whoever has subscribed to what."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from venue.domain.limits import MARKET_DEPTHS
from venue.marketdata.messages import FULL, Channel, Stream

_DEPTHS: Final = len(MARKET_DEPTHS)
_ENDS: Final = {FULL: _DEPTHS + 1, **{depth: place for place, depth in enumerate(MARKET_DEPTHS, 1)}}
_PLACES: Final = {Channel.TRADES: _DEPTHS + 1, Channel.TICKER: _DEPTHS + 2, Channel.STATUS: _DEPTHS + 3}


class Numbers:
    """counts: of increments of the book by the least depth that they are within, the full one last; then of the other
    channels. So one addition counts for all depths."""

    __slots__ = ("counts",)

    def __init__(self, counts: Sequence[int] = ()) -> None:
        self.counts = list(counts) or [0] * (_DEPTHS + 4)

    def book_changed(self, better: int) -> None:
        """better: how many levels, on its side, are better than the best one that changed."""
        self.counts[bisect_right(MARKET_DEPTHS, better)] += 1

    def changed(self, channel: Channel) -> None:
        self.counts[_PLACES[channel]] += 1

    def of(self, stream: Stream) -> int:
        if stream.channel is not Channel.BOOK:
            return self.counts[_PLACES[stream.channel]]
        return sum(self.counts[: _ENDS[stream.depth]])
