"""What market data says: increments and snapshots, as plain values that FIX and WebSocket edges translate.

Prices are in ticks, quantities in lots, amounts in the quote asset's smallest units, times in nanoseconds since 1970.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct

from venue.domain.enums import Phase, Side
from venue.domain.money import Units

# Of a book: all of its levels.
FULL: Final = 0


class Action(StrEnum):
    """MDUpdateAction(279)."""

    NEW = "0"
    CHANGE = "1"
    DELETE = "2"


class Channel(StrEnum):
    """What of an instrument a reader asks for. TICKER: statistics and the indicative price; STATUS: the phase.

    ALL: every part in one, the book in full; its number is the view's own.
    """

    ALL = "all"
    BOOK = "book"
    TRADES = "trades"
    TICKER = "ticker"
    STATUS = "status"


class Stream(NamedTuple):
    """A numbered line of increments of one instrument. depth: of a BOOK, one of MARKET_DEPTHS or FULL; else FULL."""

    channel: Channel
    depth: int = FULL


EVERYTHING: Final = Stream(Channel.ALL)


class Level(Struct, frozen=True, array_like=True, gc=False):
    """quantity: that its orders show; orders: how many they are."""

    price: int
    quantity: int
    orders: int


class LevelChange(Struct, frozen=True, array_like=True, gc=False):
    """A level as it is now. quantity and orders are 0 in a DELETE."""

    action: Action
    side: Side
    price: int
    quantity: int
    orders: int


class Trade(Struct, frozen=True, array_like=True, gc=False):
    """number: of the instrument's trades, from 1, never again. aggressor: whose order came last; None: an auction."""

    number: int
    price: int
    quantity: int
    aggressor: Side | None
    at: int


class Statistics(Struct, frozen=True, array_like=True, gc=False):
    """Of the trading day under way. 0: no trade yet.

    last: of the last trade, of this day or before; it is the day's close once the day has ended, and previous_close
    from then on. volume: lots; notional: smallest units of quote; trades: how many.
    """

    open: int = 0
    high: int = 0
    low: int = 0
    last: int = 0
    volume: int = 0
    notional: Units = 0
    trades: int = 0
    previous_close: int = 0


class Status(Struct, frozen=True, array_like=True, gc=False):
    """halted_until: when the venue itself ends the phase; 0: it does not. reason: for people."""

    phase: Phase
    halted_until: int = 0
    reason: str = ""


class Indicative(Struct, frozen=True, array_like=True, gc=False):
    """What an auction would price now, and the lots that would trade, hidden ones too. Both 0: nothing would."""

    price: int = 0
    quantity: int = 0


class Increment(Struct, frozen=True, array_like=True, gc=False):
    """What one journal record changed of one instrument, in one stream. () and None: that part is as it was.

    number: RptSeq(83), one more than the stream's last increment. sequence: of the journal record. levels: each at most
    once, in no order. trades: oldest first.
    """

    symbol: str
    number: int
    sequence: int
    at: int
    levels: tuple[LevelChange, ...] = ()
    trades: tuple[Trade, ...] = ()
    statistics: Statistics | None = None
    status: Status | None = None
    indicative: Indicative | None = None


class Snapshot(Struct, frozen=True, array_like=True, gc=False):
    """One stream's whole state after its increment with this number; the next one is number + 1.

    sequence: a journal record whose state it is; later ones may not have changed it. bids, asks: best first. trades:
    the last ones, oldest first. checksum: see ``checksum``; None where the stream has no book.
    """

    symbol: str
    channel: Channel
    depth: int
    number: int
    sequence: int
    at: int
    bids: tuple[Level, ...] = ()
    asks: tuple[Level, ...] = ()
    trades: tuple[Trade, ...] = ()
    statistics: Statistics | None = None
    status: Status | None = None
    indicative: Indicative | None = None
    checksum: int | None = None
