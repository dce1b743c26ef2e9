"""The auction's price against a look at every price there is."""

from hypothesis import given
from hypothesis import strategies as st

from venue.domain.enums import OrderType, Side, TimeInForce
from venue.matching import Order, OrderBook, auction_price, priority_key

ORDERS = st.lists(st.tuples(st.sampled_from(list(Side)), st.integers(1, 30), st.integers(1, 9)), max_size=14)


@given(orders=ORDERS, reference=st.integers(0, 35))
def test_most_volume_then_least_surplus_then_nearest_then_lowest(
    orders: list[tuple[Side, int, int]], reference: int
) -> None:
    book = OrderBook()
    for number, (side, price, quantity) in enumerate(orders, 1):
        book.own(side).add(
            Order(
                *(number, "S", str(number), "a", "X", side, OrderType.LIMIT, TimeInForce.GTC, price, quantity),
                key=priority_key(side, price),
            )
        )
    assert auction_price(book, reference) == by_every_price(orders, reference)


def by_every_price(orders: list[tuple[Side, int, int]], reference: int) -> tuple[int, int] | None:
    bids = [(price, quantity) for side, price, quantity in orders if side is Side.BUY]
    asks = [(price, quantity) for side, price, quantity in orders if side is Side.SELL]
    if not bids or not asks or max(bids)[0] < min(asks)[0]:
        return None
    ranked = []
    for price in range(min(asks)[0], max(bids)[0] + 1):
        demand = sum(quantity for limit, quantity in bids if limit >= price)
        supply = sum(quantity for limit, quantity in asks if limit <= price)
        distance = abs(price - reference) if reference else 0
        ranked.append((-min(demand, supply), abs(demand - supply), distance, price))
    volume, _, _, price = min(ranked)
    return price, -volume
