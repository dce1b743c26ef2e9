"""The indicative price, moved order by order, is the engine's auction price, computed over the whole book."""

from random import Random

import pytest

from tests.engine.trading import BUY, LIMIT, SELL
from venue.domain.enums import TimeInForce
from venue.marketdata.crossing import NOTHING, Crossing
from venue.marketdata.ladder import Ladder
from venue.marketdata.messages import Indicative
from venue.matching import Order, OrderBook, auction_price, priority_key


class Both:
    """A book and two ladders with the same orders."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.ladders = {BUY: Ladder(BUY), SELL: Ladder(SELL)}
        self.crossing: Crossing | None = None
        self.orders: list[Order] = []

    def add(self, side: str, price: int, quantity: int) -> None:
        order = Order(
            len(self.orders), "S", "c", "a", "X", side, LIMIT, TimeInForce.GTC, price, quantity,
            key=priority_key(side, price),
        )  # fmt: skip
        self.orders.append(order)
        self.book.own(side).add(order)
        self._alter(order, quantity, 1)

    def remove(self, order: Order) -> None:
        self.orders.remove(order)
        self.book.remove(order)
        self._alter(order, -order.quantity, -1)

    def _alter(self, order: Order, quantity: int, orders: int) -> None:
        self.ladders[order.side].alter(order.key, quantity, quantity, orders)
        if self.crossing is not None:
            self.crossing.alter(order.key, quantity)

    def gather(self) -> None:
        self.crossing = Crossing(self.ladders[BUY], self.ladders[SELL])

    def check(self, reference: int) -> bool:
        """Whether an auction would trade."""
        assert self.crossing is not None
        priced = auction_price(self.book, reference)
        assert self.crossing.price(reference) == (NOTHING if priced is None else Indicative(*priced))
        return priced is not None


@pytest.mark.parametrize("seed", range(60))
def test_after_every_order_it_is_the_auctions_price(seed: int) -> None:
    random = Random(seed)
    both, width, gathers_at = Both(), random.choice([3, 12, 60]), random.randrange(20)
    reference, crossed = 0, 0
    for step in range(250):
        if step == gathers_at:
            both.gather()
        if both.orders and random.random() < 0.45:
            both.remove(random.choice(both.orders))
        else:
            both.add(random.choice([BUY, SELL]), random.randrange(1, width + 1), random.randrange(1, 5))
        if random.random() < 0.1:
            reference = random.choice([0, random.randrange(1, width + 3)])
        # Not after each one: the pivot may have far to go.
        if step >= gathers_at and random.random() < 0.7:
            crossed += both.check(reference)
    assert crossed > 50


def test_an_empty_or_one_sided_book_indicates_nothing() -> None:
    both = Both()
    both.gather()
    assert not both.check(0)
    both.add(SELL, 5, 1)
    assert not both.check(3)
    both.add(BUY, 4, 1)
    assert not both.check(4)


def test_every_rule_of_the_auction_has_its_turn() -> None:
    for orders, reference, expected in [
        # Most volume.
        ([(BUY, 10, 5), (BUY, 12, 5), (SELL, 10, 8), (SELL, 12, 9)], 0, (10, 8)),
        # Least surplus.
        ([(BUY, 12, 5), (SELL, 10, 5), (SELL, 11, 2)], 0, (10, 5)),
        # Nearest to the reference, within and beyond.
        ([(BUY, 12, 5), (SELL, 9, 5)], 11, (11, 5)),
        ([(BUY, 12, 5), (SELL, 9, 5)], 40, (12, 5)),
        # Lowest.
        ([(BUY, 12, 5), (SELL, 9, 5)], 0, (9, 5)),
    ]:
        both = Both()
        both.gather()
        for order in orders:
            both.add(*order)
        both.check(reference)
        assert both.crossing is not None
        assert both.crossing.price(reference) == Indicative(*expected)
