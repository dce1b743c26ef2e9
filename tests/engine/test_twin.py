"""The slow twin against the laws that it must keep, over seeded streams of every kind of command."""

import os

import pytest

from tests.engine.all_commands import MORE_SETUP, AllCommands
from tests.engine.invariants import Queues, check_conservation, check_matches, check_state
from tests.engine.naive import NaiveEngine
from tests.engine.naive.phases import candidates
from tests.engine.short import Constants
from tests.engine.trading import SETUP
from venue.sequencer import codec

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))


def twin(max_closed: int = 100_000, max_matches: int = 50) -> NaiveEngine:
    naive = NaiveEngine(max_closed=max_closed, max_requests=10, max_orderless=10, max_matches=max_matches)
    for command in [*SETUP, *MORE_SETUP]:
        naive.apply(command)
    return naive


@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_the_twin_keeps_the_laws(seed: int) -> None:
    naive, commands, constants = twin(), AllCommands(seed), Constants()
    for step in range(1_000):
        command = commands.next()
        queues = Queues(naive)
        events = naive.apply(command)
        try:
            check_state(naive)
            check_matches(naive, events)
            queues.check(events)
            constants.check(command, events)
            if step % 50 == 0:
                check_conservation(naive)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, step {step}: {command}\n{events}") from broken
    check_conservation(naive)


@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_the_twin_takes_every_command_while_orders_are_forgotten(seed: int) -> None:
    naive, commands = twin(max_closed=10, max_matches=3), AllCommands(seed)
    for step in range(800):
        command = commands.next()
        assert codec.decode_command(codec.encode(command)) == command
        events = naive.apply(command)
        assert codec.decode_events(codec.encode(events)) == events, f"seed {seed}, step {step}: {command}"
        check_state(naive)


def test_candidates_of_an_auction_are_as_good_as_all_prices() -> None:
    """The short cut of wide ranges, against every price there is."""
    naive, commands = twin(), AllCommands(SEED)
    for _ in range(400):
        naive.apply(commands.next())
    for reference in (0, 1, 90, 107, 500):
        orders = [order for order in naive.open if not order.waiting and order.price < 1_000]
        bids, asks = orders[::2], orders[1::2]

        def badness(price: int, reference: int = reference, bids: list = bids, asks: list = asks) -> tuple:
            demand = sum(order.leaves for order in bids if order.price >= price)
            supply = sum(order.leaves for order in asks if order.price <= price)
            return -min(demand, supply), abs(demand - supply), abs(price - reference) if reference else 0, price

        lowest, highest = min(order.price for order in asks), max(order.price for order in bids)
        chosen = min(candidates([*bids, *asks], reference, lowest, highest + 20), key=badness)
        assert chosen == min(range(lowest, highest + 21), key=badness)
