"""The engine against its slow twin and against its own invariants, over seeded streams of the first release's commands.

test_against_twin does the same with every kind of command.
"""

import os

import pytest

from tests.engine.naive import NaiveEngine, NaiveOrder
from tests.engine.random_commands import RandomCommands
from tests.engine.trading import SETUP, trading_engine
from venue.domain import limits
from venue.domain.enums import Side
from venue.engine import Engine, execution, known_orders
from venue.engine.answers import order_state
from venue.sequencer import codec

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))


def naive_twin() -> NaiveEngine:
    naive = NaiveEngine(
        max_closed=known_orders.MAX_CLOSED_ORDERS,
        max_requests=known_orders.MAX_REQUEST_IDS_PER_ORDER,
        max_orderless=known_orders.MAX_ORDERLESS_REQUESTS,
        max_matches=execution.MAX_MATCHES_PER_REQUEST,
    )
    for command in SETUP:
        naive.apply(command)
    return naive


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_orders, "MAX_CLOSED_ORDERS", 20)
    monkeypatch.setattr(execution, "MAX_MATCHES_PER_REQUEST", 3)
    monkeypatch.setattr(known_orders, "MAX_REQUEST_IDS_PER_ORDER", 3)
    monkeypatch.setattr(known_orders, "MAX_ORDERLESS_REQUESTS", 4)


@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_same_events_and_orders_as_the_naive_twin(seed: int) -> None:
    """Nothing leaves the windows: every rule but eviction."""
    run_both(seed, 1_200)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_same_events_as_the_naive_twin_while_orders_are_forgotten(seed: int) -> None:
    run_both(seed, 1_200)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_restored_engine_goes_on_as_the_one_that_wrote_the_snapshot(seed: int) -> None:
    engine, commands = trading_engine(), RandomCommands(seed, 30)
    for step in range(600):
        if step % 20 == 0:
            restored = Engine.restore(engine.snapshot())
            assert restored.state_hash() == engine.state_hash(), f"seed {seed}, step {step}"
            assert restored.reference() == engine.reference()
            for _ in range(15):
                command = commands.next()
                assert restored.apply(command) == engine.apply(command), f"seed {seed}, step {step}: {command}"
            assert restored.snapshot() == engine.snapshot(), f"seed {seed}, step {step}"
        engine.apply(commands.next())


def test_commands_and_events_survive_the_codec() -> None:
    engine, commands = trading_engine(), RandomCommands(SEED, 30)
    for _ in range(500):
        command = commands.next()
        assert codec.decode_command(codec.encode(command)) == command
        events = engine.apply(command)
        assert codec.decode_events(codec.encode(events)) == events


def run_both(seed: int, steps: int) -> None:
    engine = trading_engine()
    naive, commands = naive_twin(), RandomCommands(seed, 30)
    for step in range(steps):
        command = commands.next()
        expected = naive.apply(command)
        where = f"seed {seed}, step {step}: {command}"
        assert engine.apply(command) == expected, where
        check_books(engine, naive, where)
    assert [order_state(order) for order in engine._known.closed] == [order.state() for order in naive.closed]
    messages = {session.name: session.message_sequence for session in engine.reference().sessions}
    assert messages == naive.message_sequences


def check_books(engine: Engine, naive: NaiveEngine, where: str) -> None:
    """Uncrossed; each level's quantity is the sum of its orders'; the queues hold the twin's orders in its order."""
    for symbol, market in engine._directory.markets.items():
        best = []
        for side, sign in ((market.book.bids, -1), (market.book.asks, 1)):
            levels = list(side)
            assert [level.price * sign for level in levels] == sorted({level.price * sign for level in levels}), where
            best.append(levels[0].price if levels else None)
            for level in levels:
                assert level.quantity == sum(order.quantity - order.cum_quantity for order in level) > 0, where
                assert all(order.level is level for order in level), where
            states = [order_state(order) for level in levels for order in level]
            assert states == [order.state() for order in queue(naive, symbol, sign)], where
        assert None in best or best[0] < best[1], where


def queue(naive: NaiveEngine, symbol: str, sign: int) -> list[NaiveOrder]:
    side = "1" if sign < 0 else "2"
    return naive.book(symbol, Side(side))


def test_the_limits_of_the_domain_are_the_engines() -> None:
    assert known_orders.MAX_CLOSED_ORDERS == limits.MAX_CLOSED_ORDERS
