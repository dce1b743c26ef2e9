"""The slow twin against the laws that it must keep, over seeded streams of every kind of command."""

import os
from random import Random
from typing import get_args

import pytest

from tests.engine.all_commands import MORE_SETUP, AllCommands
from tests.engine.invariants import Queues, check_conservation, check_matches, check_state
from tests.engine.money_commands import MoneyCommands
from tests.engine.money_laws import check_money
from tests.engine.naive import NaiveEngine, NaiveOrder
from tests.engine.naive.phases import candidates
from tests.engine.short import Constants
from tests.engine.trading import SETUP, SYMBOL
from venue.domain.enums import OrderType, Side, TimeInForce
from venue.domain.funds_events import FundsEvent
from venue.domain.reject_reason import RejectReason
from venue.sequencer import codec

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))


def twin(max_closed: int = 100_000, max_matches: int = 50, max_transfers: int = 100_000) -> NaiveEngine:
    naive = NaiveEngine(
        max_closed=max_closed,
        max_requests=10,
        max_orderless=10,
        max_matches=max_matches,
        max_transfers=max_transfers,
    )
    for command in [*SETUP, *MORE_SETUP]:
        naive.apply(command)
    return naive


@pytest.mark.parametrize("stream", [AllCommands, MoneyCommands])
@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_the_twin_keeps_the_laws(seed: int, stream: type[AllCommands]) -> None:
    naive, commands, constants = twin(), stream(seed), Constants()
    for step in range(1_000):
        command = commands.next()
        queues = Queues(naive)
        events = naive.apply(command)
        try:
            check_state(naive)
            check_matches(naive, events)
            queues.check(events)
            constants.check(command, events)
            check_money(naive)
            if step % 50 == 0:
                check_conservation(naive)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, step {step}: {command}\n{events}") from broken
    check_conservation(naive)


@pytest.mark.parametrize("stream", [AllCommands, MoneyCommands])
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_the_twin_takes_every_command_while_orders_are_forgotten(seed: int, stream: type[AllCommands]) -> None:
    naive, commands = twin(max_closed=10, max_matches=3, max_transfers=6), stream(seed)
    for step in range(800):
        command = commands.next()
        assert codec.decode_command(codec.encode(command)) == command
        events = naive.apply(command)
        assert codec.decode_events(codec.encode(events)) == events, f"seed {seed}, step {step}: {command}"
        check_state(naive)
        check_money(naive)


def test_streams_with_money_do_everything() -> None:
    """Every event about money, and every refusal, comes about in a few of them."""
    seen: set[object] = set()
    for seed in range(SEED, SEED + 6):
        naive, commands = twin(), MoneyCommands(seed)
        for _ in range(1_500):
            for event in naive.apply(commands.next()):
                seen.add(type(event))
                seen.add(getattr(event, "reason", None))
    assert set(get_args(FundsEvent)) <= seen
    reasons = [reason for reason in RejectReason if 41 <= reason.value <= 49 or reason.value >= 105]
    assert not [reason for reason in reasons if reason not in seen]


@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
def test_candidates_of_an_auction_are_as_good_as_all_prices(seed: int) -> None:
    """The short cut of wide ranges, against every price there is."""
    random = Random(seed)
    bids = [resting(random, Side.BUY) for _ in range(random.randrange(1, 12))]
    asks = [resting(random, Side.SELL) for _ in range(random.randrange(1, 12))]
    lowest, highest = min(order.price for order in asks), max(order.price for order in bids)
    assert highest - lowest > 20, "wide"
    for reference in (0, 1, *range(90, 200, 7), 500):

        def badness(price: int, reference: int = reference) -> tuple[int, int, int, int]:
            demand = sum(order.leaves for order in bids if order.price >= price)
            supply = sum(order.leaves for order in asks if order.price <= price)
            return -min(demand, supply), abs(demand - supply), abs(price - reference) if reference else 0, price

        chosen = min(candidates([*bids, *asks], reference, lowest, highest), key=badness)
        assert chosen == min(range(lowest, highest + 1), key=badness)


def resting(random: Random, side: Side) -> NaiveOrder:
    price = random.randrange(140, 180) if side is Side.BUY else random.randrange(80, 115)
    quantity = random.randrange(1, 9)
    return NaiveOrder(1, "A1", "x", "acc-a", SYMBOL, side, OrderType.LIMIT, TimeInForce.DAY, price, quantity)
