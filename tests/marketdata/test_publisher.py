"""Subscriptions, their refusals, and messages made once for all readers of a stream."""

import pytest

from tests.engine.trading import BUY, SYMBOL, place
from tests.marketdata.feed import Feed
from venue.domain import limits
from venue.marketdata import Channel, ClientBook, Increment, Outbox, Snapshot, Stream
from venue.marketdata.publisher import Form, Publisher, Reader, Refusal, Subscription
from venue.sequencer import codec

TOP = Subscription(SYMBOL, Stream(Channel.BOOK, 1))
TEN = Subscription(SYMBOL, Stream(Channel.BOOK, 10))
DECODE_INCREMENT = codec.decoder(Increment).decode
DECODE_SNAPSHOT = codec.decoder(Snapshot).decode


class Venue:
    """Orders rest at falling prices; made: increments encoded."""

    def __init__(self) -> None:
        self.feed, self.made, self.orders = Feed(), 0, 0
        self.publisher = Publisher(self.feed.views, Form(self.encode, codec.encode))

    def encode(self, increment: Increment) -> bytes:
        self.made += 1
        return codec.encode(increment)

    def trade(self, orders: int = 1) -> None:
        for _ in range(orders):
            self.orders += 1
            self.publisher.publish(self.feed.apply(place(f"a{self.orders}", BUY, 1_000 - self.orders, 5)))


def test_a_reader_gets_a_snapshot_and_then_what_changes() -> None:
    venue, reader = Venue(), Reader()
    venue.trade()
    assert venue.publisher.subscribe(reader, TEN) is None
    venue.trade(2)
    book = ClientBook(venue.feed.views.books[SYMBOL].instrument)
    (first,) = venue.publisher.take(reader, 9)
    assert (first.subscription, first.is_snapshot) == (TEN, True)
    assert book.load(DECODE_SNAPSHOT(first.message))
    venue.trade()
    for delivery in venue.publisher.take(reader, 9):
        assert not delivery.is_snapshot
        assert book.apply(DECODE_INCREMENT(delivery.message))
    assert len(book.bids()) == 4


def test_an_increment_is_made_once_for_all_readers_of_a_stream_and_not_for_none() -> None:
    venue, readers = Venue(), [Reader() for _ in range(7)]
    venue.trade()
    assert venue.made == 0
    for reader in readers:
        venue.publisher.subscribe(reader, TEN)
        venue.publisher.take(reader, 9)
    venue.trade()
    taken = [venue.publisher.take(reader, 9) for reader in readers]
    assert venue.made == 1
    assert all(each == taken[0] and each[0].message is taken[0][0].message for each in taken)


def test_a_level_out_of_sight_is_not_told() -> None:
    venue, reader = Venue(), Reader()
    venue.trade()
    venue.publisher.subscribe(reader, TOP)
    venue.publisher.take(reader, 9)
    venue.trade()
    assert venue.publisher.take(reader, 9) == []


def test_refusals_by_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    venue, reader = Venue(), Reader()
    subscribe = venue.publisher.subscribe
    monkeypatch.setattr("venue.marketdata.publisher.MAX_SUBSCRIPTIONS", 2)
    assert subscribe(reader, Subscription("NO/SUCH", Stream(Channel.BOOK, 3))) is Refusal.UNKNOWN_SYMBOL
    assert subscribe(reader, Subscription(SYMBOL, Stream(Channel.BOOK, 3))) is Refusal.UNSUPPORTED_DEPTH
    assert subscribe(reader, TOP) is None
    assert subscribe(reader, TOP._replace(request_id="again")) is None
    assert subscribe(reader, TOP) is Refusal.DUPLICATE
    assert subscribe(reader, TEN) is Refusal.TOO_MANY
    assert venue.publisher.unsubscribe(reader, TOP)
    assert not venue.publisher.unsubscribe(reader, TOP)
    assert subscribe(reader, TEN) is None


def test_nothing_comes_of_what_was_unsubscribed() -> None:
    venue, reader = Venue(), Reader()
    for subscription in (TOP, TEN):
        venue.publisher.subscribe(reader, subscription)
    venue.publisher.take(reader, 1)
    venue.trade()
    venue.publisher.unsubscribe(reader, TOP)
    venue.trade()
    assert [delivery.subscription for delivery in venue.publisher.take(reader, 9)] == [TEN]


def test_a_reader_that_stops_costs_the_others_nothing_and_gets_a_fresh_snapshot() -> None:
    venue, stopped, other = Venue(), Reader(Outbox(max_increments=5)), Reader()
    for reader in (stopped, other):
        venue.publisher.subscribe(reader, TEN)
        venue.publisher.take(reader, 9)
    venue.trade(9)
    assert [delivery.is_snapshot for delivery in venue.publisher.take(other, 99)] == [False] * 9
    (fresh,) = venue.publisher.take(stopped, 99)
    assert fresh.is_snapshot
    assert len(DECODE_SNAPSHOT(fresh.message).bids) == 9


def test_a_reader_may_have_as_many_subscriptions_as_the_limits_say() -> None:
    venue, reader = Venue(), Reader()
    for number in range(limits.MAX_SUBSCRIPTIONS):
        assert venue.publisher.subscribe(reader, TOP._replace(request_id=str(number))) is None
    assert venue.publisher.subscribe(reader, TOP) is Refusal.TOO_MANY
    venue.publisher.leave(reader)
    assert len(reader.outbox) == 0


def resumed(venue: Venue, number: int) -> list[tuple[bool, int]]:
    """(is it a snapshot, its number) of what a reader gets that comes back with this number."""
    reader = Reader()
    assert venue.publisher.resume(reader, TEN, number) is None
    found = []
    for delivery in venue.publisher.take(reader, 5_000):
        decode = DECODE_SNAPSHOT if delivery.is_snapshot else DECODE_INCREMENT
        found.append((delivery.is_snapshot, decode(delivery.message).number))
    venue.publisher.leave(reader)
    return found


def test_a_reader_that_comes_back_gets_what_it_missed() -> None:
    venue, reader = Venue(), Reader()
    venue.publisher.subscribe(reader, TEN)
    venue.trade(3)
    venue.publisher.leave(reader)
    venue.trade(2)
    assert resumed(venue, 2) == [(False, 3), (False, 4), (False, 5)]
    assert resumed(venue, 0) == [(False, number) for number in range(1, 6)]
    assert resumed(venue, 5) == []


def test_a_reader_that_missed_too_much_gets_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.marketdata.line.MAX_RESUMED_INCREMENTS", 4)
    venue, reader = Venue(), Reader()
    venue.trade(1)
    venue.publisher.subscribe(reader, TEN)
    venue.trade(2)
    assert resumed(venue, 0) == [(True, 3)], "before anybody read it"
    venue.trade(3)
    assert resumed(venue, 1) == [(True, 6)]
    assert resumed(venue, 2) == [(False, number) for number in range(3, 7)]


def test_what_is_kept_for_who_comes_back_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    venue, reader = Venue(), Reader()
    venue.publisher.subscribe(reader, TEN)
    venue.trade(1)
    size = len(venue.publisher.take(reader, 9)[0].message)
    monkeypatch.setattr("venue.marketdata.line.MAX_RESUMED_BYTES", size)
    venue.trade(9)
    assert resumed(venue, 0) == [(True, 10)]
    assert resumed(venue, 9) == [(False, 10)]


def test_a_line_that_nobody_comes_back_to_costs_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.marketdata.line.MAX_RESUMED_INCREMENTS", 4)
    venue, reader = Venue(), Reader()
    venue.publisher.subscribe(reader, TEN)
    venue.publisher.leave(reader)
    venue.trade(9)
    assert venue.made == 5
    assert resumed(venue, 3) == [(True, 9)]


@pytest.mark.parametrize("number", [-1, 6])
def test_a_reader_from_the_future_is_refused(number: int) -> None:
    venue, reader = Venue(), Reader()
    venue.trade(5)
    assert venue.publisher.resume(reader, TEN, number) is Refusal.NOT_YET
    assert reader.subscriptions == {}
    assert venue.publisher.resume(reader, TOP._replace(symbol="NO/SUCH"), 0) is Refusal.UNKNOWN_SYMBOL
