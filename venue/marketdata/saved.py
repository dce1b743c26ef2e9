"""Views as plain values, so that a gateway starts from a file at a journal position, not from the first record."""

from msgspec import Struct

from venue.domain.enums import Side
from venue.domain.limits import MARKET_DEPTHS
from venue.domain.reference import Instrument
from venue.marketdata.book_view import BookView
from venue.marketdata.messages import Indicative, Statistics, Status, Trade
from venue.marketdata.numbers import Numbers
from venue.marketdata.tape import Tape
from venue.marketdata.views import Views
from venue.sequencer import codec

VERSION = 1


class UnknownViewsVersion(Exception):
    """Saved by another version: the views are to be built from the feed."""


class SavedOrder(Struct, frozen=True, array_like=True, gc=False):
    """shown, total: lots, as in BookView.resting. Never told to a client: total has the hidden ones."""

    order_id: int
    side: Side
    price: int
    shown: int
    total: int


class SavedBook(Struct, frozen=True, array_like=True, gc=False):
    """Fields as in BookView, Numbers and Tape."""

    instrument: Instrument
    number: int
    sequence: int
    at: int
    counts: list[int]
    reference_price: int
    status: Status
    indicative: Indicative
    trade_number: int
    trades: list[Trade]
    statistics: Statistics
    orders: list[SavedOrder]


class SavedViews(Struct, frozen=True, array_like=True, gc=False):
    """sequence: of the last record applied. depths: that the counts are of."""

    version: int
    depths: tuple[int, ...]
    sequence: int
    books: list[SavedBook]


def capture(views: Views) -> SavedViews:
    """Shares nothing that changes with the views."""
    return SavedViews(VERSION, MARKET_DEPTHS, views.sequence, [_save(book) for book in views.books.values()])


def restore(saved: SavedViews) -> Views:
    """Views that go on as the captured ones do. Raises UnknownViewsVersion."""
    if (saved.version, saved.depths) != (VERSION, MARKET_DEPTHS):
        raise UnknownViewsVersion(f"version {saved.version} with depths {saved.depths}")
    views = Views()
    views.sequence = saved.sequence
    views.books = {book.instrument.symbol: _load(book) for book in saved.books}
    return views


encode_views = codec.encode
# Raises msgspec.DecodeError, ValidationError among them.
decode_views = codec.decoder(SavedViews).decode


def _save(view: BookView) -> SavedBook:
    tape = view.tape
    orders = [
        SavedOrder(order_id, ladder.side, key * ladder.sign, shown, total)
        for order_id, (ladder, key, shown, total) in view.resting.items()
    ]
    return SavedBook(
        *(view.instrument, view.number, view.sequence, view.at, list(view.numbers.counts), view.reference_price),
        *(view.status, view.indicative, tape.number, list(tape.recent), tape.statistics(), orders),
    )


def _load(saved: SavedBook) -> BookView:
    view = BookView(saved.instrument)
    view.number, view.sequence, view.at = saved.number, saved.sequence, saved.at
    view.numbers = Numbers(saved.counts)
    view.reference_price = saved.reference_price
    view.tape = Tape(saved.trade_number, saved.trades, saved.statistics)
    for order in saved.orders:
        view.place(order.order_id, order.side, order.price, order.shown, order.total)
    view.resume(saved.status, saved.indicative)
    return view
