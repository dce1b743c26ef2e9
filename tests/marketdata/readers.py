"""Readers of every stream, each slow, late or careless in its own way; after every record, what should be right is."""

from collections.abc import Iterator
from random import Random

from tests.marketdata.feed import Feed
from venue.domain.limits import MARKET_DEPTHS
from venue.marketdata import EVERYTHING, FULL, Channel, ClientBook, Increment, Level, Outbox, Snapshot, Stream, Streams
from venue.marketdata.book_view import BookView
from venue.marketdata.messages import Action, LevelChange
from venue.sequencer import codec

STREAMS = [
    EVERYTHING,
    *(Stream(Channel.BOOK, depth) for depth in (*MARKET_DEPTHS, FULL)),
    *(Stream(channel) for channel in (Channel.TRADES, Channel.TICKER, Channel.STATUS)),
]
DECODE_INCREMENT = codec.decoder(Increment).decode
DECODE_SNAPSHOT = codec.decoder(Snapshot).decode


def encode_snapshot(snapshot: Snapshot) -> bytes:
    return codec.encode(snapshot)


class Twin:
    """The slow way to narrow: the levels before, the levels after, and what differs."""

    def __init__(self, view: BookView) -> None:
        self.levels = both(view, FULL)

    def changes(self, depth: int, after: tuple[tuple[Level, ...], tuple[Level, ...]]) -> set[LevelChange]:
        found = set()
        for side, old, new in zip("12", self.levels, after, strict=True):
            had = {level.price: level for level in (old[:depth] if depth else old)}
            has = {level.price: level for level in (new[:depth] if depth else new)}
            for price in had.keys() | has.keys():
                level = has.get(price)
                if level is None:
                    found.add((Action.DELETE, side, price, 0, 0))
                elif level != had.get(price):
                    action = Action.CHANGE if price in had else Action.NEW
                    found.add((action, side, price, level.quantity, level.orders))
        return found


def both(view: BookView, depth: int) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    return view.bids.levels(depth), view.asks.levels(depth)


class Readers:
    """Of one instrument. faithful: applies all. careless: misses one now and then. late: begins anew with a snapshot.
    slow: takes from a small outbox, seldom."""

    def __init__(self, view: BookView, random: Random) -> None:
        self.view = view
        self.random = random
        self.streams = Streams(view)
        self.twin = Twin(view)
        self.numbers = {stream: self.streams.number(stream) for stream in STREAMS}
        self.faithful = {stream: self.joined(stream) for stream in STREAMS}
        self.careless = self.joined(EVERYTHING)
        self.late: ClientBook = ClientBook(view.instrument)
        self.slow = {stream: ClientBook(view.instrument) for stream in STREAMS}
        self.outbox: Outbox[Stream] = Outbox(max_increments=12)
        self.gaps = 0
        for stream in STREAMS:
            self.outbox.owe(stream)

    def joined(self, stream: Stream) -> ClientBook:
        client = ClientBook(self.view.instrument)
        self.resume(client, stream)
        return client

    def resume(self, client: ClientBook, stream: Stream) -> None:
        assert client.load(DECODE_SNAPSHOT(self.streams.encoded(stream, encode_snapshot)))

    def see(self, increment: Increment) -> None:
        after = both(self.view, FULL)
        for stream in STREAMS:
            narrowed = self.streams.narrow(increment, stream)
            self.check_narrowed(stream, narrowed, after)
            if narrowed is None:
                continue
            message = codec.encode(narrowed)
            self.outbox.offer(stream, message)
            assert self.faithful[stream].apply(DECODE_INCREMENT(message)), stream
        self.twin.levels = after
        self.miss_some(increment)
        if self.random.random() < 0.05:
            self.drain()
        self.check()

    def check_narrowed(self, stream: Stream, narrowed: Increment | None, after: object) -> None:
        """Numbers rise by one with each, and only with one; levels are what the slow twin finds."""
        self.numbers[stream] += narrowed is not None
        assert self.streams.number(stream) == self.numbers[stream], stream
        assert narrowed is None or narrowed.number == self.numbers[stream]
        if stream.channel is Channel.BOOK:
            changes = [(c.action, c.side, c.price, c.quantity, c.orders) for c in (narrowed.levels if narrowed else ())]
            assert set(changes) == self.twin.changes(stream.depth, after), stream
            assert len(set(changes)) == len(changes)

    def miss_some(self, increment: Increment) -> None:
        if self.random.random() > 0.05:
            was_stale = self.careless.stale
            self.gaps += self.careless.apply(increment) is False and not was_stale
        if self.careless.stale and self.random.random() < 0.3:
            self.resume(self.careless, EVERYTHING)
        if not self.late.stale:
            assert self.late.apply(increment)
        if self.random.random() < 0.01:
            self.late = self.joined(EVERYTHING)

    def drain(self) -> None:
        for stream, message in self.outbox.take(self.random.choice([3, 1_000])):
            client = self.slow[stream]
            if message is None:
                self.resume(client, stream)
            else:
                assert client.apply(DECODE_INCREMENT(message)), stream

    def check(self) -> None:
        for stream, client in self.faithful.items():
            assert_same(client, self.streams.snapshot(stream))
        everything = self.streams.snapshot(EVERYTHING)
        for client in (self.careless, self.late):
            if not client.stale and client.number == everything.number:
                assert_same(client, everything)

    def finish(self) -> None:
        while len(self.outbox):
            self.drain()
        for stream, client in self.slow.items():
            assert_same(client, self.streams.snapshot(stream))


def assert_same(client: ClientBook, snapshot: Snapshot) -> None:
    assert not client.stale
    assert client.number == snapshot.number
    assert (client.bids(), client.asks()) == (snapshot.bids, snapshot.asks)
    assert tuple(client.trades) == snapshot.trades
    assert (client.statistics, client.status, client.indicative) == (
        snapshot.statistics, snapshot.status, snapshot.indicative,
    )  # fmt: skip


class AllReaders:
    """Of every instrument of a feed, from its listing on."""

    def __init__(self, feed: Feed, seed: int) -> None:
        self.feed = feed
        self.random = Random(seed)
        self.of: dict[str, Readers] = {}
        self.seen = 0
        self.note_listed()

    def note_listed(self) -> None:
        for symbol, view in self.feed.views.books.items():
            if symbol not in self.of:
                self.of[symbol] = Readers(view, self.random)

    def see(self, records: Iterator[list[Increment]]) -> Iterator[list[Increment]]:
        """Passes them on, once every reader of each has been checked."""
        for increments in records:
            for increment in increments:
                if increment.symbol in self.of:
                    self.of[increment.symbol].see(increment)
                    self.seen += 1
            self.note_listed()
            yield increments

    def move_to(self, feed: Feed) -> None:
        """Its views are new ones, that go on as the old did."""
        for symbol, readers in self.of.items():
            readers.view = feed.views.books[symbol]
            readers.streams = Streams(readers.view)

    def finish(self) -> None:
        for readers in self.of.values():
            readers.finish()
