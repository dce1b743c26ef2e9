"""A short run of the nightly simulation, and that it tells what breaks."""

import pytest

from tests.engine.simulation.laws import Laws
from tests.engine.simulation.run import simulate
from tests.engine.trading import SELL, place, trading_engine


def test_a_short_simulation_twice_is_the_same() -> None:
    one, other = simulate(5, 3_000, 400), simulate(5, 3_000, 400)
    assert one == other
    assert one.restores > 2
    assert one.matches > 100


def test_a_match_that_only_one_side_has_breaks_the_law() -> None:
    engine, laws = trading_engine(), Laws()
    sell, buy = place("s", SELL, 100, 5), place("b", quantity=5)
    laws.check(sell, engine.apply(sell))
    events = engine.apply(buy)
    broken = type(events[1])(100, 4, events[1].amount, events[1].maker, events[1].taker)
    with pytest.raises(AssertionError, match="both sides"):
        laws.check(buy, [events[0], broken])


def test_a_crossed_book_breaks_the_law() -> None:
    engine, laws = trading_engine(), Laws()
    sell, buy = place("s", SELL, 100, 5), place("b", quantity=5)
    laws.check(sell, engine.apply(sell))
    with pytest.raises(AssertionError, match="crossed"):
        laws.check(buy, engine.apply(buy)[:1])
