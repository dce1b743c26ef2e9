"""The streams of an instrument: increments narrowed to each, and snapshots, kept until their stream moves."""

from collections.abc import Callable
from typing import Final

from venue.domain.enums import Side
from venue.domain.limits import MARKET_DEPTHS
from venue.marketdata.book_view import BookView
from venue.marketdata.checksum import checksum
from venue.marketdata.messages import FULL, Channel, Increment, LevelChange, Snapshot, Stream, Trade

Encode = Callable[[Snapshot], bytes]

_BUY: Final = Side.BUY
_ALL, _BOOK, _TRADES, _TICKER = Channel.ALL, Channel.BOOK, Channel.TRADES, Channel.TICKER


class UnknownStream(ValueError):
    """No channel is told in that depth."""


class Streams:
    """Of one view. What it returns is of the view's state now, so it is asked between two records."""

    __slots__ = ("_encoded", "_snapshots", "view")

    def __init__(self, view: BookView) -> None:
        self.view = view
        self._snapshots: dict[Stream, Snapshot] = {}
        self._encoded: dict[tuple[Stream, Encode], tuple[Snapshot, bytes]] = {}

    def number(self, stream: Stream) -> int:
        """Of the stream's last increment. Raises UnknownStream."""
        check_stream(stream)
        return self.view.number if stream.channel is _ALL else self.view.numbers.of(stream)

    def narrow(self, increment: Increment, stream: Stream) -> Increment | None:
        """What the view's last increment is to a stream; None: nothing. Raises UnknownStream."""
        channel, depth = stream
        if channel is _ALL:
            return increment
        assert increment.number == self.view.number, "only the last increment is narrowed"
        levels: tuple[LevelChange, ...] = ()
        trades: tuple[Trade, ...] = ()
        statistics, status, indicative = None, None, None
        if channel is _BOOK:
            levels = increment.levels
            if levels and depth != FULL:
                levels = self._within(levels, depth)
        elif channel is _TRADES:
            trades = increment.trades
        elif channel is _TICKER:
            statistics, indicative = increment.statistics, increment.indicative
        else:
            status = increment.status
        if not (levels or trades or statistics or status or indicative):
            return None
        symbol, number, sequence, at = increment.symbol, self.number(stream), increment.sequence, increment.at
        return Increment(symbol, number, sequence, at, levels, trades, statistics, status, indicative)

    def snapshot(self, stream: Stream) -> Snapshot:
        """Made once for each state of the stream. Raises UnknownStream."""
        number = self.number(stream)
        known = self._snapshots.get(stream)
        if known is None or known.number != number:
            known = self._snapshots[stream] = self._make(stream, number)
        return known

    def encoded(self, stream: Stream, encode: Encode) -> bytes:
        """The snapshot's bytes, made once for each state of the stream and each way to encode it: so encode is one of
        a few functions that live on. Raises UnknownStream."""
        snapshot = self.snapshot(stream)
        known = self._encoded.get((stream, encode))
        if known is None or known[0] is not snapshot:
            known = self._encoded[stream, encode] = (snapshot, encode(snapshot))
        return known[1]

    def _make(self, stream: Stream, number: int) -> Snapshot:
        view, channel, depth = self.view, stream.channel, stream.depth
        all_of_it = channel is _ALL
        book, ticker = all_of_it or channel is _BOOK, all_of_it or channel is _TICKER
        bids = view.bids.levels(depth) if book else ()
        asks = view.asks.levels(depth) if book else ()
        return Snapshot(
            view.instrument.symbol,
            channel,
            depth,
            number,
            view.sequence,
            view.at,
            bids,
            asks,
            tuple(view.tape.recent) if all_of_it or channel is _TRADES else (),
            view.tape.statistics() if ticker else None,
            view.status if all_of_it or channel is Channel.STATUS else None,
            view.indicative if ticker else None,
            checksum(view.instrument, bids, asks) if book else None,
        )

    def _within(self, levels: tuple[LevelChange, ...], depth: int) -> tuple[LevelChange, ...]:
        view = self.view
        if len(levels) == 1:
            ladder = view.bids if levels[0].side is _BUY else view.asks
            return tuple(ladder.narrowed(list(levels), depth))
        bids = [change for change in levels if change.side is _BUY]
        asks = [change for change in levels if change.side is not _BUY]
        return (*view.bids.narrowed(bids, depth), *view.asks.narrowed(asks, depth))


def check_stream(stream: Stream) -> None:
    """Raises UnknownStream."""
    channel, depth = stream
    if depth != FULL and (channel is not _BOOK or depth not in MARKET_DEPTHS):
        raise UnknownStream(f"{channel} in depth {depth}")
