"""Snapshots are made once for each state; streams that are not are refused."""

import pytest

from tests.engine.trading import BUY, SELL, SYMBOL, place
from tests.marketdata.feed import Feed
from venue.domain.limits import MARKET_DEPTHS
from venue.marketdata import EVERYTHING, FULL, Channel, Snapshot, Stream, Streams, UnknownStream, check_stream
from venue.sequencer import codec

TOP = Stream(Channel.BOOK, 1)


@pytest.mark.parametrize("stream", [Stream(Channel.BOOK, 3), Stream(Channel.TRADES, 1), Stream(Channel.ALL, 10)])
def test_a_stream_that_is_not_is_refused(stream: Stream) -> None:
    streams = Streams(Feed().views.books[SYMBOL])
    for asked in (streams.number, streams.snapshot):
        with pytest.raises(UnknownStream):
            asked(stream)
    with pytest.raises(UnknownStream):
        check_stream(stream)


def test_every_depth_and_channel_is_one() -> None:
    streams = Streams(Feed().views.books[SYMBOL])
    for stream in (*(Stream(Channel.BOOK, depth) for depth in (FULL, *MARKET_DEPTHS)), *map(Stream, Channel)):
        snapshot = streams.snapshot(stream)
        assert (snapshot.channel, snapshot.depth) == stream
        assert snapshot.number == streams.number(stream)


def test_a_snapshots_bytes_are_made_once_for_each_state_and_form() -> None:
    feed, made = Feed(), []

    def encode(snapshot: Snapshot) -> bytes:
        made.append(snapshot)
        return codec.encode(snapshot)

    feed.apply(place("a", BUY, 100, 5))
    streams = Streams(feed.views.books[SYMBOL])
    first = streams.encoded(TOP, encode)
    assert streams.encoded(TOP, encode) is first
    assert streams.encoded(TOP, codec.encode) == first
    feed.apply(place("b", BUY, 99, 5))
    assert streams.encoded(TOP, encode) is first, "the top is as it was"
    assert streams.snapshot(EVERYTHING) is streams.snapshot(EVERYTHING)
    feed.apply(place("c", SELL, 101, 5))
    assert streams.encoded(TOP, encode) is not first
    assert len(made) == 2


def test_only_the_last_increment_is_narrowed() -> None:
    feed = Feed()
    streams = Streams(feed.views.books[SYMBOL])
    (old,) = feed.apply(place("a", BUY, 100, 5))
    feed.apply(place("b", BUY, 99, 5))
    with pytest.raises(AssertionError):
        streams.narrow(old, TOP)
