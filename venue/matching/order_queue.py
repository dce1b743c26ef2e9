"""A line of orders, linked through the orders themselves: one in the middle leaves as cheaply as one at an end."""

from collections.abc import Iterator

from venue.matching.order import Order


class OrderQueue:
    """An order stands in one queue at most: its price level while it rests, the closed ones after that."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: Order | None = None
        self.last: Order | None = None

    def __iter__(self) -> Iterator[Order]:
        order = self.first
        while order is not None:
            yield order
            order = order.following

    def append(self, order: Order) -> None:
        last = self.last
        if last is None:
            self.first = order
        else:
            last.following = order
            order.previous = last
        self.last = order

    def unlink(self, order: Order) -> None:
        previous, following = order.previous, order.following
        if previous is None:
            self.first = following
        else:
            previous.following = following
            order.previous = None
        if following is None:
            self.last = previous
        else:
            following.previous = previous
            order.following = None
