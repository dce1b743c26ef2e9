"""The views are the engine's books after every record of long random streams of every command."""

import pytest

from tests.engine.all_commands import AllCommands
from tests.marketdata.feed import GATHERING, Feed, check
from venue.domain.enums import Phase
from venue.domain.events import AuctionPriced, PhaseChanged
from venue.marketdata.messages import Indicative
from venue.marketdata.views import Views
from venue.sequencer import codec


@pytest.mark.parametrize("seed", range(5))
def test_after_every_record_the_views_are_the_engines_books(seed: int) -> None:
    feed = Feed()
    for _ in feed.random(seed, 4_000):
        check(feed)


def test_the_auction_prices_what_was_indicated() -> None:
    feed, commands, auctions = Feed(keep=True), AllCommands(4), 0
    assert feed.records is not None
    for _ in range(8_000):
        command = commands.next()
        before = {symbol: (view.status.phase, view.indicative) for symbol, view in feed.views.books.items()}
        first = len(feed.records)
        list(feed.all(command))
        match codec.decode_record(feed.records[first]).events:
            case [PhaseChanged(symbol, Phase.OPEN), *events] if before[symbol][0] in GATHERING:
                priced = [event for event in events if isinstance(event, AuctionPriced)][:1]
                indicated = [Indicative(event.price, event.quantity) for event in priced] or [Indicative()]
                assert indicated == [before[symbol][1]]
                auctions += len(priced)
    assert auctions > 20


def test_every_process_that_reads_the_feed_says_the_same() -> None:
    feed = Feed(keep=True)
    said = [increment for increments in feed.random(3, 2_000) for increment in increments]
    other = Views()
    assert feed.records is not None
    again = [increment for record in feed.records for increment in other.apply(codec.decode_record(record))]
    assert again[-len(said) :] == said
