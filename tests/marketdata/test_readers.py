"""Clients of every stream hold the engine's book at every sequence, whatever they missed on the way."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.engine.trading import BUY, SELL, cancel, place, replace
from tests.marketdata.feed import Feed, check
from tests.marketdata.readers import AllReaders
from tests.marketdata.simulation import simulate
from venue.domain.commands import CancelOrders, Command
from venue.domain.enums import MassCancelScope, Side

MAX_EVENTS = "venue.engine.bulk.MAX_EVENTS_PER_COMMAND"


@pytest.mark.parametrize("seed", range(5))
def test_clients_that_join_late_miss_some_or_read_slowly_hold_the_engines_book(seed: int) -> None:
    result = simulate(seed, 4_000)
    assert result.increments > 1_000
    assert result.trades > 400
    assert result.indicatives > 50
    assert result.restarts > 3
    assert result.gaps > 30
    assert result.conflated > 30


@pytest.mark.parametrize("max_events", [1, 2, 5])
def test_so_do_they_where_work_goes_on_over_many_records(max_events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MAX_EVENTS, max_events)
    assert simulate(max_events, 1_500).records > 1_530


@pytest.mark.parametrize("seed", range(2))
def test_so_do_they_where_orders_need_money(seed: int) -> None:
    assert simulate(seed, 1_500, funded=True).trades > 100


@pytest.mark.parametrize("seed", range(3))
def test_so_do_they_of_books_deeper_than_what_they_ask_for(seed: int) -> None:
    feed = Feed()
    readers = AllReaders(feed, seed)
    deepest = 0
    for increments in readers.see(wide(feed, seed, 2_500)):
        check(feed, [increment.symbol for increment in increments])
        deepest = max(deepest, len(feed.views.books["BTC/USD"].bids.keys))
    readers.finish()
    assert deepest > 60


def wide(feed: Feed, seed: int, number: int) -> Iterator[list]:
    """Orders over many prices; some sweep levels of them."""
    for command in _wide(Random(seed), number):
        yield from feed.all(command)


def _wide(random: Random, number: int) -> Iterator[Command]:
    """Some move to another price, or go together with others, so that one record changes many levels."""
    rests: list[tuple[str, Side]] = []
    for step in range(number):
        if random.random() < 0.03:
            yield CancelOrders(2, "A2", 1, f"m{step}", MassCancelScope.ALL)
        if len(rests) > 50 and (random.random() < 0.45 or len(rests) > 300):
            name, side = rests.pop(random.randrange(len(rests)))
            if random.random() < 0.6:
                yield cancel(f"w{step}", name, side)
            else:
                rests.append((f"w{step}", side))
                yield replace(f"w{step}", name, random.randrange(1, 20), _price(random, side), side)
            continue
        side = random.choice([BUY, SELL])
        rests.append((f"w{step}", side))
        price, session = _price(random, side), random.choice(["A1"] * 9 + ["A2"])
        yield place(f"w{step}", side, price, random.randrange(1, 20), session=session)


def _price(random: Random, side: Side) -> int:
    away = -random.randrange(1, 6) if random.random() < 0.1 else random.randrange(1, 120)
    return 1_000 - away if side is BUY else 1_000 + away
