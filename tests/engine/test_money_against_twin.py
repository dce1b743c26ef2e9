"""The engine against its slow twin over seeded streams with money: events, balances, holds; restored, and in chunks."""

import os

import pytest

from tests.engine.money_commands import MoneyCommands
from tests.engine.pair import run_both
from venue.engine import execution, known_orders, known_transfers

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))
STEPS = int(os.environ.get("VENUE_TEST_STEPS", "800"))
MAX_EVENTS = "venue.engine.bulk.MAX_EVENTS_PER_COMMAND"


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_orders, "MAX_CLOSED_ORDERS", 20)
    monkeypatch.setattr(execution, "MAX_MATCHES_PER_REQUEST", 3)
    monkeypatch.setattr(known_transfers, "MAX_KNOWN_TRANSFERS", 6)


def run(seed: int, *, restores: bool = False) -> None:
    run_both(MoneyCommands(seed), STEPS, f"seed {seed}", restores=restores, conserved=False)


@pytest.mark.parametrize("seed", range(SEED, SEED + 15))
def test_same_events_and_balances_as_the_twin(seed: int) -> None:
    """Of every kind of stream one with each kind of wealth, and of opening."""
    run(seed)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
def test_same_events_and_balances_while_orders_and_transfers_are_forgotten(seed: int) -> None:
    run(seed)


@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
def test_same_events_and_balances_after_every_restore(seed: int) -> None:
    run(seed, restores=True)


@pytest.mark.parametrize("max_events", [1, 3])
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_work_in_chunks_moves_the_same(seed: int, max_events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MAX_EVENTS, max_events)
    run(seed, restores=True)
