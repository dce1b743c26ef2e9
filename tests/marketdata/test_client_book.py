"""A client's book says when it is not to be trusted."""

import pytest
from msgspec.structs import replace as with_fields

from tests.engine.trading import BUY, SELL, SYMBOL, place
from tests.marketdata.feed import Feed
from venue.marketdata import EVERYTHING, Action, ClientBook, Level, Streams


def client(feed: Feed) -> ClientBook:
    view = feed.views.books[SYMBOL]
    book = ClientBook(view.instrument)
    assert book.load(Streams(view).snapshot(EVERYTHING))
    return book


def test_it_is_stale_until_its_first_snapshot() -> None:
    feed = Feed()
    book = ClientBook(feed.views.books[SYMBOL].instrument)
    (increment,) = feed.apply(place("a", BUY, 100, 5))
    assert book.apply(increment) is False
    assert book.bids() == ()
    assert client(feed).bids() == (Level(100, 5, 1),)


def test_a_gap_makes_it_stale_until_a_snapshot() -> None:
    feed = Feed()
    book = client(feed)
    orders = [place(name, BUY, price, 5) for name, price in (("a", 9), ("b", 8), ("c", 7))]
    _, second, third = (increment for order in orders for increment in feed.apply(order))
    assert book.apply(second) is False
    assert book.stale
    assert book.apply(third) is False
    assert book.bids() == ()
    assert book.load(Streams(feed.views.books[SYMBOL]).snapshot(EVERYTHING))
    assert [level.price for level in book.bids()] == [9, 8, 7]


def test_what_it_has_already_is_passed_over() -> None:
    feed = Feed()
    book = client(feed)
    (increment,) = feed.apply(place("a", BUY, 100, 5))
    assert book.apply(increment)
    assert book.apply(increment)
    assert (book.bids(), book.number) == ((Level(100, 5, 1),), increment.number)


@pytest.mark.parametrize("action", [Action.CHANGE, Action.DELETE])
def test_a_change_that_does_not_fit_makes_it_stale(action: Action) -> None:
    feed = Feed()
    book = client(feed)
    (increment,) = feed.apply(place("a", SELL, 100, 5))
    wrong = with_fields(increment, levels=(with_fields(increment.levels[0], action=action),))
    assert book.apply(wrong) is False
    assert book.stale
    assert book.number == increment.number - 1


def test_a_checksum_proves_the_book_or_refuses_it() -> None:
    feed = Feed()
    feed.apply(place("a", BUY, 100, 5))
    view = feed.views.books[SYMBOL]
    snapshot = Streams(view).snapshot(EVERYTHING)
    book = client(feed)
    assert snapshot.checksum is not None
    assert book.verify(snapshot.checksum)
    assert not book.verify(snapshot.checksum + 1)
    assert book.load(with_fields(snapshot, bids=(Level(100, 6, 1),))) is False
    assert book.stale
