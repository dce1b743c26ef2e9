"""The book by itself: queues, levels that empty and come back, and its sweep, against plain lists."""

from random import Random

import pytest

from venue.domain.enums import OrderType, Side, TimeInForce
from venue.matching import Order, OrderBook, priority_key
from venue.matching.order_book import BookSide


def order(order_id: int, side: Side, price: int | None, quantity: int = 10) -> Order:
    kind = OrderType.MARKET if price is None else OrderType.LIMIT
    name = str(order_id)
    return Order(
        order_id, "S", name, "a", "X", side, kind, TimeInForce.DAY, price, quantity, key=priority_key(side, price)
    )


def queue(side: BookSide) -> list[int]:
    return [resting.order_id for level in side for resting in level]


@pytest.mark.parametrize(("side", "expected"), [(Side.BUY, [2, 4, 1, 3]), (Side.SELL, [1, 3, 2, 4])])
def test_price_then_time(side: Side, expected: list[int]) -> None:
    book = OrderBook()
    for order_id, price in ((1, 100), (2, 101), (3, 100), (4, 101)):
        book.own(side).add(order(order_id, side, price))
    assert queue(book.bids if side is Side.BUY else book.asks) == expected


@pytest.mark.parametrize("gone", [(1,), (2,), (3,), (1, 2), (2, 3), (1, 3), (1, 2, 3)])
def test_removing_from_any_place_keeps_the_others_in_line(gone: tuple[int, ...]) -> None:
    book = OrderBook()
    orders = {order_id: order(order_id, Side.BUY, 100) for order_id in (1, 2, 3)}
    for each in orders.values():
        book.own(each.side).add(each)
    for order_id in gone:
        book.remove(orders[order_id])
        assert orders[order_id].level is orders[order_id].previous is orders[order_id].following is None
    assert queue(book.bids) == [order_id for order_id in orders if order_id not in gone]
    book.bids.add(order(4, Side.BUY, 100))
    assert queue(book.bids)[-1] == 4


def test_reach_of_limits_and_of_a_market_order() -> None:
    book = OrderBook()
    book.asks.add(order(1, Side.SELL, 100))
    assert book.asks.best_within(-order(2, Side.BUY, 99).key) is None
    assert book.asks.best_within(-order(2, Side.BUY, 100).key) is not None
    assert book.asks.best_within(-order(2, Side.BUY, None).key) is not None


def test_against_plain_lists_with_many_empty_levels() -> None:
    """Prices wander, so levels empty by the thousand and are swept; the order of the queues never changes."""
    random, book, plain = Random(11), OrderBook(), []
    most = 0
    for order_id in range(20_000):
        if len(plain) > 40:
            book.remove(plain.pop(random.randrange(len(plain))))
        fresh = order(order_id, random.choice(list(Side)), random.randrange(1, 5_000))
        plain.append(fresh)
        book.own(fresh.side).add(fresh)
        most = max(most, len(book.bids._levels))
        if order_id % 97 == 0:
            for side, half in ((Side.BUY, book.bids), (Side.SELL, book.asks)):
                resting = [each for each in plain if each.side is side]
                assert queue(half) == [o.order_id for o in sorted(resting, key=lambda o: (-o.key, o.order_id))]
                best = half.best_within(-(10**10))
                assert (best.price if best else None) == (max(resting, key=lambda o: o.key).price if resting else None)
    assert most < 4_400, "empty levels are swept"
