"""What each kind of event says: whole increments, and what is never said."""

from msgspec.structs import replace as with_fields

from tests.engine.trading import BUY, IOC, SELL, SYMBOL, cancel, place, replace
from tests.marketdata.feed import Feed, check
from venue.domain.commands import Command, EndDay, SetInstrumentRules, SetPhase
from venue.domain.enums import OrderType, Phase
from venue.domain.rules import InstrumentRules
from venue.domain.terms import Terms
from venue.marketdata import Action, Increment, Level, LevelChange
from venue.marketdata.messages import Indicative, Statistics, Status, Trade
from venue.sequencer import codec


def said(feed: Feed, command: Command) -> Increment | None:
    """Without number, sequence and time, which other tests look at."""
    found = [increment for increments in feed.all(command) for increment in increments]
    check(feed)
    assert len(found) <= 1
    return with_fields(found[0], number=0, sequence=0, at=0) if found else None


def of(*levels: LevelChange, **parts: object) -> Increment:
    return Increment(SYMBOL, 0, 0, 0, levels, **parts)


def new(side: str, price: int, quantity: int, orders: int = 1) -> LevelChange:
    return LevelChange(Action.NEW, side, price, quantity, orders)


def changed(side: str, price: int, quantity: int, orders: int = 1) -> LevelChange:
    return LevelChange(Action.CHANGE, side, price, quantity, orders)


def deleted(side: str, price: int) -> LevelChange:
    return LevelChange(Action.DELETE, side, price, 0, 0)


def statistics(*parts: int) -> Statistics:
    return Statistics(*parts)


def with_terms(name: str, side: str, price: int | None, quantity: int, **terms: object) -> Command:
    order = place(name, side, price, quantity)
    if terms.get("stop_price"):
        order = with_fields(order, order_type=OrderType.STOP if price is None else OrderType.STOP_LIMIT)
    return with_fields(order, terms=Terms(**terms))


def test_a_listed_instrument_says_its_phase() -> None:
    feed = Feed()
    view = feed.views.books[SYMBOL]
    assert (view.number, view.status) == (1, Status(Phase.OPEN))


def test_a_level_is_new_changes_and_is_deleted() -> None:
    feed = Feed()
    assert said(feed, place("a", BUY, 100, 5)) == of(new(BUY, 100, 5))
    assert said(feed, place("b", BUY, 100, 3)) == of(changed(BUY, 100, 8, 2))
    assert said(feed, replace("c", "b", 2, 100)) == of(changed(BUY, 100, 7, 2))
    assert said(feed, replace("d", "c", 2, 99)) == of(changed(BUY, 100, 5), new(BUY, 99, 2))
    assert said(feed, cancel("e", "a")) == of(deleted(BUY, 100))
    assert said(feed, cancel("f", "unknown")) is None
    assert said(feed, place("a", BUY, 100, 5)) is None


def test_numbers_rise_by_one_and_sequences_are_the_journals() -> None:
    feed = Feed()
    (first,) = feed.apply(place("a", BUY, 100, 5))
    assert feed.apply(cancel("x", "unknown")) == []
    (second,) = feed.apply(cancel("b", "a"))
    assert (first.number, second.number) == (2, 3)
    assert second.sequence == first.sequence + 2 == feed.engine.sequence
    assert feed.views.books[SYMBOL].sequence == second.sequence


def test_a_sweep_is_one_increment_of_all_its_trades() -> None:
    feed = Feed()
    for name, price in (("s1", 101), ("s2", 102)):
        said(feed, place(name, SELL, price, 5, session="B1", account="acc-b1"))
    assert said(feed, place("b", BUY, 102, 12)) == of(
        new(BUY, 102, 2), deleted(SELL, 101), deleted(SELL, 102),
        trades=(Trade(1, 101, 5, BUY, 2), Trade(2, 102, 5, BUY, 2)),
        statistics=statistics(101, 102, 101, 102, 10, 1_015, 2, 0),
    )  # fmt: skip
    assert said(feed, place("c", BUY, 1, 1, time_in_force=IOC)) is None


def test_what_an_iceberg_hides_is_never_told() -> None:
    feed = Feed()
    assert said(feed, with_terms("ice", SELL, 101, 20, display_quantity=4)) == of(new(SELL, 101, 4))
    taken = said(feed, place("b", BUY, 101, 3, session="B1", account="acc-b1"))
    assert taken is not None
    assert taken.levels == (changed(SELL, 101, 1),)
    refreshed = said(feed, place("b2", BUY, 101, 4, session="B1", account="acc-b1"))
    assert refreshed is not None
    assert refreshed.levels == (changed(SELL, 101, 1),) or refreshed.levels == ()
    assert [trade.quantity for trade in refreshed.trades] == [1, 3]
    told = feed.views.books[SYMBOL].asks.levels(0)
    assert told == (Level(101, 1, 1),)


def test_a_stop_shows_only_once_it_is_triggered() -> None:
    feed = Feed()
    assert said(feed, with_terms("stop", BUY, 105, 7, stop_price=103)) is None
    said(feed, place("s", SELL, 103, 1, session="B1", account="acc-b1"))
    triggered = said(feed, place("b", BUY, 103, 1, session="B1", account="acc-b1"))
    assert triggered is not None
    assert set(triggered.levels) == {deleted(SELL, 103), new(BUY, 105, 7)}


def test_a_market_order_rests_at_its_protection_price() -> None:
    feed = Feed()
    said(feed, SetInstrumentRules(2, "op", SYMBOL, InstrumentRules(protection_ticks=2, protection_rests=True)))
    said(feed, place("s", SELL, 100, 1, session="B1", account="acc-b1"))
    rests = said(feed, place("m", BUY, None, 5))
    assert rests is not None
    assert set(rests.levels) == {deleted(SELL, 100), new(BUY, 102, 4)}


def test_gathering_indicates_a_price_and_the_auction_trades_without_an_aggressor() -> None:
    feed = Feed()
    assert said(feed, SetPhase(2, "op", SYMBOL, Phase.PRE_OPEN, "soon")) == of(status=Status(Phase.PRE_OPEN, 0, "soon"))
    said(feed, with_terms("ice", SELL, 100, 20, display_quantity=4))
    assert said(feed, place("b", BUY, 102, 6, session="B1", account="acc-b1")) == of(
        new(BUY, 102, 6), indicative=Indicative(100, 6)
    )
    opened = said(feed, SetPhase(2, "op", SYMBOL, Phase.OPEN))
    assert opened == of(
        deleted(BUY, 102),
        trades=(Trade(1, 100, 6, None, 2),),
        statistics=statistics(100, 100, 100, 100, 6, 600, 1, 0),
        status=Status(Phase.OPEN),
        indicative=Indicative(),
    )


def test_the_rules_reference_price_moves_the_indicative_price() -> None:
    feed = Feed()
    said(feed, SetPhase(2, "op", SYMBOL, Phase.PRE_OPEN))
    said(feed, place("s", SELL, 100, 5))
    said(feed, place("b", BUY, 110, 5, session="B1", account="acc-b1"))
    moved = said(feed, SetInstrumentRules(2, "op", SYMBOL, InstrumentRules(reference_price=107)))
    assert moved == of(indicative=Indicative(107, 5))


def test_a_day_that_ends_begins_new_statistics() -> None:
    feed = Feed()
    said(feed, place("s", SELL, 100, 5, session="B1", account="acc-b1"))
    said(feed, place("b", BUY, 100, 2))
    ended = said(feed, EndDay(2, "clock", "20240101"))
    assert ended == of(deleted(SELL, 100), statistics=statistics(0, 0, 0, 100, 0, 0, 0, 100))
    assert said(feed, EndDay(2, "clock", "20240102")) is None


def test_a_notional_beyond_64_bits_is_exact() -> None:
    feed = Feed()
    for turn in range(3):
        said(feed, place(f"s{turn}", SELL, 1_000_000_000, 9_000_000_000, session="B1", account="acc-b1"))
        said(feed, place(f"b{turn}", BUY, 1_000_000_000, 9_000_000_000))
    told = feed.views.books[SYMBOL].tape.statistics()
    assert told.notional == 27 * 10**18
    assert codec.decoder(Statistics).decode(codec.encode(told)) == told
