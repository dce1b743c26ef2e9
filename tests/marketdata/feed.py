"""The engine, and views that see nothing of it but its records, as the feed carries them."""

from collections.abc import Iterator

from tests.engine.all_commands import MORE_SETUP, AllCommands
from tests.engine.trading import SETUP
from venue.domain.commands import Command, Continue
from venue.domain.enums import Phase
from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.money import Amount
from venue.engine import Engine
from venue.engine.market import Market
from venue.marketdata import Increment, Level, Views
from venue.marketdata.book_view import BookView
from venue.marketdata.ladder import Ladder
from venue.marketdata.messages import Indicative
from venue.matching import BookSide, auction_price
from venue.sequencer import codec

FUNDING: list[Command] = [
    OpenLedger(1, "op"),
    *(
        CreditAccount(1, "op", f"{account}-{asset}", account, asset, Amount(amount))
        for account in ("acc-a", "acc-b1", "acc-b2", "acc-c")
        for asset, amount in (("USD", 30_000), ("BTC", 300 * 10_000), ("ETH", 300 * 10**14))
    ),
]
GATHERING = (Phase.PRE_OPEN, Phase.HALTED)


class Feed:
    """records: every encoded one, if they are kept. funded: accounts have money, though not for all that they ask."""

    def __init__(self, *, keep: bool = False, funded: bool = False) -> None:
        self.engine = Engine()
        self.views = Views()
        self.records: list[bytes] | None = [] if keep else None
        for command in [*SETUP, *MORE_SETUP, *(FUNDING if funded else [])]:
            self.apply(command)

    def apply(self, command: Command) -> list[Increment]:
        """Of one record."""
        events = self.engine.apply(command)
        record = codec.encode(codec.Record(self.engine.sequence, command, events))
        if self.records is not None:
            self.records.append(record)
        return self.views.apply(codec.decode_record(record))

    def all(self, command: Command) -> Iterator[list[Increment]]:
        """Of the command's record, and of those that go on with it."""
        yield self.apply(command)
        while self.engine.unfinished:
            yield self.apply(Continue(command.at))

    def random(self, seed: int, number: int) -> Iterator[list[Increment]]:
        commands = AllCommands(seed)
        for _ in range(number):
            yield from self.all(commands.next())

    def market(self, symbol: str) -> Market:
        return self.engine._directory.markets[symbol]


def check(feed: Feed, symbols: list[str] | None = None) -> None:
    """Every view, or these, is what the engine has."""
    assert list(feed.views.books) == list(feed.engine._directory.markets)
    for symbol in feed.views.books if symbols is None else symbols:
        check_view(feed.views.books[symbol], feed.market(symbol), settled=not feed.engine.unfinished)


def check_view(view: BookView, market: Market, *, settled: bool) -> None:
    """settled: no auction goes on in the next record."""
    assert levels_of(view.bids) == shown_levels(market.book.bids)
    assert levels_of(view.asks) == shown_levels(market.book.asks)
    assert {key: rung.total for key, rung in view.bids.rungs.items()} == totals(market.book.bids)
    assert {key: rung.total for key, rung in view.asks.rungs.items()} == totals(market.book.asks)
    assert view.tape.last == market.last_price
    if settled:
        assert (view.status.phase, view.status.halted_until) == (market.phase, market.halted_until)
        assert view.indicative == indicative(market)


def indicative(market: Market) -> Indicative:
    """What the engine's auction would price."""
    priced = auction_price(market.book, market.reference_price()) if market.phase in GATHERING else None
    return Indicative() if priced is None else Indicative(*priced)


def levels_of(ladder: Ladder) -> list[Level]:
    return list(ladder.levels(0))


def shown_levels(side: BookSide) -> list[Level]:
    """The slow way: order by order."""
    return [Level(level.price, sum(order.shown_quantity() for order in level), sum(1 for _ in level)) for level in side]


def totals(side: BookSide) -> dict[int, int]:
    return {level.key: level.quantity for level in side}
