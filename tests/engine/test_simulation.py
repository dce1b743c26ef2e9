"""A short run of the nightly simulation, and that it tells what breaks."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace as with_fields

from tests.engine.cases.fees import FUNDED
from tests.engine.chunks import Chunked
from tests.engine.short_funds import fees
from tests.engine.simulation.laws import Laws
from tests.engine.simulation.money import MoneyLaws
from tests.engine.simulation.run import simulate
from tests.engine.trading import SELL, SETUP, place, trading_engine
from venue.domain.events import OrderMatched
from venue.engine import Engine


# One without a ledger, one whose ledger opens at the start, one midway.
@pytest.mark.parametrize("seed", [4, 5, 9])
def test_a_short_simulation_twice_is_the_same(seed: int) -> None:
    one, other = simulate(seed, 3_000, 400), simulate(seed, 3_000, 400)
    assert one == other
    assert one.restores > 2
    assert one.matches > 100
    assert (one.transfers > 500) is (seed != 4)


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


LIES: dict[str, Callable[[OrderMatched], OrderMatched]] = {
    "rounded up": lambda m: with_fields(m, taker_fee=m.taker_fee + 1),
    "needs": lambda m: with_fields(m, taker_released=m.taker_released + 1),
    "paid from what is held": lambda m: with_fields(m, amount=900, taker_fee=9),
}


@pytest.mark.parametrize("told", LIES)
def test_a_match_that_says_other_amounts_breaks_the_law(told: str) -> None:
    engine, laws = Engine(), MoneyLaws()
    for command in [*SETUP, *FUNDED, fees(0, 10_000), place("s", SELL, 100, 5, session="B1", account="acc-b1")]:
        laws.check(command, engine.apply(command))
    buy = place("b", quantity=8)
    placed, matched = engine.apply(buy)
    assert isinstance(matched, OrderMatched)
    with pytest.raises(AssertionError, match=told):
        laws.check(buy, [placed, LIES[told](matched)])


def test_balances_that_the_events_do_not_say_break_the_law() -> None:
    engine, laws = Chunked(Engine()), MoneyLaws()
    for command in [*SETUP, *FUNDED, place("s", SELL, 100, 5, session="B1", account="acc-b1")]:
        laws.check(command, engine.apply(command))
    laws.check_all(engine.engine)
    ledger = engine.engine._money.treasury.ledger
    ledger.funds_of("acc-a", "USD").available.balance -= 1
    with pytest.raises(AssertionError, match="what its events say"):
        laws.check_all(engine.engine)
