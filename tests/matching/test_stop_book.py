"""Waiting stops against a sorted list: by price, then time; those that left early leave nothing behind."""

from random import Random

from venue.domain.enums import OrderType, Side, TimeInForce
from venue.domain.terms import Terms
from venue.matching import Order, Special, StopBook


def stop(number: int, side: Side, price: int) -> Order:
    return Order(
        *(number, "S", str(number), "a", "X", side, OrderType.STOP, TimeInForce.GTC, None, 1),
        special=Special(Terms(stop_price=price), waiting=True),
    )


def expected(waiting: list[Order], low: int, high: int) -> list[Order]:
    buys = [order for order in waiting if order.side is Side.BUY and price_of(order) <= high]
    sells = [order for order in waiting if order.side is Side.SELL and price_of(order) >= low]
    return sorted(buys, key=price_of) + sorted(sells, key=price_of, reverse=True)


def price_of(order: Order) -> int:
    assert order.special is not None
    return order.special.terms.stop_price


def test_against_a_list() -> None:
    random, book, waiting, number = Random(5), StopBook(), [], 0
    for _ in range(4_000):
        draw = random.random()
        if draw < 0.55 or not waiting:
            number += 1
            order = stop(number, random.choice(list(Side)), random.randrange(1, 40))
            book.add(order)
            waiting.append(order)
        elif draw < 0.95:
            book.discard(waiting.pop(random.randrange(len(waiting))))
        else:
            low = random.randrange(1, 40)
            high = min(low + random.randrange(3), 40)
            # Equal prices stay in the order in which they came.
            taken = book.reached(low, high)
            assert taken == expected(waiting, low, high)
            waiting = [order for order in waiting if order not in taken]
            if taken and random.random() < 0.5:
                waiting.append(taken[0])
                waiting.sort(key=lambda order: order.order_id)
                book.put_back(taken[0])
        assert book.count == len(waiting)
        assert book.by_arrival() == waiting


def test_stops_that_come_and_go_leave_nothing_behind() -> None:
    book = StopBook()
    for number in range(10_000):
        order = stop(number, Side.BUY, 1_000 - number % 7)
        book.add(order)
        book.discard(order)
    assert len(book._buys.heap) < 200
    assert book.count == 0
