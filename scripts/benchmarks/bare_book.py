"""The yardstick: a bare price-time book in plain Python. No events, no risk checks, no encoding, no journal."""

from collections.abc import Iterable
from heapq import heappop, heappush

# action, order_id, sign (+1 buy, -1 sell), price, quantity, immediate_or_cancel; 0 where the action does not use it.
Message = tuple[str, int, int, int, int, bool]
Order = list[int]  # order_id, sign, price, open quantity
Trade = tuple[int, int, int, int]  # price, quantity, maker, taker


class BareBook:
    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self.levels: dict[int, dict[int, dict[int, Order]]] = {1: {}, -1: {}}  # sign -> key -> queue
        self.heaps: dict[int, list[int]] = {1: [], -1: []}  # keys, best first; an empty level stays until it is best
        self.trades: list[Trade] = []

    def run(self, messages: Iterable[Message]) -> None:
        orders, new = self.orders, self.new
        for action, order_id, sign, price, quantity, immediate in messages:
            if action == "new":
                new(order_id, sign, price, quantity, immediate)
                continue
            order = orders.get(order_id)
            if order is None:
                continue
            if action == "reduce" and quantity < order[3]:
                order[3] -= quantity
                continue
            del orders[order_id]
            own = order[1]
            del self.levels[own][-own * order[2]][order_id]
            if action == "modify":
                new(order_id, own, price, quantity, False)
            elif action == "move":
                new(order_id, own, price, order[3], False)

    def new(self, order_id: int, sign: int, price: int, quantity: int, immediate: bool) -> None:
        heap, levels, orders = self.heaps[-sign], self.levels[-sign], self.orders
        limit = sign * price
        while heap and heap[0] <= limit:
            queue = levels[heap[0]]
            while queue:
                maker = queue[next(iter(queue))]
                open_quantity = maker[3]
                traded = quantity if quantity < open_quantity else open_quantity
                self.trades.append((maker[2], traded, maker[0], order_id))
                quantity -= traded
                if traded < open_quantity:
                    maker[3] = open_quantity - traded
                    return
                del orders[maker[0]]
                del queue[maker[0]]
                if not quantity:
                    return
            del levels[heappop(heap)]
        if immediate:
            return
        orders[order_id] = order = [order_id, sign, price, quantity]
        key, own = -limit, self.levels[sign]
        if key in own:
            own[key][order_id] = order
        else:
            own[key] = {order_id: order}
            heappush(self.heaps[sign], key)


def run_bare_book(messages: Iterable[Message]) -> list[Trade]:
    """Every trade, in order."""
    book = BareBook()
    book.run(messages)
    return book.trades
